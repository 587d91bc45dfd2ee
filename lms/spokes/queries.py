"""What is offered where, who ranked what, which seats are taken."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import TypeVar

from sqlalchemy import Select, bindparam, select

from lms.hub.catalog.kinds import CourseKind
from lms.hub.catalog.models import Course, ProgramVersion
from lms.hub.catalog.policy import Policy
from lms.hub.cohorts.models import Cohort
from lms.hub.enrollment.models import Enrollment, Placement, PlanUnit, StatusChange
from lms.hub.enrollment.queries import Member, grouped, roster, standing
from lms.hub.enrollment.rules import ENDED, at_or_none, status_on
from lms.kernel.db import session
from lms.kernel.facts import Fact, kept_for_now, stands
from lms.kernel.prose import prose_of
from lms.people.access import Action, Actor
from lms.people.scope import plain, read, unscoped, within
from lms.spokes.models import SpokeChoice, SpokeDecision, SpokeOffer
from lms.spokes.rules import Offer, Window, seats_left

F = TypeVar("F", bound=Fact)
WHOLE = "seats are counted over the whole cohort, whoever asks"
Taken = Mapping[tuple[int, int], int]


@dataclass(frozen=True, slots=True)
class Seat:
    """A spoke at one site as a student sees it."""

    course: Course
    offer: Offer
    left: int


@dataclass(frozen=True, slots=True)
class Choice:
    """One enrollment's ranking and the last word on it. ranked: first choice first. reason: of a decline."""

    fact: SpokeChoice
    ranked: tuple[Course, ...]
    decision: SpokeDecision | None
    given: Course | None
    reason: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the coordinator's page."""

    member: Member
    choice: Choice | None


def window_of(cohort: Cohort) -> tuple[Window, int]:
    """The cohort weeks in which a spoke may be chosen, and how many ranks are wanted. One query."""
    stored = session.scalars(select(ProgramVersion.policy).where(ProgramVersion.id == cohort.program_version_id)).one()
    policy = Policy.of(stored)
    return Window(policy.spoke_first_week, policy.spoke_last_week), policy.spoke_ranks


def list_spokes(cohort: Cohort) -> Sequence[Course]:
    """The spokes of the cohort's version, in the catalog's order. One query."""
    return [spoke for (spoke,) in read(_spokes_of_version(), version_id=cohort.program_version_id)]


@cache
def _spokes_of_version() -> Select[Course]:
    of_version = Course.program_version_id == bindparam("version_id")
    return select(Course).where(of_version, Course.kind == CourseKind.SPOKE).order_by(Course.position)


def offers(cohort: Cohort, as_of: datetime | None = None) -> dict[tuple[int, int], SpokeOffer]:
    """What is offered, by (site, course); seats of a cohort that was found for somebody. One query."""
    rows = session.scalars(within(select(SpokeOffer).where(stands(SpokeOffer, as_of)), cohort))
    return {(row.site_id, row.course_id): row for row in rows if row.seats}


def taken(cohort: Cohort, day: date, as_of: datetime | None = None) -> Taken:
    """How many students hold a seat on `day`, by (site, course), as known then; who left holds none. Four queries.

    A student who moved to a newer version takes its spoke of that code, and the seat of the cohort's.
    """
    offered = {spoke.code: spoke.id for spoke in list_spokes(cohort)}
    rows = plain(_planned_spokes(as_of), cohort_id=cohort.id)
    holders = {enrollment_id: offered[code] for enrollment_id, code in rows if code in offered}
    holding = _standing_of(StatusChange, holders, as_of).where(StatusChange.is_taken_back.is_(False))
    changes = grouped(session.scalars(unscoped(holding, WHOLE)).all())
    places = grouped(session.scalars(unscoped(_standing_of(Placement, holders, as_of), WHOLE)).all())
    found: Counter[tuple[int, int]] = Counter()
    for enrollment_id, course_id in holders.items():
        place = at_or_none(places.get(enrollment_id, ()), day)
        if place and status_on(changes.get(enrollment_id, ()), day) not in ENDED:
            found[place.site_id, course_id] += 1
    return found


@kept_for_now
def _planned_spokes(as_of: datetime | None) -> Select[int, str]:
    planned = select(PlanUnit.enrollment_id, Course.code).join(Course, Course.id == PlanUnit.course_id)
    planned = planned.join(Enrollment, Enrollment.id == PlanUnit.enrollment_id).where(
        stands(PlanUnit, as_of),
        ~PlanUnit.is_dropped,
        Course.kind == CourseKind.SPOKE,
        Enrollment.cohort_id == bindparam("cohort_id"),
    )
    return unscoped(planned, WHOLE)


def _standing_of(model: type[F], enrollment_ids: Iterable[int], as_of: datetime | None) -> Select[F]:
    return select(model).where(stands(model, as_of), model.enrollment_id.in_(enrollment_ids))  # type: ignore[attr-defined]


def seats_at(cohort: Cohort, site_id: int, day: date, as_of: datetime | None = None) -> list[Seat]:
    """Every spoke offered at a site with the seats that are left. Five queries."""
    here, gone = offers(cohort, as_of), taken(cohort, day, as_of)
    found = []
    for course in list_spokes(cohort):
        if row := here.get((site_id, course.id)):
            offer = Offer(site_id, course.id, row.seats)
            found.append(Seat(course, offer, seats_left(offer, gone)))
    return found


def choices_of(
    cohort: Cohort, enrollments: Enrollment | Iterable[Enrollment], as_of: datetime | None = None
) -> dict[int, Choice]:
    """The standing ranking of each enrollment that has one, by row number. Four queries."""
    rows = standing(SpokeChoice, enrollments, as_of)
    decisions = {d.spoke_choice_id: d for d in standing(SpokeDecision, enrollments, as_of)}
    reasons = prose_of(decisions.values(), "reason")
    courses = {course.id: course for course in list_spokes(cohort)}
    found = {}
    for row in rows:
        decision = decisions.get(row.id)
        found[row.enrollment_id] = Choice(
            fact=row,
            ranked=tuple(courses[number] for number in row.ranking if number in courses),
            decision=decision,
            given=courses.get(decision.course_id) if decision and decision.course_id else None,
            reason=reasons.get(decision.public_id, "") if decision else "",
        )
    return found


def choice_lines(actor: Actor, cohort: Cohort, day: date, as_of: datetime | None = None) -> list[Line]:
    """Every student of the cohort on whose spoke `actor` decides, the undecided first. A fixed number of queries."""
    people = [m for m in roster(actor, cohort, day, Action.SPOKE_DECIDE, as_of) if m.status not in ENDED]
    choices = choices_of(cohort, [member.enrollment for member in people], as_of)
    lines = [Line(member, choices.get(member.enrollment.id)) for member in people]
    return sorted(lines, key=_undecided_first)


def _undecided_first(line: Line) -> int:
    if line.choice is None:
        return 1
    return 0 if line.choice.decision is None else 2


def planned_spoke(enrollment: Enrollment) -> PlanUnit | None:
    """The plan's line for the spoke. One query."""
    statement = select(PlanUnit).join(Course, Course.id == PlanUnit.course_id)
    statement = statement.where(stands(PlanUnit), ~PlanUnit.is_dropped, Course.kind == CourseKind.SPOKE)
    return session.scalars(within(statement, enrollment)).first()
