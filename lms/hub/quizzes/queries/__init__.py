"""What a quiz asks, and what one student was asked and has answered. Nothing here reads a key."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select

from lms.hub.catalog.kinds import QuestionKind
from lms.hub.coursework.models import Activity, Submission
from lms.hub.coursework.queries import Work
from lms.hub.enrollment.models import Enrollment
from lms.hub.enrollment.queries.accommodations import time_factor_of
from lms.hub.enrollment.rules.accommodations import timed_minutes
from lms.hub.quizzes.models import Quiz, QuizAnswer, QuizAttempt, QuizDraft, QuizPool, QuizQuestion
from lms.hub.quizzes.rules import ends_at
from lms.hub.quizzes.rules.marking import Answer
from lms.kernel.db import session
from lms.kernel.errors import NotFound
from lms.kernel.explain import Explained
from lms.kernel.prose import all_prose_of
from lms.kernel.weeks import local_day
from lms.people.scope import ask_read, read, within, within_a


@dataclass(frozen=True, slots=True)
class Question:
    """A question as students read it. id: its row number. points: hundredths."""

    id: int
    public_id: str
    code: str
    pool: str
    kind: QuestionKind
    text: str
    options: tuple[str, ...]
    units: tuple[str, ...]
    needs_unit: bool
    points: int


@dataclass(frozen=True, slots=True)
class Pool:
    """A pool and its questions, in their order."""

    row: QuizPool
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class QuizView:
    """A quiz without its keys."""

    quiz: Quiz
    pools: tuple[Pool, ...]

    @property
    def asked(self) -> int:
        """How many questions everybody is asked."""
        return sum(pool.row.asked for pool in self.pools)

    @property
    def questions(self) -> Mapping[int, Question]:
        """Every question, by row number."""
        return {one.id: one for pool in self.pools for one in pool.questions}


def quiz_or_none(activity: Activity) -> QuizView | None:
    """The quiz of an activity; None where it has no questions. Two queries."""
    found = read(_quiz_of_activity(), activity_id=activity.id)
    if not found:
        return None
    quiz: Quiz = found[0][0]
    pools: dict[int, tuple[QuizPool, list[Question]]] = {}
    for pool, row in read(_questions_of_quiz(), quiz_id=quiz.id):
        pools.setdefault(pool.id, (pool, []))[1].append(_question(pool, row))
    return QuizView(quiz, tuple(Pool(pool, tuple(rows)) for pool, rows in pools.values()))


@cache
def _quiz_of_activity() -> Select[Quiz]:
    return select(Quiz).where(Quiz.activity_id == bindparam("activity_id"))


@cache
def _questions_of_quiz() -> Select[QuizPool, QuizQuestion]:
    return (
        select(QuizPool, QuizQuestion)
        .join(QuizQuestion, QuizQuestion.pool_id == QuizPool.id)
        .where(QuizPool.quiz_id == bindparam("quiz_id"))
        .order_by(QuizPool.position, QuizQuestion.position)
    )


def _question(pool: QuizPool, row: QuizQuestion) -> Question:
    return Question(
        row.id,
        row.public_id,
        row.code,
        pool.title,
        row.kind,
        row.text,
        tuple(row.options),
        tuple(row.units),
        row.needs_unit,
        pool.points,
    )


def find_quiz(activity: Activity) -> QuizView:
    """The quiz of an activity. Raises NotFound where it has none. Two queries."""
    found = quiz_or_none(activity)
    if found is None:
        raise NotFound()
    return found


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of an attempt. order: places of its options as they are shown; answer: what was given so far."""

    slot: str
    question: Question
    order: tuple[int, ...]
    answer: Answer

    @property
    def options(self) -> list[tuple[int, str]]:
        """The options as they are shown, each with its place as its author wrote it."""
        return [(place, self.question.options[place]) for place in self.order]


@dataclass(frozen=True, slots=True)
class OpenAttempt:
    """An attempt that was started and is not handed in. ends_at: as it holds now. version: of what was saved, or 0."""

    row: QuizAttempt
    ends_at: datetime | None
    asked: tuple[Asked, ...]
    version: int


def open_attempt_or_none(work: Work, quiz: QuizView) -> OpenAttempt | None:
    """The attempt that the student has begun; None if there is none. One query."""
    rows = ask_read(_begun(), work.enrollment, activity_id=work.activity.id)
    if not rows:
        return None
    attempt, draft = rows[0]
    end = ends_at(attempt.started_at, attempt.minutes, work.closes_at)
    given = {slot: read_answer(value) for slot, value in (draft.answers if draft else {}).items()}
    return OpenAttempt(attempt, end, asked_in(attempt, quiz, given), draft.version if draft else 0)


@cache
def _begun() -> Select[QuizAttempt, QuizDraft]:
    is_in = (
        select(Submission.id)
        .where(Submission.enrollment_id == QuizAttempt.enrollment_id)
        .where(Submission.activity_id == QuizAttempt.activity_id, Submission.attempt == QuizAttempt.attempt)
    )
    statement = (
        select(QuizAttempt, QuizDraft)
        .outerjoin(QuizDraft, QuizDraft.attempt_id == QuizAttempt.id)
        .where(QuizAttempt.activity_id == bindparam("activity_id"), ~is_in.exists())
    )
    return within_a(statement, Enrollment, on=QuizAttempt).execution_options(populate_existing=True)


def read_answer(stored: Mapping[str, Any]) -> Answer:
    """An answer as it stands in what was saved."""
    return Answer(frozenset(stored.get("chosen", ())), stored.get("text", ""))


def asked_in(attempt: QuizAttempt, quiz: QuizView, given: Mapping[str, Answer]) -> tuple[Asked, ...]:
    """What an attempt asks, with the answers given, by slot."""
    return tuple(
        Asked(slot, quiz.questions[question_id], tuple(order), given.get(slot, Answer()))
        for slot, question_id, order in attempt.drawn
    )


def attempts_of(enrollment: Enrollment, activity: Activity) -> Sequence[QuizAttempt]:
    """Every attempt that was started, the first first. One query."""
    statement = select(QuizAttempt).where(QuizAttempt.activity_id == activity.id).order_by(QuizAttempt.attempt)
    return session.scalars(within(statement, enrollment)).all()


def answers_in(submissions: Sequence[Submission]) -> dict[int, tuple[tuple[QuizAnswer, Answer], ...]]:
    """What was handed in, by the submission's row number, in the order of the questions. Two queries."""
    if not submissions:
        return {}
    statement = select(QuizAnswer).where(QuizAnswer.submission_id.in_([one.id for one in submissions]))
    rows = session.scalars(within(statement.order_by(QuizAnswer.id), submissions, on=QuizAnswer)).all()
    words = all_prose_of(rows)
    found: dict[int, list[tuple[QuizAnswer, Answer]]] = {}
    for row in rows:
        answer = Answer(frozenset(row.chosen), words[row.public_id].get("text", ""))
        found.setdefault(row.submission_id, []).append((row, answer))
    return {number: tuple(answers) for number, answers in found.items()}


@dataclass(frozen=True, slots=True)
class Timing:
    """How long an attempt may take for one student. minutes, own_minutes: None without a limit."""

    minutes: int | None
    own_minutes: int | None
    factor: Explained[Fraction]


def timing_of(enrollment: Enrollment, quiz: Quiz, zone: str, moment: datetime) -> Timing:
    """The time limit with the student's time factor on the local day of `moment`. One query."""
    factor = time_factor_of(enrollment, local_day(moment, zone))
    own = None if quiz.minutes is None else timed_minutes(quiz.minutes, factor.value)
    return Timing(quiz.minutes, own, factor)
