"""Everything dated that concerns one person between two instants: as a student, as staff. A fixed number of queries."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from lms.hub.calendar.kinds import Clash, ItemKind
from lms.hub.calendar.queries.breaks import break_items
from lms.hub.calendar.queries.more import Side, more_items
from lms.hub.calendar.rules.clash import clash_of
from lms.hub.calendar.rules.items import Item, Window, in_order, revision, whole_days
from lms.hub.cohorts.meetings import Meeting, meetings_of
from lms.hub.cohorts.models import Cohort, Section
from lms.hub.cohorts.rules import week_number
from lms.hub.coursework.models import Activity, Deadline, Extension
from lms.hub.coursework.queries import Work, list_own_work
from lms.hub.coursework.rules import DueDates, effective_due
from lms.hub.enrollment.models import EmploymentSpell, Enrollment, Leave, Placement, StatusChange
from lms.hub.enrollment.queries import grouped, standing
from lms.hub.enrollment.rules import ENDED, at_or_none, holds_on, status_on
from lms.hub.hours.queries.situation import CohortCalendar, Situation, situations_of
from lms.hub.hours.rules.sheet import week_times
from lms.kernel.db import session
from lms.kernel.facts import stands
from lms.kernel.text import N_, say
from lms.kernel.weeks import DAYS, day_span, local_day, monday_of
from lms.people.access import Action, Actor, Relation
from lms.people.orgs.models import Site
from lms.people.scope import policy_day, scoped, unscoped, within

STAFF = (Relation.INSTRUCTOR, Relation.ASSESSOR, Relation.COORDINATOR, Relation.PROGRAM_ADMIN)
FIRM = (Relation.SPONSOR, Relation.FINANCE, Relation.FIRM_VIEWER, Relation.SUPERVISOR)
NAMED = "named by a fact that was found in scope"


def student_items(actor: Actor, window: Window) -> list[Item]:
    """What concerns the actor as a student; nothing of an enrollment that has ended. At most thirteen queries."""
    statement = select(Enrollment).where(Enrollment.person_id == actor.person_id)
    enrollments = session.scalars(scoped(statement, actor, Action.ENROLLMENT_READ)).all()
    changes = grouped(standing(StatusChange, enrollments)) if enrollments else {}
    today = policy_day()
    live = [e for e in enrollments if status_on(changes.get(e.id, ()), today) not in ENDED]
    if not live:
        return []
    situations = situations_of(live)
    items = [*_own_sessions(live, situations, window), *_own_dues(actor, live)]
    for enrollment in live:
        items += _weeks(enrollment, situations[enrollment.id], window)
    cohorts = {situations[e.id].cohort.id for e in live}
    sites = {situations[e.id].site_id for e in live}
    zone = situations[live[0].id].zone
    items += break_items(cohorts, {site for site in sites if site is not None}, zone)
    items += more_items(actor, Side.STUDENT, live)
    return in_order([item for item in items if window.holds(item)])


def _own_sessions(live: Sequence[Enrollment], situations: dict[int, Situation], window: Window) -> list[Item]:
    placements = grouped(standing(Placement, live))
    spells = grouped(standing(EmploymentSpell, live))
    numbers = {row.section_id for rows in placements.values() for row in rows}
    sections = session.scalars(unscoped(select(Section).where(Section.id.in_(numbers)), NAMED)).all()
    items = []
    for meeting in meetings_of(sections, window.first, window.last):
        for enrollment in live:
            rows = placements.get(enrollment.id, ())
            if not any(row.section_id == meeting.section_id and holds_on(row, meeting.day) for row in rows):
                continue
            situation = situations[enrollment.id]
            if situation.first is None or not situation.first <= meeting.day <= situation.last:
                continue
            spell = at_or_none(spells.get(enrollment.id, ()), meeting.day)
            shift = spell.shift if spell else None
            items.append(_session(meeting, clash_of(shift, meeting.starts_at, meeting.ends_at, meeting.zone)))
    return items


def session_item(meeting: Meeting) -> Item:
    """A session in a calendar."""
    return _session(meeting, None)


def _session(meeting: Meeting, clash: Clash | None) -> Item:
    return Item(
        uid=f"session-{meeting.public_id}",
        kind=ItemKind.SESSION,
        title=say("%(unit)s", unit=meeting.unit),
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        zone=meeting.zone,
        changed_at=meeting.changed_at,
        sequence=meeting.sequence,
        detail=meeting.course,
        where=", ".join(part for part in (meeting.room, meeting.site) if part),
        is_cancelled=meeting.is_cancelled,
        clash=None if meeting.is_cancelled else clash,
        key=meeting.public_id,
    )


def _own_dues(actor: Actor, live: Sequence[Enrollment]) -> list[Item]:
    """Each activity when it is due for this student, by the one rule of coursework."""
    works = [work for work in list_own_work(actor) if work.enrollment.id in {e.id for e in live}]
    changed = _last_changes(live)
    return [_due(work, changed) for work in works]


def _due(work: Work, changed: dict[tuple[str, int, int], datetime]) -> Item:
    of, activity = work.enrollment, work.activity
    moments = [
        activity.recorded_at,
        *(
            changed[key]
            for key in (
                ("deadline", of.cohort_id, activity.id),
                ("extension", of.id, activity.id),
                ("life", of.id, 0),
            )
            if key in changed
        ),
    ]
    return Item(
        uid=f"due-{activity.public_id}-{of.public_id}",
        kind=ItemKind.DUE,
        title=say(N_("%(activity)s is due"), activity=activity.title),
        starts_at=work.due.at,
        ends_at=work.due.at,
        zone=work.zone,
        changed_at=max(moments),
        sequence=revision(max(moments)),
        detail=work.course.name,
        key=activity.public_id,
    )


def _last_changes(live: Sequence[Enrollment]) -> dict[tuple[str, int, int], datetime]:
    """When something was last recorded that can move a due date, superseded rows too. Four queries."""
    found: dict[tuple[str, int, int], datetime] = {}
    cohorts = session.scalars(
        unscoped(select(Cohort).where(Cohort.id.in_({e.cohort_id for e in live})), "the cohorts of own enrollments")
    ).all()
    dated = select(Deadline.cohort_id, Deadline.activity_id, func.max(Deadline.recorded_at))
    for cohort_id, activity_id, at in session.execute(
        within(dated.group_by(Deadline.cohort_id, Deadline.activity_id), cohorts, on=Deadline)
    ):
        found["deadline", cohort_id, activity_id] = at
    more = select(Extension.enrollment_id, Extension.activity_id, func.max(Extension.recorded_at))
    for enrollment_id, activity_id, at in session.execute(
        within(more.group_by(Extension.enrollment_id, Extension.activity_id), live, on=Extension)
    ):
        found["extension", enrollment_id, activity_id] = at
    for model in (Leave, Placement):
        latest = select(model.enrollment_id, func.max(model.recorded_at)).group_by(model.enrollment_id)
        for enrollment_id, at in session.execute(within(latest, live, on=model)):
            found["life", enrollment_id, 0] = max(at, found.get(("life", enrollment_id, 0), at))
    return found


def _weeks(enrollment: Enrollment, situation: Situation, window: Window) -> Iterable[Item]:
    """When the hours of each week are due and when it locks; not of weeks that ask for nothing."""
    if situation.first is None:
        return
    first = max(situation.first, local_day(window.first, situation.zone) - timedelta(weeks=2))
    last = min(situation.last, local_day(window.last, situation.zone))
    for monday in day_span(monday_of(first), last)[::DAYS]:
        number = week_number(monday, situation.cohort.week_one_monday)
        if situation.target(monday).most == 0 or number < 1:
            continue
        times = situation.times(monday)
        for kind, title, at in (
            (ItemKind.HOURS_DUE, N_("Hours of week %(number)s are due"), times.due_at),
            (ItemKind.LOCK, N_("Week %(number)s locks"), times.locks_at),
        ):
            yield Item(
                uid=f"{kind}-{monday.isoformat()}-{enrollment.public_id}",
                kind=kind,
                title=say(title, number=number),
                starts_at=at,
                ends_at=at,
                zone=situation.zone,
                changed_at=_began(situation.cohort),
                detail=situation.cohort.name,
                key=monday.isoformat(),
            )


def _began(cohort: CohortCalendar) -> datetime:
    """Weeks follow from the cohort's start, so that is since when they stand."""
    return week_times(cohort.week_one_monday, cohort.zone).starts_at


