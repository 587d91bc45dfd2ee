"""What is right: only for marking, for staff, and for a student once the key may be shown."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, select

from lms.hub.catalog.kinds import QuestionKind
from lms.hub.cohorts.models import Section
from lms.hub.coursework.models import Activity
from lms.hub.quizzes.models import KeyCorrection, Quiz, QuizKey, QuizPool, QuizQuestion
from lms.hub.quizzes.queries import Question
from lms.hub.quizzes.rules.keys import Key, key_of
from lms.kernel.db import session
from lms.kernel.errors import NotFound
from lms.kernel.facts import kept_for_now, stands
from lms.kernel.prose import prose_of
from lms.people.scope import read, unscoped, within


@dataclass(frozen=True, slots=True)
class StandingKey:
    """A key as it holds in a section. correction: None where it is the published one."""

    kind: QuestionKind
    stored: Mapping[str, Any]
    correction: KeyCorrection | None

    @property
    def key(self) -> Key:
        """For the rules."""
        return key_of(self.kind, self.stored)


def keys_of(
    question_ids: Iterable[int], section_id: int | None, as_of: datetime | None = None
) -> dict[int, StandingKey]:
    """The keys of these questions (row numbers) in a section that was found for somebody, or for marking. One query."""
    rows = read(_keys(as_of), section_id=section_id, question_ids=sorted(set(question_ids)))
    return {
        number: StandingKey(kind, correction.key if correction else key, correction)
        for number, kind, key, correction in rows
    }


@kept_for_now
def _keys(as_of: datetime | None) -> Select[*tuple[Any, ...]]:
    statement = (
        select(QuizQuestion.id, QuizQuestion.kind, QuizKey.key, KeyCorrection)
        .join(QuizKey, QuizKey.question_id == QuizQuestion.id)
        .outerjoin(
            KeyCorrection,
            (KeyCorrection.question_id == QuizQuestion.id)
            & (KeyCorrection.section_id == bindparam("section_id"))
            & stands(KeyCorrection, as_of),
        )
        .where(QuizQuestion.id.in_(bindparam("question_ids", expanding=True)))
    )
    return unscoped(statement, "keys in the section where the work is marked")


def find_question(public_id: str) -> tuple[Activity, Question]:
    """The question with this public id and its activity, without the key. Raises NotFound. One query."""
    statement = (
        select(Activity, QuizPool, QuizQuestion)
        .join(Quiz, Quiz.activity_id == Activity.id)
        .join(QuizPool, QuizPool.quiz_id == Quiz.id)
        .join(QuizQuestion, QuizQuestion.pool_id == QuizPool.id)
        .where(QuizQuestion.public_id == public_id)
    )
    row = session.execute(statement).one_or_none()
    if row is None:
        raise NotFound()
    activity, pool, question = row
    return activity, Question(
        question.id,
        question.public_id,
        question.code,
        pool.title,
        question.kind,
        question.text,
        tuple(question.options),
        tuple(question.units),
        question.needs_unit,
        pool.points,
    )


@dataclass(frozen=True, slots=True)
class Corrected:
    """One correction of a key, with why."""

    row: KeyCorrection
    reason: str


def corrections_of(section: Section, question_ids: Sequence[int]) -> list[Corrected]:
    """Every correction in a section, the newest first. Two queries."""
    statement = select(KeyCorrection).where(KeyCorrection.question_id.in_(list(question_ids)))
    rows = session.scalars(within(statement.order_by(KeyCorrection.id.desc()), section, on=KeyCorrection)).all()
    reasons = prose_of(rows, "reason")
    return [Corrected(row, reasons.get(row.public_id, "")) for row in rows]
