"""Quizzes as they were set, the keys that say what is right, and what students were asked and gave.

Questions and keys stand in tables of their own, so that what a student reads is never read together with its key.
Points are hundredths; instants are UTC.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.hub.catalog.kinds import QuestionKind
from lms.kernel.clock import now
from lms.kernel.columns import Json
from lms.kernel.db import Base
from lms.kernel.facts import Fact, HasPublicId


class Quiz(HasPublicId, Base):
    """How the questions of an activity are asked. minutes: the time limit, None for none."""

    __tablename__ = "quiz"
    __append_only__ = True

    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"), unique=True)
    minutes: Mapped[int | None]
    is_shuffled: Mapped[bool]


class QuizPool(HasPublicId, Base):
    """Questions of which everybody is asked so many. points: of each."""

    __tablename__ = "quiz_pool"
    __append_only__ = True
    __table_args__ = (UniqueConstraint("quiz_id", "code"), CheckConstraint("points > 0", name="points"))

    quiz_id: Mapped[int] = mapped_column(ForeignKey("quiz.id"))
    code: Mapped[str]
    title: Mapped[str]
    asked: Mapped[int]
    points: Mapped[int]
    position: Mapped[int]


class QuizQuestion(HasPublicId, Base):
    """A question as students read it. units: that may be written behind a number, the key's own first."""

    __tablename__ = "quiz_question"
    __append_only__ = True
    __table_args__ = (UniqueConstraint("pool_id", "code"),)

    pool_id: Mapped[int] = mapped_column(ForeignKey("quiz_pool.id"))
    code: Mapped[str]
    kind: Mapped[QuestionKind]
    text: Mapped[str]
    options: Mapped[Any] = mapped_column(Json)
    units: Mapped[Any] = mapped_column(Json)
    needs_unit: Mapped[bool]
    position: Mapped[int]


class QuizKey(HasPublicId, Base):
    """What is right, as it was published with the question; see `rules.keys`. Never read for a student's page."""

    __tablename__ = "quiz_key"
    __append_only__ = True

    question_id: Mapped[int] = mapped_column(ForeignKey("quiz_question.id"), unique=True)
    key: Mapped[Any] = mapped_column(Json)


class KeyCorrection(Fact, Base):
    """What is right instead, in one section; the next one supersedes it. Prose: reason."""

    __tablename__ = "key_correction"
    __anchor__ = "section"
    __table_args__ = (UniqueConstraint("section_id", "question_id", "number"),)

    section_id: Mapped[int] = mapped_column(ForeignKey("section.id"))
    question_id: Mapped[int] = mapped_column(ForeignKey("quiz_question.id"), index=True)
    number: Mapped[int] = mapped_column(default=1)
    key: Mapped[Any] = mapped_column(Json)


class QuizAttempt(Fact, Base):
    """An attempt that was started: what it asks, and how long it may take.

    minutes: the student's own time limit, with the factor that held then (basis points). ends_at: the end as it was
    then; a later due date moves it. drawn: slot, question and order of its options, see `rules.drawing`.
    """

    __tablename__ = "quiz_attempt"
    __anchor__ = "enrollment"
    __table_args__ = (
        UniqueConstraint("enrollment_id", "activity_id", "attempt"),
        Index(None, "ends_at"),
    )

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"))
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"), index=True)
    attempt: Mapped[int]
    started_at: Mapped[datetime]
    minutes: Mapped[int | None]
    factor_bp: Mapped[int]
    ends_at: Mapped[datetime | None]
    drawn: Mapped[Any] = mapped_column(Json)


class QuizDraft(HasPublicId, Base):
    """What a student has answered so far, by slot; updated as they go. version: goes up with every save."""

    __tablename__ = "quiz_draft"
    __anchor__ = "enrollment"

    attempt_id: Mapped[int] = mapped_column(ForeignKey("quiz_attempt.id"), unique=True)
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    answers: Mapped[Any] = mapped_column(Json)
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime] = mapped_column(default=now)


class QuizAnswer(Fact, Base):
    """What was handed in for one question. chosen: places of options as its author wrote them. Prose: text."""

    __tablename__ = "quiz_answer"
    __anchor__ = "enrollment"
    __table_args__ = (UniqueConstraint("submission_id", "slot"),)

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))
    question_id: Mapped[int] = mapped_column(ForeignKey("quiz_question.id"), index=True)
    slot: Mapped[str]
    chosen: Mapped[Any] = mapped_column(Json)