def staff_sections(actor: Actor) -> list[tuple[Section, Site, Cohort]]:
    """The sections whose dates concern the actor as staff, and no others (P26), by name. One query."""
    statement = (
        select(Section, Site, Cohort)
        .join(Site, Site.id == Section.site_id)
        .join(Cohort, Cohort.id == Section.cohort_id)
        .where(Cohort.taken_back_at.is_(None))
        .order_by(Section.name, Section.id)
    )
    rows = session.execute(scoped(statement, actor, Action.SECTION_CALENDAR, on=Section))
    return [(section, site, cohort) for section, site, cohort in rows]


def staff_items(actor: Actor, sections: Sequence[tuple[Section, Site, Cohort]], window: Window) -> list[Item]:
    """Sessions, due dates, reviews and breaks of sections that were found for `actor`. At most seven queries."""
    if not sections:
        return []
    rows = [section for section, _, _ in sections]
    items = [
        _named(session_item(meeting), f"{meeting.section}: {meeting.course}")
        for meeting in meetings_of(rows, window.first, window.last)
    ]
    cohorts = list({cohort.id: cohort for _, _, cohort in sections}.values())
    items += _section_dues(sections, cohorts)
    items += break_items([cohort.id for cohort in cohorts], {site.id for _, site, _ in sections}, sections[0][1].zone)
    items += more_items(actor, Side.STAFF, rows)
    return in_order([item for item in items if window.holds(item)])


