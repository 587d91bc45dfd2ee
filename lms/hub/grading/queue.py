"""What waits to be graded or released: filters, pages, places in the line."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from lms.hub.catalog.models import Course
from lms.hub.cohorts.models import Cohort, Section
from lms.hub.coursework.models import Activity, Submission, SubmissionFile
from lms.hub.enrollment.models import Enrollment, Placement
from lms.hub.enrollment.versions import lived_in_cohort
from lms.hub.grading.models import Release, Score, given
from lms.hub.grading.models.marking import Agreement, MarkingRule, MarkingTask, SecondMark
from lms.hub.grading.queries import placed_today
from lms.hub.grading.rules.marking import pseudonym
from lms.kernel.clock import now
from lms.kernel.db import session
from lms.kernel.facts import runs_on, stands
from lms.kernel.paging import Page, page_of
from lms.people.access import Action, Actor
from lms.people.accounts.models import Person
from lms.people.scope import plain, policy_day, scoped, scoped_kept


class Wanted(StrEnum):
    """Which part of the queue is asked for."""

    TO_GRADE = "to-grade"
    TO_AGREE = "to-agree"
    TO_RELEASE = "to-release"
    RELEASED = "released"
    ALL = "all"


class Order(StrEnum):
    """What comes first: the work that waits longest, one student after the other, or one activity after the other.

    By student without names is by their names for the activity, so that the order tells nothing.
    """

    OLDEST = "oldest"
    STUDENT = "student"
    ACTIVITY = "activity"


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
    is_nameless: bool
    group: int = 0  # how many handed it in together; 0: alone

    @property
    def waits(self) -> int:
        """How many whole days it has waited to be graded; 0 where it does not."""
        return 0 if self.score is not None else max((now() - self.submission.received_at).days, 0)


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Narrows the queue; public ids, "" for all."""

    wanted: Wanted = Wanted.TO_GRADE
    section_id: str = ""
    activity_id: str = ""
    enrollment_id: str = ""
    order: Order = Order.OLDEST
    is_mine: bool = False  # only what was given to the person to mark


