"""A cohort opened from a published version, bare or with the dates of an earlier one: drawn, opened as drawn, undone.

Dates keep their cohort week, weekday and wall time. What falls on a day without teaching is listed and goes on.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import exists, select

from lms.hub.calendar.kinds import PlanState, Push
from lms.hub.calendar.models import CohortPlan
from lms.hub.calendar.queries.opening import Outline, WantedCohort, outline_of
from lms.hub.catalog.models import Course, ProgramVersion, Unit
from lms.hub.cohorts.kinds import BreakKind
from lms.hub.cohorts.models import Break, Cohort, Section, Session
from lms.hub.cohorts.services import check_opening, new_cohort
from lms.hub.cohorts.times import When, add_sessions, standing_times, when_of, write_time
from lms.hub.coursework.models import Activity, Deadline
from lms.hub.enrollment.models import Enrollment
from lms.kernel.acting import acting_at, acting_person_id
from lms.kernel.db import session
from lms.kernel.errors import Conflict, NotFound, RuleBroken
from lms.kernel.facts import stands
from lms.kernel.prose import keep
from lms.kernel.text import N_
from lms.people.access import Action, Actor, Anchor, Relation, require, require_fresh
from lms.people.accounts.models import Person
from lms.people.anchors import forget_anchors
from lms.people.commands import command
from lms.people.grants.models import GrantRow
from lms.people.grants.services import hold
from lms.people.orgs.models import Site
from lms.people.scope import policy_day, scoped, unscoped, within

STAFF = (Relation.INSTRUCTOR, Relation.ASSESSOR)


@command(Action.COHORT_CREATE)
def draw_cohort(actor: Actor, version: ProgramVersion, wanted: WantedCohort) -> CohortPlan:
    """The preview of a cohort with all its dates; nothing is opened yet. Raises RuleBroken with everything found."""
    _check(actor, version, wanted)
    plan = CohortPlan(person_id=acting_person_id(), plan=outline_of(version, wanted).stored(), drawn_at=acting_at())
    session.add(plan)
    session.flush()
    return plan


def _check(actor: Actor, version: ProgramVersion, wanted: WantedCohort) -> None:
    check_opening(version, wanted.name, wanted.starts_on, wanted.ends_on(version.weeks))
    if not wanted.sections:
        raise RuleBroken(N_("Name at least one section at one of your sites."), field="sections")
    names = [name for _, name in wanted.sections]
    if len(set(names)) != len(names):
        raise RuleBroken(N_("Each section of a cohort needs a name of its own."), field="sections")
    for site, _ in wanted.sections:
        require(actor, Action.COHORT_CREATE, Anchor(seats=frozenset({(site.id, None)}), programs=_program(version)))
        check_authorized(site, wanted.starts_on, wanted.ends_on(version.weeks))


def _program(version: ProgramVersion) -> frozenset[int]:
    return frozenset({version.program_id})


def check_authorized(site: Site, first: date, last: date) -> None:
    """Raises RuleBroken unless the site may teach on all days from `first` to `last`."""
    if site.authorized_from and first < site.authorized_from:
        message = N_("%(site)s is authorized from %(day)s on; the cohort starts earlier.")
        raise RuleBroken(message, field="sections", site=site.name, day=site.authorized_from)
    if site.authorized_to and last > site.authorized_to:
        message = N_("%(site)s is authorized until %(day)s; the cohort ends later.")
        raise RuleBroken(message, field="sections", site=site.name, day=site.authorized_to)


def wanted_of(plan: CohortPlan) -> tuple[ProgramVersion, WantedCohort]:
    """What was asked for when the plan was drawn. Three queries."""
    stored = plan.plan
    why = "named by a plan that its author found in scope"
    version = session.scalars(select(ProgramVersion).where(ProgramVersion.public_id == stored["version"])).one()
    ids = [public_id for public_id, _, _ in stored["sections"]]
    sites = {s.public_id: s for s in session.scalars(unscoped(select(Site).where(Site.public_id.in_(ids)), why))}
    source = None
    if stored["source"]:
        source = session.scalars(unscoped(select(Cohort).where(Cohort.public_id == stored["source"]), why)).one()
    sessions, staff, breaks, holidays = stored["flags"]
    return version, WantedCohort(
        name=stored["name"],
        starts_on=date.fromisoformat(stored["starts_on"]),
        zone=stored["zone"],
        sections=tuple((sites[public_id], name) for public_id, _, name in stored["sections"]),
        last=date.fromisoformat(stored["last"]) if stored["last"] else None,
        funders=stored["funders"],
        source=source,
        sessions=sessions,
        staff=staff,
        breaks=breaks,
        holidays=holidays,
        push=Push(stored["push"]),
    )


@command(Action.COHORT_CREATE)
def open_drawn(actor: Actor, version: ProgramVersion, plan: CohortPlan, wanted: WantedCohort) -> Cohort:
    """Open the cohort exactly as drawn. Raises Conflict if it was opened, or something it rests on changed since."""
    if plan.state is not PlanState.DRAWN:
        raise Conflict(N_("This cohort was opened already."))
    _check(actor, version, wanted)
    outline = outline_of(version, wanted)
    if outline.stored() != plan.plan:
        raise Conflict(N_("What this preview rests on has changed. Draw it anew and look once more."))
    if any(outline.staff):
        _check_may_appoint(actor, version, wanted)
    ends_on = wanted.ends_on(version.weeks)
    cohort = new_cohort(version, wanted.name, wanted.starts_on, ends_on, wanted.zone, wanted.funders)
    sections = [Section(cohort_id=cohort.id, site_id=site.id, name=name) for site, name in wanted.sections]
    session.add_all(sections)
    session.flush()
    _add_breaks(cohort, outline)
    _add_sessions(sections, outline)
    _add_dues(cohort, sections, outline)
    _add_staff(sections, outline)
    plan.state, plan.applied_at, plan.cohort_id = PlanState.APPLIED, acting_at(), cohort.id
    session.flush()
    forget_anchors()
    return cohort


def _check_may_appoint(actor: Actor, version: ProgramVersion, wanted: WantedCohort) -> None:
    """Taking the staff along is appointing it: asked again for the password as for any other appointment."""
    for site, _ in wanted.sections:
        require(actor, Action.STAFF_APPOINT, Anchor(seats=frozenset({(site.id, None)}), programs=_program(version)))
    require_fresh(actor, acting_at())


def _add_breaks(cohort: Cohort, outline: Outline) -> None:
    for line in outline.breaks:
        row = Break(
            cohort_id=cohort.id,
            site_id=line.site_id,
            kind=BreakKind(line.kind),
            from_day=line.from_day,
            to_day=line.to_day,
        )
        session.add(row)
        keep(row, name=line.name)


def _add_sessions(sections: Sequence[Section], outline: Outline) -> None:
    units = {unit.public_id: unit for unit in _units(outline.version)}
    for section, lines in zip(sections, outline.sessions, strict=True):
        add_sessions(
            section,
            [
                (units[one.unit], When(one.starts_at, one.ends_at, one.zone, one.room, one.stations))
                for one in lines
                if one.starts_at is not None and one.ends_at is not None
            ],
        )


def _units(version: ProgramVersion) -> Sequence[Unit]:
    return session.scalars(select(Unit).join(Course).where(Course.program_version_id == version.id)).all()


def _add_dues(cohort: Cohort, sections: Sequence[Section], outline: Outline) -> None:
    statement = select(Activity.public_id, Activity.id).join(Course)
    statement = statement.where(Course.program_version_id == cohort.program_version_id, stands(Activity))
    numbers: dict[str, int] = dict(session.execute(statement).all())
    session.add_all(
        Deadline(
            activity_id=numbers[line.activity],
            cohort_id=cohort.id,
            section_id=None if line.section is None else sections[line.section].id,
            due_at=line.due_at,
        )
        for line in outline.dues
    )


def _add_staff(sections: Sequence[Section], outline: Outline) -> None:
    wanted = {person for lines in outline.staff for person, _, _ in lines}
    statement = select(Person).where(Person.public_id.in_(wanted))
    people = {
        p.public_id: p.id for p in session.scalars(unscoped(statement, "who taught in the cohort that is copied"))
    }
    for section, lines in zip(sections, outline.staff, strict=True):
        for person, _, relation in lines:
            hold(people[person], Relation(relation), section.id, policy_day(), None)


@command(Action.COHORT_MANAGE)
def take_back(actor: Actor, cohort: Cohort, plan: CohortPlan) -> Cohort:
    """Undo the opening, once, while nobody is enrolled: sessions are cancelled, staff let go, the name is free."""
    if plan.state is not PlanState.APPLIED or plan.cohort_id != cohort.id:
        raise Conflict(N_("This cohort was not opened here, or its opening was undone already."))
    enrolled = select(exists().where(Enrollment.cohort_id == cohort.id))
    if session.scalar(unscoped(enrolled, "whether anybody is in the cohort")):
        raise RuleBroken(N_("Students are enrolled in this cohort; its opening can no longer be undone."))
    sections = session.scalars(within(select(Section), cohort)).all()
    _let_go(sections)
    _cancel_all(sections)
    cohort.taken_back_at = plan.undone_at = acting_at()
    cohort.name = f"{cohort.name} [{cohort.public_id}]"
    plan.state = PlanState.UNDONE
    session.flush()
    forget_anchors()
    return cohort


def _let_go(sections: Sequence[Section]) -> None:
    statement = select(GrantRow).where(
        GrantRow.relation.in_(STAFF), GrantRow.place_id.in_([section.id for section in sections])
    )
    for grant in session.scalars(statement):
        grant.to_day = max(policy_day() - timedelta(days=1), grant.from_day - timedelta(days=1))


def _cancel_all(sections: Sequence[Section]) -> None:
    meetings = session.scalars(within(select(Session).where(~Session.is_cancelled), sections)).all()
    standing = standing_times(meetings) if meetings else {}
    for meeting in meetings:
        write_time(meeting, standing[meeting.id], replace(when_of(meeting), is_cancelled=True))


def plan_of(actor: Actor, cohort: Cohort) -> CohortPlan | None:
    """The plan by which the actor opened a cohort, while it can be undone. One query."""
    statement = select(CohortPlan).where(CohortPlan.cohort_id == cohort.id, CohortPlan.state == PlanState.APPLIED)
    return session.scalar(scoped(statement, actor, Action.ACCOUNT_OWN))


def find_plan(actor: Actor, public_id: str) -> CohortPlan:
    """A plan that the actor drew. Raises NotFound."""
    found = session.scalar(
        scoped(select(CohortPlan).where(CohortPlan.public_id == public_id), actor, Action.ACCOUNT_OWN)
    )
    if found is None:
        raise NotFound()
    return found
