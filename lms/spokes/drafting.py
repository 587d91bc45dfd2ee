"""Making a draft for a site, changing single students in it, and publishing it as decisions. All of it is facts."""

from collections.abc import Mapping

from sqlalchemy import select

from lms.hub.catalog.models import Course
from lms.hub.cohorts.models import Cohort
from lms.hub.enrollment.models import Enrollment
from lms.kernel.clock import today
from lms.kernel.db import session
from lms.kernel.errors import NotFound, RuleBroken
from lms.kernel.facts import stands
from lms.kernel.prose import keep
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.people.commands import command
from lms.people.orgs.models import Firm, Site
from lms.people.scope import unscoped, within
from lms.spokes.assignment import NEED_WEIGHTS, Given, Seeker, settle, total_cost
from lms.spokes.drafts import (
    DraftLine,
    drafts_from,
    free_seats,
    lines_of_draft,
    needs_of,
    seats_of,
    seekers_of,
    waiting_at,
)
from lms.spokes.models import SpokeNeed, SpokePlace, SpokePublication, SpokeRun
from lms.spokes.queries import choices_of, list_spokes
from lms.spokes.services import give_spoke, lock_seats, offer_spoke
from lms.spokes.solver import assign

MAX_LABEL = 100
MAX_SEATS = 999


@command(Action.SPOKE_DECIDE)
def draft_places(
    actor: Actor, site: Site, cohort: Cohort, seats: Mapping[int, int], need_weight: int = 0, label: str = ""
) -> SpokeRun:
    """The assignment that best honors the rankings of those who wait at `site`, with so many seats, as a draft.

    seats: all seats of each spoke by the course's row number; those who have a spoke keep theirs. Raises RuleBroken.
    """
    _check_draft(seats, need_weight, label)
    day = today(cohort.zone)
    lines = waiting_at(actor, cohort, site, day)
    seekers = seekers_of(cohort, lines)
    if not seekers:
        raise RuleBroken(N_("Nobody at this site waits with a ranking."), field="seats")
    free = free_seats(cohort, site, seats, day)
    plan = assign(seekers, free, need_weight)
    run = SpokeRun(
        cohort_id=cohort.id,
        site_id=site.id,
        seats=sorted([number, count] for number, count in seats.items()),
        need_weight=need_weight,
        cost=total_cost(seekers, plan, need_weight),
        lottery=cohort.public_id,
    )
    session.add(run)
    session.flush()
    keep(run, label=label.strip())
    choices = {line.member.enrollment.id: line.choice.fact.id for line in lines if line.choice}
    session.add_all(_place(run, one, choices[one.student]) for one in settle(seekers, plan, free))
    return run


def _check_draft(seats: Mapping[int, int], need_weight: int, label: str) -> None:
    if any(not 0 <= count <= MAX_SEATS for count in seats.values()):
        raise RuleBroken(N_("Enter the seats as a whole number from 0 to 999."), field="seats")
    if need_weight not in NEED_WEIGHTS:
        raise RuleBroken(N_("Choose how much the need of employers counts."), field="need_weight")
    if len(label) > MAX_LABEL:
        raise RuleBroken(N_("Please keep the name under %(limit)s characters."), field="label", limit=MAX_LABEL)


def _place(run: SpokeRun, one: Given, choice_id: int) -> SpokePlace:
    return SpokePlace(
        run_id=run.id,
        enrollment_id=one.student,
        course_id=one.spoke,
        spoke_choice_id=choice_id,
        rank=one.rank,
        is_needed=one.is_needed,
        passed=[[p.spoke, p.seats, p.higher, p.same, p.lower] for p in one.passed],
    )