def marking_queue(actor: Actor, chosen: QueueFilter, after: str | None = None, size: int = 50) -> Page[Waiting]:
    """Last attempts that `actor` may grade or read, in the order asked for, a page at a time. Two queries."""
    found = page_of(_queue(actor, chosen, Submission), order_of(chosen), after, size)
    if not found.items:
        return Page([], found.after)
    lines = (
        select(
            Submission,
            Person.name,
            Activity.title,
            Course.code,
            Section.name,
            Score,
            _score_is_released(),
            _is_nameless(),
            Enrollment.public_id,
            Activity.public_id,
            _handed_in_together(),
        )
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
    by_id = {row[0].id: _waiting(row) for row in rows}
    return Page([by_id[submission.id] for submission in found.items], found.after)


def _waiting(row: Any) -> Waiting:
    submission, student, activity, course, section, score, is_released, is_nameless, *more = row
    enrollment_id, activity_id, group = more
    name = pseudonym(enrollment_id, activity_id) if is_nameless else student
    return Waiting(submission, name, activity, course, section, score, is_released, is_nameless, group)


def _handed_in_together() -> Any:
    """How many members have a part of the same hand-in; 0 for one who worked alone."""
    beside = aliased(Submission)
    same = beside.group_submission_id == Submission.group_submission_id
    return select(func.count(beside.id)).where(same).correlate(Submission).scalar_subquery()


def order_of(chosen: QueueFilter) -> tuple[ColumnElement[Any], ...]:
    """The columns by which any two lines are told apart; the first ones as asked for."""
    oldest = (Submission.received_at.asc(), Submission.id.asc())
    if chosen.order is Order.ACTIVITY:
        return (_activity_code(), *oldest)
    return (_student_key(), *oldest) if chosen.order is Order.STUDENT else oldest


def _activity_code() -> ColumnElement[Any]:
    code = select(Activity.code).where(Activity.id == Submission.activity_id).correlate(Submission)
    return code.scalar_subquery()


def _student_key() -> ColumnElement[Any]:
    """The student's name; where that may not be known, the receipt, which is a hash."""
    name = (
        select(Person.name)
        .join(Enrollment, Enrollment.person_id == Person.id)
        .where(Enrollment.id == Submission.enrollment_id)
        .correlate(Submission)
        .scalar_subquery()
    )
    return case((_is_nameless(), Submission.receipt), else_=name)


def _is_nameless() -> ColumnElement[bool]:
    """Whether the submission's section marks it without names and nothing of the attempt was released yet."""
    return and_(_rule_here().where(MarkingRule.is_anonymous).exists(), ~_was_seen())


def count_queue(actor: Actor, chosen: QueueFilter) -> int:
    """How many lines the queue has. One query."""
    return int(plain(_queue(actor, chosen, COUNT))[0][0])


COUNT = func.count(Submission.id)


def _queue(actor: Actor, chosen: QueueFilter, what: Any) -> Select[Any]:
    return scoped_kept(lines_of(chosen, what, actor.person_id or 0, policy_day()), actor, Action.SCORE_READ, Submission)


@lru_cache(maxsize=256)
def lines_of(chosen: QueueFilter, what: Any, grader_id: int, day: date) -> Select[Any]:
    """The queue, not yet narrowed to what its reader may see. Kept: building it costs more than asking it."""
    newer = aliased(Submission)
    is_last = ~exists().where(
        newer.enrollment_id == Submission.enrollment_id,
        newer.activity_id == Submission.activity_id,
        newer.attempt > Submission.attempt,
    )
    scored = exists(select(Score.id).where(_score_of_submission()))
    released = exists(
        select(Release.id).join(Score, Score.id == Release.score_id).where(_score_of_submission(), stands(Release))
    )
    double = and_(_is_double(), scored, ~_is_settled())
    second = exists(
        select(SecondMark.id).where(
            SecondMark.enrollment_id == Submission.enrollment_id,
            SecondMark.activity_id == Submission.activity_id,
            SecondMark.attempt == Submission.attempt,
            stands(SecondMark),
        )
    )
    others = exists(select(Score.id).where(_score_of_submission(), Score.recorded_by_id != grader_id))
    conditions: dict[Wanted, ColumnElement[bool]] = {
        Wanted.TO_GRADE: or_(~scored, and_(double, ~second, others)),
        Wanted.TO_AGREE: and_(double, second),
        Wanted.TO_RELEASE: and_(scored, ~released, ~double),
        Wanted.RELEASED: released,
    }
    wanted = [conditions[chosen.wanted]] if chosen.wanted in conditions else []
    statement = select(what).where(*wanted, is_last)  # in this order: what is graded is not looked at any further
    if not chosen.enrollment_id and not chosen.is_mine:
        statement = statement.where(~_stands_behind(chosen.wanted))
    if chosen.section_id:
        placed = (
            select(Placement.enrollment_id)
            .join(Section, Section.id == Placement.section_id)
            .where(Section.public_id == chosen.section_id, stands(Placement), runs_on(Placement, day))
        )
        statement = statement.where(Submission.enrollment_id.in_(placed))
    if chosen.activity_id:
        statement = statement.where(
            Submission.activity_id.in_(select(Activity.id).where(Activity.public_id == chosen.activity_id))
        )
    if chosen.enrollment_id:
        theirs = select(Enrollment.id).where(Enrollment.public_id == chosen.enrollment_id)
        # Whose work it is would be told by looking for it.
        statement = statement.where(Submission.enrollment_id.in_(theirs), ~_is_nameless())
    if chosen.is_mine:
        statement = statement.where(_is_given_to(grader_id))
    return statement


def _stands_behind(wanted: Wanted) -> ColumnElement[bool]:
    """Whether another member's part of the same hand-in stands for the group in this queue: it appears once."""
    first = aliased(Submission)
    scored = exists(select(Score.id).where(Score.submission_id == first.id, given()))
    released = exists(
        select(Release.id)
        .join(Score, Score.id == Release.score_id)
        .where(Score.submission_id == first.id, stands(Release))
    )
    by_queue: dict[Wanted, list[ColumnElement[bool]]] = {
        Wanted.TO_GRADE: [~scored],
        Wanted.TO_RELEASE: [scored, ~released],
        Wanted.RELEASED: [released],
    }
    waits_too = by_queue.get(wanted, [])
    same = (first.group_submission_id == Submission.group_submission_id, first.id < Submission.id)
    return exists().where(*same, *waits_too).correlate(Submission)


def _rule_here() -> Select[int]:
    """The marking rule of the section where the submission's student is taught."""
    return (
        select(MarkingRule.id)
        .join(Placement, Placement.section_id == MarkingRule.section_id)
        .where(
            Placement.enrollment_id == Submission.enrollment_id,
            MarkingRule.activity_id == Submission.activity_id,
            stands(MarkingRule),
            stands(Placement),
            runs_on(Placement, policy_day()),
        )
        .correlate(Submission)
    )


def _is_double() -> ColumnElement[bool]:
    """Whether two persons mark it. Few activities are marked so, and those are asked for only once."""
    somewhere = select(MarkingRule.activity_id).where(MarkingRule.is_double)
    return and_(Submission.activity_id.in_(somewhere), _rule_here().where(MarkingRule.is_double).exists())


def _is_settled() -> ColumnElement[bool]:
    """Whether two marks have come to one, or the student has seen a score of the attempt."""
    agreed = select(Agreement.id).join(Score, Score.id == Agreement.score_id).where(_score_of_submission())
    return or_(agreed.correlate(Submission).exists(), _was_seen())


def _was_seen() -> ColumnElement[bool]:
    seen = select(Release.id).where(
        Release.enrollment_id == Submission.enrollment_id,
        Release.activity_id == Submission.activity_id,
        Release.attempt == Submission.attempt,
    )
    return seen.correlate(Submission).exists()


def _is_given_to(person_id: int) -> ColumnElement[bool]:
    return exists(
        select(MarkingTask.id).where(
            MarkingTask.enrollment_id == Submission.enrollment_id,
            MarkingTask.activity_id == Submission.activity_id,
            MarkingTask.grader_id == person_id,
            stands(MarkingTask),
        )
    )


def _score_of_submission() -> ColumnElement[bool]:
    return and_(Score.submission_id == Submission.id, given())


def _score_is_released() -> ColumnElement[bool]:
    return exists(select(Release.id).where(Release.score_id == Score.id, stands(Release)))


def list_taught(actor: Actor) -> list[tuple[Section, Course]]:
    """The sections that `actor` teaches or oversees with the courses taught there, for filters. One query."""
    rows = session.execute(scoped_kept(_taught(), actor, Action.GRADEBOOK_READ, on=Section)).all()
    return [(section, course) for section, course in rows]


@cache
def _taught() -> Select[Section, Course]:
    return (
        select(Section, Course)
        .join(Cohort, Cohort.id == Section.cohort_id)
        .join(Course, lived_in_cohort())
        .where((Section.course_id.is_(None)) | (Section.course_id == Course.id))
        .order_by(Section.name, Section.id, Course.position)
    )


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


def is_nameless_file(actor: Actor, file_id: str) -> bool:
    """Whether a file of a submission that `actor` may read must not tell whose it is. One query."""
    named = select(Submission.id).join(SubmissionFile, SubmissionFile.submission_id == Submission.id)
    wanted = named.where(SubmissionFile.public_id == file_id, _is_nameless())
    return session.scalar(scoped(wanted, actor, Action.SCORE_READ, on=Submission)) is not None


def find_student_name(actor: Actor, enrollment_id: str) -> str:
    """Whose work a queue is narrowed to; "" for nobody whom `actor` may read. One query."""
    named = select(Person.name).join(Enrollment, Enrollment.person_id == Person.id)
    wanted = named.where(Enrollment.public_id == enrollment_id)
    return session.scalar(scoped(wanted, actor, Action.SCORE_READ, on=Enrollment)) or ""