def _named(item: Item, detail: str) -> Item:
    return replace(item, detail=detail)


def _section_dues(sections: Sequence[tuple[Section, Site, Cohort]], cohorts: Sequence[Cohort]) -> list[Item]:
    """Each activity when it is due for a section; those due at one instant for several sections are one entry."""
    statement = select(Deadline, Activity).join(Activity, Activity.id == Deadline.activity_id)
    statement = statement.where(stands(Deadline), ~Deadline.is_lifted)
    base: dict[tuple[int, int], tuple[Deadline, Activity]] = {}
    own: dict[tuple[int, int], Deadline] = {}
    for deadline, activity in session.execute(within(statement, cohorts, on=Deadline)):
        if deadline.section_id is None:
            base[deadline.cohort_id, activity.id] = (deadline, activity)
        else:
            own[deadline.section_id, activity.id] = deadline
    found: dict[tuple[int, datetime], tuple[Item, list[str]]] = {}
    for section, site, cohort in sections:
        for (cohort_id, number), (deadline, activity) in base.items():
            if cohort_id != cohort.id or (section.course_id not in (None, activity.course_id)):
                continue
            more = own.get((section.id, number))
            due = effective_due(DueDates(deadline.due_at, site.zone, section=more.due_at if more else None))
            changed = max(deadline.recorded_at, more.recorded_at if more else deadline.recorded_at)
            item = Item(
                uid=f"due-{activity.public_id}-{section.public_id}",
                kind=ItemKind.DUE,
                title=say(N_("%(activity)s is due"), activity=activity.title),
                starts_at=due.at,
                ends_at=due.at,
                zone=site.zone,
                changed_at=changed,
                sequence=revision(changed),
                key=activity.public_id,
            )
            found.setdefault((number, due.at), (item, []))[1].append(section.name)
    return [_named(item, ", ".join(names)) for item, names in found.values()]


def firm_reviews(actor: Actor, window: Window) -> list[Item]:
    """Dates of the projects of one's own firm, and reviews of those whom one supervises; they need nobody's consent."""
    if not actor.holds(*FIRM):
        return []
    return [item for item in more_items(actor, Side.FIRM) if window.holds(item)]


def items_of(actor: Actor, window: Window) -> list[Item]:
    """A person's whole calendar but for what consent decides: own studies, own sections, the reviews of an own firm."""
    items = student_items(actor, window) if actor.holds(Relation.STUDENT) else []
    if actor.holds(*STAFF):
        items += staff_items(actor, staff_sections(actor), window)
    items += firm_reviews(actor, window)
    return in_order(list({item.uid: item for item in items}.values()))


def local_days(first: date, last: date, zone: str) -> Window:
    """The local days from `first` to `last`, both included, as a window."""
    return Window(*whole_days(first, last, zone))