@command(Action.SPOKE_DECIDE)
def change_place(actor: Actor, enrollment: Enrollment, run: SpokeRun, course: Course | None) -> SpokePlace:
    """Another spoke for one student of a draft, or none; the draft's seats are kept to. Raises RuleBroken."""
    cohort, site = _place_of(run)
    (draft,) = drafts_from([run])
    if draft.is_published:
        raise RuleBroken(N_("This draft was published. Change the student's spoke on the page of spokes."))
    statement = select(SpokePlace).where(SpokePlace.run_id == run.id, stands(SpokePlace))
    before = session.scalar(within(statement, enrollment))
    if before is None:
        raise NotFound()
    if course is not None and course.id != before.course_id:
        others = unscoped(statement.where(SpokePlace.course_id == course.id), "who holds the seats of a draft")
        free = free_seats(cohort, site, draft.seats, today(cohort.zone)).get(course.id, 0)
        if len(session.scalars(others).all()) >= free:
            message = N_("All free seats of %(name)s are given in this draft. Free one first.")
            raise RuleBroken(message, field="spoke", name=course.name)
    row = SpokePlace(
        run_id=run.id,
        enrollment_id=enrollment.id,
        course_id=course.id if course else None,
        spoke_choice_id=before.spoke_choice_id,
        rank=_rank(cohort, enrollment, course),
        is_needed=False,
        is_manual=True,
        passed=[],
        supersedes_id=before.id,
    )
    session.add(row)
    session.flush()
    return row


def _rank(cohort: Cohort, enrollment: Enrollment, course: Course | None) -> int | None:
    choice = choices_of(cohort, enrollment).get(enrollment.id)
    if course is None or choice is None:
        return None
    return Seeker(enrollment.id, tuple(one.id for one in choice.ranked)).rank(course.id)


@command(Action.SPOKE_DECIDE)
def publish_draft(actor: Actor, site: Site, run: SpokeRun) -> SpokePublication:
    """The draft becomes decisions, with the seats it was made with; each student is told. Raises RuleBroken.

    A draft is refused once published, or when a student has ranked anew or got a spoke since.
    """
    cohort, _ = _place_of(run)
    lock_seats(cohort)
    (draft,) = drafts_from([run])
    if draft.is_published:
        raise RuleBroken(N_("This draft was published already."))
    lines = lines_of_draft(actor, run, cohort, today(cohort.zone))
    _check_fresh(lines, {line.member.enrollment.id for line in waiting_at(actor, cohort, site, today(cohort.zone))})
    courses = {course.id: course for course in list_spokes(cohort)}
    offered = seats_of(cohort, site)
    for number, count in draft.seats.items():
        if number in courses and offered.get(number, 0) != count:
            offer_spoke(actor, cohort, site, courses[number], count)
    choices = choices_of(cohort, [line.member.enrollment for line in lines])
    for line in lines:
        if line.course is not None:
            give_spoke(actor, line.member.enrollment, choices[line.member.enrollment.id].fact, line.course)
    row = SpokePublication(run_id=run.id, site_id=site.id)
    session.add(row)
    session.flush()
    return row


def _check_fresh(lines: list[DraftLine], waiting: set[int]) -> None:
    for line in lines:
        name = line.member.person.name
        if line.is_stale:
            raise RuleBroken(N_("%(name)s has sent another ranking since. Make the draft anew."), name=name)
        if line.member.enrollment.id not in waiting:
            raise RuleBroken(N_("%(name)s no longer waits for a spoke. Make the draft anew."), name=name)


def _place_of(run: SpokeRun) -> tuple[Cohort, Site]:
    why = "the cohort and site of a draft that was found"
    cohort = session.scalars(unscoped(select(Cohort).where(Cohort.id == run.cohort_id), why)).one()
    return cohort, session.scalars(unscoped(select(Site).where(Site.id == run.site_id), why)).one()


@command(Action.SPOKE_NEED)
def mark_need(actor: Actor, firm: Firm, spoke: str, is_needed: bool) -> SpokeNeed:
    """The sponsor says that the firm needs people of a spoke, or no longer does. spoke: the course's code."""
    before = needs_of(firm).get(spoke)
    if before is not None and before.is_lifted is not is_needed:
        return before
    row = SpokeNeed(firm_id=firm.id, spoke=spoke, is_lifted=not is_needed, supersedes_id=before.id if before else None)
    session.add(row)
    session.flush()
    return row
