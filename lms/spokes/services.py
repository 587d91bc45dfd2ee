"""Offering, choosing and deciding. A decision writes the spoke into the enrollment's plan; the hub knows no spoke."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from lms.hub.catalog.kinds import CourseKind
from lms.hub.catalog.models import Course
from lms.hub.catalog.queries import list_courses
from lms.hub.cohorts.models import Cohort
from lms.hub.cohorts.rules import week_number
from lms.hub.enrollment.models import Enrollment, PlanUnit
from lms.hub.enrollment.queries import cohort_of, placement_on, standing, status_of
from lms.hub.enrollment.versions import version_of
from lms.kernel.clock import today
from lms.kernel.db import session
from lms.kernel.errors import RuleBroken
from lms.kernel.prose import keep
from lms.kernel.text import N_
from lms.messages.services import notify
from lms.people.access import Action, Actor
from lms.people.anchors import forget_anchors
from lms.people.commands import command
from lms.people.orgs.models import Site
from lms.people.scope import unscoped
from lms.spokes.models import SpokeChoice, SpokeDecision, SpokeOffer
from lms.spokes.prerequisites import refuse_unready
from lms.spokes.queries import offers, planned_spoke, seats_at, taken, window_of
from lms.spokes.rules import Decision, Offer, check_decline, check_may_choose, check_ranking, check_seat


@command(Action.COHORT_MANAGE)
def offer_spoke(actor: Actor, cohort: Cohort, site: Site, spoke: Course, seats: int) -> SpokeOffer:
    """Seats of a spoke at a site; 0 ends the offer for those who have not chosen yet."""
    if seats < 0:
        raise RuleBroken(N_("Enter 0 seats or more."), field="seats")
    if spoke.kind is not CourseKind.SPOKE or spoke.program_version_id != cohort.program_version_id:
        raise RuleBroken(N_("This is not a spoke of the cohort's program version."), field="spoke")
    before = offers(cohort).get((site.id, spoke.id))
    row = SpokeOffer(
        cohort_id=cohort.id,
        site_id=site.id,
        course_id=spoke.id,
        seats=seats,
        supersedes_id=before.id if before else None,
    )
    session.add(row)
    session.flush()
    return row


@command(Action.SPOKE_CHOOSE)
def choose_spoke(actor: Actor, enrollment: Enrollment, ranking: Sequence[int]) -> SpokeChoice:
    """Hand in a ranking: row numbers of courses, first choice first. One that waits or was declined is replaced.

    Raises RuleBroken outside the weeks of choice, for a bad ranking, or once a spoke was given.
    """
    cohort = cohort_of(enrollment)
    day = today(cohort.zone)
    window, wanted = window_of(cohort)
    check_may_choose(window, week_number(day, cohort.week_one_monday), status_of(enrollment, day))
    before = next(iter(standing(SpokeChoice, enrollment)), None)
    if before and any(d.decision is Decision.APPROVED for d in standing(SpokeDecision, enrollment)):
        raise RuleBroken(N_("Your spoke is decided. Ask your coordinator for a change."))
    place = placement_on(enrollment, day)
    offered = {seat.course.id: seat.course for seat in seats_at(cohort, place.site_id, day)} if place else {}
    check_ranking(ranking, offered, wanted)
    refuse_unready(enrollment, [offered[number] for number in ranking], "ranking")
    choice = SpokeChoice(
        enrollment_id=enrollment.id, ranking=list(ranking), supersedes_id=before.id if before else None
    )
    session.add(choice)
    session.flush()
    return choice


@command(Action.SPOKE_DECIDE)
def give_spoke(actor: Actor, enrollment: Enrollment, choice: SpokeChoice, spoke: Course) -> SpokeDecision:
    """Give the student `spoke`, a seat permitting; a spoke given earlier leaves the plan. Raises RuleBroken."""
    cohort = cohort_of(enrollment)
    lock_seats(cohort)
    day = today(cohort.zone)
    current = planned_spoke(enrollment)
    if current is None or current.course_id != _as_bound(enrollment, spoke).id:
        place = placement_on(enrollment, day)
        refuse_unready(enrollment, [spoke], "spoke")
        row = offers(cohort).get((place.site_id, spoke.id)) if place else None
        check_seat(Offer(row.site_id, row.course_id, row.seats) if row else None, taken(cohort, day))
        _replan(enrollment, current, spoke)
    return _decide(enrollment, choice, Decision.APPROVED, spoke.id, "")


def lock_seats(cohort: Cohort) -> None:
    """One who gives seats of a cohort at a time, so that none is given twice."""
    statement = select(Cohort.id).where(Cohort.id == cohort.id).with_for_update(key_share=True)
    session.execute(unscoped(statement, "one at a time"))


@command(Action.SPOKE_DECIDE)
def decline_choice(actor: Actor, enrollment: Enrollment, choice: SpokeChoice, reason: str) -> SpokeDecision:
    """Ask the student to choose again. Raises RuleBroken without a reason."""
    check_decline(reason)
    return _decide(enrollment, choice, Decision.DECLINED, None, reason.strip())


def _replan(enrollment: Enrollment, current: PlanUnit | None, spoke: Course) -> None:
    if current:
        session.add(
            PlanUnit(
                enrollment_id=enrollment.id, course_id=current.course_id, is_dropped=True, supersedes_id=current.id
            )
        )
    session.add(PlanUnit(enrollment_id=enrollment.id, course_id=_as_bound(enrollment, spoke).id))
    forget_anchors()


def _as_bound(enrollment: Enrollment, spoke: Course) -> Course:
    """The spoke in the version that the student is bound to, which may be newer than the cohort's."""
    same = (course for course in list_courses(version_of(enrollment)) if course.code == spoke.code)
    found = next(same, None)
    if found is None:
        raise RuleBroken(N_("This spoke is not in the version that the student is bound to."), field="spoke")
    return found


def _decide(
    enrollment: Enrollment, choice: SpokeChoice, decision: Decision, course_id: int | None, reason: str
) -> SpokeDecision:
    if choice.enrollment_id != enrollment.id:
        raise RuleBroken(N_("This choice belongs to somebody else."), field="choice")
    before = next((d for d in standing(SpokeDecision, enrollment) if d.spoke_choice_id == choice.id), None)
    row = SpokeDecision(
        enrollment_id=enrollment.id,
        spoke_choice_id=choice.id,
        decision=decision,
        course_id=course_id,
        supersedes_id=before.id if before else None,
    )
    session.add(row)
    session.flush()
    keep(row, reason=reason)
    notify(enrollment.person_id, "spoke-decided", row.public_id)
    return row


def first_free(ranking: Sequence[int], cohort: Cohort, site_id: int, day: date) -> int | None:
    """The highest-ranked spoke with a free seat: what a coordinator is offered first. Row number of a course."""
    free = {seat.course.id for seat in seats_at(cohort, site_id, day) if seat.left}
    return next((number for number in ranking if number in free), None)
