"""What waits to be graded or released: filters, pages, places in the line."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.orm import aliased

from lms.hub.catalog.models import Course
from lms.hub.cohorts.models import Cohort, Section
from lms.hub.coursework.models import Activity, Submission
from lms.hub.enrollment.models import Enrollment, Placement
from lms.hub.enrollment.versions import lived_in_cohort
from lms.hub.grading.models import Release, Score
from lms.hub.grading.queries import Marking, placed_today
from lms.kernel.db import session
from lms.kernel.facts import runs_on, stands
from lms.kernel.paging import Page, page_of
from lms.people.access import Action, Actor
from lms.people.accounts.models import Person
from lms.people.scope import policy_day, scoped

QUEUE_ORDER = (Submission.received_at.asc(), Submission.id.asc())


class Wanted(StrEnum):
    """Which part of the queue is asked for."""

    TO_GRADE = "to-grade"
    TO_RELEASE = "to-release"
    RELEASED = "released"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Waiting:
    """One line of the queue: the last attempt of one student on one activity."""

    submission: Submission
    student: str
    activity: str
    course: str
    section: str
    score: Score | None
    is_released: bool


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Narrows the queue; public ids, "" for all."""

    wanted: Wanted = Wanted.TO_GRADE
    section_id: str = ""
    activity_id: str = ""


def marking_queue(actor: Actor, chosen: QueueFilter, after: str | None = None, size: int = 50) -> Page[Waiting]:
    """Last attempts that `actor` may grade or read, the oldest first, a page at a time. Two queries."""
    found = page_of(_queue(actor, chosen, Submission), QUEUE_ORDER, after, size)
    if not found.items:
        return Page([], found.after)
    lines = (
        select(Submission, Person.name, Activity.title, Course.code, Section.name, Score, _score_is_released())
        .join(Enrollment, Enrollment.id == Submission.enrollment_id)
        .join(Person, Person.id == Enrollment.person_id)
        .join(Activity, Activity.id == Submission.activity_id)
        .join(Course, Course.id == Activity.course_id)
        .outerjoin(Placement, placed_today())
        .outerjoin(Section, Section.id == Placement.section_id)
        .outerjoin(Score, _score_of_submission())
        .where(Submission.id.in_([submission.id for submission in found.items]))
    )
    rows = session.execute(scoped(lines, actor, Action.SCORE_READ, on=Submission)).all()
    by_id = {row[0].id: Waiting(*row) for row in rows}
    return Page([by_id[submission.id] for submission in found.items], found.after)


def count_queue(actor: Actor, chosen: QueueFilter) -> int:
    """How many lines the queue has. One query."""
    return session.scalar(_queue(actor, chosen, func.count(Submission.id))) or 0


def place_in_queue(actor: Actor, chosen: QueueFilter, marking: Marking) -> tuple[int, str | None]:
    """Which of the queue this one is or would be (from 1), and the public id of the next one. Two queries."""
    submission = marking.submission
    if submission is None:
        return 0, None
    here = (submission.received_at, submission.id)
    at, number = Submission.received_at, Submission.id
    before = (at < here[0]) | ((at == here[0]) & (number < here[1]))
    beyond = (at > here[0]) | ((at == here[0]) & (number > here[1]))
    position = session.scalar(_queue(actor, chosen, func.count(Submission.id)).where(before)) or 0
    following = _queue(actor, chosen, Submission.public_id).where(beyond).order_by(at, number).limit(1)
    return position + 1, session.scalar(following)


def _queue(actor: Actor, chosen: QueueFilter, what: Any) -> Select[Any]:
    newer = aliased(Submission)
    is_last = ~exists().where(
        newer.enrollment_id == Submission.enrollment_id,
        newer.activity_id == Submission.activity_id,
        newer.attempt > Submission.attempt,
    )
    statement = select(what).where(is_last)
    scored = exists(select(Score.id).where(_score_of_submission()))
    released = exists(
        select(Release.id).join(Score, Score.id == Release.score_id).where(_score_of_submission(), stands(Release))
    )
    conditions: dict[Wanted, ColumnElement[bool]] = {
        Wanted.TO_GRADE: ~scored,
        Wanted.TO_RELEASE: and_(scored, ~released),
        Wanted.RELEASED: released,
    }
    if chosen.wanted in conditions:
        statement = statement.where(conditions[chosen.wanted])
    if chosen.section_id:
        placed = (
            select(Placement.enrollment_id)
            .join(Section, Section.id == Placement.section_id)
            .where(Section.public_id == chosen.section_id, stands(Placement), runs_on(Placement, policy_day()))
        )
        statement = statement.where(Submission.enrollment_id.in_(placed))
    if chosen.activity_id:
        statement = statement.where(
            Submission.activity_id.in_(select(Activity.id).where(Activity.public_id == chosen.activity_id))
        )
    return scoped(statement, actor, Action.SCORE_READ, on=Submission)


def _score_of_submission() -> ColumnElement[bool]:
    return and_(Score.submission_id == Submission.id, stands(Score))


def _score_is_released() -> ColumnElement[bool]:
    return exists(select(Release.id).where(Release.score_id == Score.id, stands(Release)))


def list_taught(actor: Actor) -> list[tuple[Section, Course]]:
    """The sections that `actor` teaches or oversees with the courses taught there, for filters. One query."""
    statement = (
        select(Section, Course)
        .join(Cohort, Cohort.id == Section.cohort_id)
        .join(Course, lived_in_cohort())
        .where((Section.course_id.is_(None)) | (Section.course_id == Course.id))
        .order_by(Section.name, Section.id, Course.position)
    )
    rows = session.execute(scoped(statement, actor, Action.GRADEBOOK_READ, on=Section)).all()
    return [(section, course) for section, course in rows]


def list_waiting_activities(actor: Actor) -> list[tuple[str, str]]:
    """Public id and title of the activities with submissions that `actor` may read, for a filter. One query."""
    statement = (
        select(Activity.public_id, Activity.code, Activity.title)
        .join(Submission, Submission.activity_id == Activity.id)
        .distinct()
        .order_by(Activity.code)
    )
    rows = session.execute(scoped(statement, actor, Action.SCORE_READ, on=Submission)).all()
    return [(public_id, f"{code} {title}") for public_id, code, title in rows]
