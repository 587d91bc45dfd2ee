"""What waits in each section and for how long, what is coming, and what grading took."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from lms.hub.cohorts.models import Section
from lms.hub.coursework.models import Activity, Deadline, Submission
from lms.hub.enrollment.models import Enrollment, Placement, PlanUnit
from lms.hub.grading.models import Score, given
from lms.hub.grading.models.desk import GradingTime
from lms.hub.grading.models.marking import MarkingTask
from lms.hub.grading.rules.load import (
    LOOK_AHEAD,
    LOOK_BACK,
    Ages,
    ages_of,
    backlog_ahead,
    explain_expected,
    explain_minutes,
    explain_waiting,
)
from lms.hub.grading.rules.marking import Role
from lms.kernel.db import session
from lms.kernel.explain import Explained, FactRef
from lms.kernel.facts import runs_on, stands
from lms.people.access import Action, Actor
from lms.people.scope import policy_day, scoped, unscoped

WHY = "the load of sections that were found"


@dataclass(frozen=True, slots=True)
class SectionLoad:
    """One section. expected: works that fall due in two weeks and are not in. seconds: what a work took on average.

    minutes, minutes_ahead: for one work, and for all that waits and comes; None where nothing was measured.
    """

    section: Section
    ages: Ages
    waiting: Explained[int]
    expected: Explained[int]
    graded: int
    ahead: Explained[int]
    seconds: int | None
    timed: int
    minutes: Explained[int] | None
    minutes_ahead: Explained[int] | None


def load_board(actor: Actor, now: datetime) -> list[SectionLoad]:
    """The sections in which `actor` may say who marks what, by name. Five queries."""
    sections = list(
        session.scalars(scoped(select(Section).order_by(Section.name, Section.id), actor, Action.MARKING_ALLOCATE))
    )
    ids = [section.id for section in sections]
    waiting = _waiting(ids)
    expected, graded, times = _expected(ids, now), _graded(ids, now), _times(ids, now)
    found = []
    for section in sections:
        handed_in = sorted(waiting.get(section.id, ()))
        ages = ages_of([at for at, _ in handed_in], now)
        soon, done = explain_expected(expected.get(section.id, ())), graded.get(section.id, 0)
        seconds, timed = times.get(section.id, (0, 0))
        works = ages.waiting + soon.value
        minutes, minutes_ahead = explain_minutes(seconds, timed, works) if timed else (None, None)
        found.append(
            SectionLoad(
                section=section,
                ages=ages,
                waiting=explain_waiting(ages, tuple(FactRef("submission", number, at) for at, number in handed_in)),
                expected=soon,
                graded=done,
                ahead=backlog_ahead(ages.waiting, soon.value, done),
                seconds=seconds // timed if timed else None,
                timed=timed,
                minutes=minutes,
                minutes_ahead=minutes_ahead,
            )
        )
    return found


def _waiting(sections: Sequence[int]) -> dict[int, list[tuple[datetime, str]]]:
    """When each work came, and which it is."""
    later = aliased(Submission)
    is_last = ~exists().where(
        later.enrollment_id == Submission.enrollment_id,
        later.activity_id == Submission.activity_id,
        later.attempt > Submission.attempt,
    )
    scored = exists(select(Score.id).where(Score.submission_id == Submission.id, given()))
    statement = (
        select(Placement.section_id, Submission.received_at, Submission.public_id)
        .join(Placement, Placement.enrollment_id == Submission.enrollment_id)
        .where(Placement.section_id.in_(sections), stands(Placement), runs_on(Placement, policy_day()))
        .where(is_last, ~scored)
    )
    found: dict[int, list[tuple[datetime, str]]] = {}
    for section_id, at, number in session.execute(unscoped(statement, WHY)):
        found.setdefault(section_id, []).append((at, number))
    return found


def _expected(sections: Sequence[int], now: datetime) -> dict[int, list[tuple[str, int]]]:
    """By activity: students whose date for it lies in the next two weeks, of what is neither in nor scored."""
    own = aliased(Deadline)
    has_own = exists().where(
        own.activity_id == Deadline.activity_id, own.section_id == Placement.section_id, ~own.is_lifted, stands(own)
    )
    theirs = or_(Deadline.section_id == Placement.section_id, and_(Deadline.section_id.is_(None), ~has_own))
    planned = exists().where(
        PlanUnit.enrollment_id == Enrollment.id,
        PlanUnit.course_id == Activity.course_id,
        PlanUnit.is_dropped.is_(False),
        stands(PlanUnit),
    )
    statement = (
        select(Placement.section_id, Activity.code, Activity.title, func.count())
        .select_from(Enrollment)
        .join(Placement, Placement.enrollment_id == Enrollment.id)
        .join(Deadline, Deadline.cohort_id == Enrollment.cohort_id)
        .join(Activity, and_(Activity.id == Deadline.activity_id, stands(Activity)))
        .where(Placement.section_id.in_(sections), stands(Placement), runs_on(Placement, policy_day()))
        .where(stands(Deadline), ~Deadline.is_lifted, Deadline.due_at > now, Deadline.due_at <= now + LOOK_AHEAD)
        .where(theirs, planned, ~_is_there(Submission), ~_is_there(Score))
        .group_by(Placement.section_id, Activity.id, Activity.code, Activity.title)
        .order_by(Activity.code, Activity.id)
    )
    found: dict[int, list[tuple[str, int]]] = {}
    for section_id, code, title, count in session.execute(unscoped(statement, WHY)):
        found.setdefault(section_id, []).append((f"{code} {title}", count))
    return found


def _is_there(model: Any) -> Any:
    return exists().where(model.enrollment_id == Enrollment.id, model.activity_id == Activity.id)


def _graded(sections: Sequence[int], now: datetime) -> dict[int, int]:
    """First scores of the last four weeks."""
    statement = (
        select(Score.section_id, func.count())
        .where(Score.section_id.in_(sections), Score.number == 1, Score.recorded_at > now - LOOK_BACK)
        .group_by(Score.section_id)
    )
    return dict(session.execute(unscoped(statement, WHY)).all())


def _times(sections: Sequence[int], now: datetime) -> dict[int, tuple[int, int]]:
    statement = (
        select(Score.section_id, func.sum(GradingTime.seconds), func.count())
        .join(Score, Score.id == GradingTime.score_id)
        .where(Score.section_id.in_(sections), GradingTime.recorded_at > now - LOOK_BACK)
        .group_by(Score.section_id)
    )
    rows = session.execute(unscoped(statement, WHY)).all()
    return {section_id: (int(seconds), count) for section_id, seconds, count in rows}


def seconds_spent_by(people: Sequence[int], now: datetime) -> dict[int, int]:
    """What each of them has spent at the desk in the last four weeks, as far as it saw. One query."""
    statement = (
        select(GradingTime.recorded_by_id, func.sum(GradingTime.seconds))
        .where(GradingTime.recorded_by_id.in_(people), GradingTime.recorded_at > now - LOOK_BACK)
        .group_by(GradingTime.recorded_by_id)
    )
    rows = session.execute(unscoped(statement, "what graders of sections that were found have spent")).all()
    return {person_id: int(seconds) for person_id, seconds in rows if person_id is not None}


def seconds_a_work(now: datetime) -> dict[int, int]:
    """What a work of each activity took on average in the last four weeks; 0: of all. One query."""
    statement = (
        select(GradingTime.activity_id, func.sum(GradingTime.seconds), func.count())
        .where(GradingTime.recorded_at > now - LOOK_BACK)
        .group_by(GradingTime.activity_id)
    )
    rows = session.execute(unscoped(statement, "what grading took, of nobody in particular")).all()
    found = {activity_id: int(seconds) // count for activity_id, seconds, count in rows}
    every = sum(count for *_, count in rows)
    return {**found, 0: sum(int(seconds) for _, seconds, _ in rows) // every} if every else {}


def waiting_by(people: Sequence[int]) -> dict[int, dict[int, int]]:
    """How many works of each activity wait for each of them as first marker. One query."""
    handed_in = exists().where(
        Submission.enrollment_id == MarkingTask.enrollment_id, Submission.activity_id == MarkingTask.activity_id
    )
    scored = exists(
        select(Score.id).where(
            Score.enrollment_id == MarkingTask.enrollment_id, Score.activity_id == MarkingTask.activity_id, given()
        )
    )
    statement = (
        select(MarkingTask.grader_id, MarkingTask.activity_id, func.count())
        .where(MarkingTask.grader_id.in_(people), MarkingTask.role == Role.FIRST, stands(MarkingTask))
        .where(handed_in, ~scored)
        .group_by(MarkingTask.grader_id, MarkingTask.activity_id)
    )
    found: dict[int, dict[int, int]] = {}
    for person_id, activity_id, count in session.execute(unscoped(statement, WHY)).all():
        if person_id is not None:
            found.setdefault(person_id, {})[activity_id] = count
    return found
