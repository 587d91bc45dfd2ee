"""Rubrics, scores and when they were shown. Points are hundredths; the words of a score stand in prose."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, UniqueConstraint, and_
from sqlalchemy.orm import Mapped, mapped_column

from lms.hub.grading.rules import ScoreKind
from lms.kernel.chain import SINCE
from lms.kernel.clock import now
from lms.kernel.columns import Json
from lms.kernel.db import Base
from lms.kernel.facts import Fact, HasPublicId, stands


class GradeCategory(Fact, Base):
    """A group of a course's activities and what it weighs; see `gradebook.Category`. None: all activities are one."""

    __tablename__ = "grade_category"
    __table_args__ = (UniqueConstraint("course_id", "code", "number"),)

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    code: Mapped[str]
    number: Mapped[int] = mapped_column(default=1)
    title: Mapped[str]
    weight_bp: Mapped[int]
    drop_lowest: Mapped[int] = mapped_column(default=0)
    keep_highest: Mapped[int | None]


class Rubric(Fact, Base):
    """One version of an activity's rubric. A change is a new version; scores keep the one they were given with."""

    __tablename__ = "rubric"
    __table_args__ = (UniqueConstraint("activity_id", "number"),)

    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    number: Mapped[int] = mapped_column(default=1)


class Criterion(HasPublicId, Base):
    """One line of a rubric. points: the most it gives."""

    __tablename__ = "criterion"
    __append_only__ = True
    __table_args__ = (UniqueConstraint("rubric_id", "code"), CheckConstraint("points > 0", name="points"))

    rubric_id: Mapped[int] = mapped_column(ForeignKey("rubric.id"))
    code: Mapped[str]
    title: Mapped[str]
    points: Mapped[int]
    position: Mapped[int]


class Level(HasPublicId, Base):
    """How well a criterion was met, in words, and what that gives."""

    __tablename__ = "level"
    __append_only__ = True
    __table_args__ = (UniqueConstraint("criterion_id", "position"),)

    criterion_id: Mapped[int] = mapped_column(ForeignKey("criterion.id"))
    text: Mapped[str]
    points: Mapped[int]
    position: Mapped[int]


class Score(Fact, Base):
    """Points on one attempt by one grader at one moment; recorded_by_id is the grader.

    attempt: 0 where nothing was handed in, as for a lab on site. number: 1, 2, 3 for the scores of one attempt, each
    superseding the one before. marks: hundredths by criterion code. late_seconds: the submission's, or as set by hand.
    section_id: where the student was taught then; names the chain. policy_number: which version of the grading policy
    held when it was given: 0 the program version's, 1, 2, 3 the section's own, None for scores from before this was
    kept. Grades are folded with the policy that holds then, see `rules.policies`.
    Prose: comment, comment-<code>, reason, late_reason.
    """

    __tablename__ = "score"
    __anchor__ = "enrollment"
    __table_args__ = (
        UniqueConstraint("enrollment_id", "activity_id", "attempt", "number"),
        Index(None, "submission_id"),
        CheckConstraint("recorded_by_id IS NULL OR recorded_by_id <> student_id", name="not_self"),
        CheckConstraint("(points IS NULL) = (kind <> 'points')", name="points"),
        CheckConstraint("late_seconds >= 0", name="late_seconds"),
    )

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"))
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"), index=True)
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("submission.id"))
    rubric_id: Mapped[int | None] = mapped_column(ForeignKey("rubric.id"))
    section_id: Mapped[int] = mapped_column(ForeignKey("section.id"))
    student_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    attempt: Mapped[int]
    number: Mapped[int]
    kind: Mapped[ScoreKind]
    points: Mapped[int | None]
    marks: Mapped[Any] = mapped_column(Json)
    late_seconds: Mapped[int]
    is_late_set_by_hand: Mapped[bool] = mapped_column(default=False)
    policy_number: Mapped[int | None] = mapped_column(info=SINCE)


def given(as_of: datetime | None = None) -> ColumnElement[bool]:
    """Scores that stand and were not taken back."""
    return and_(stands(Score, as_of), Score.kind != ScoreKind.TAKEN_BACK)


class Release(Fact, Base):
    """From now on the student sees this score. A later release of the same attempt supersedes it. Prose: reason."""

    __tablename__ = "score_release"
    __anchor__ = "enrollment"
    __table_args__ = (UniqueConstraint("enrollment_id", "activity_id", "attempt", "number"),)

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"))
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    attempt: Mapped[int]
    number: Mapped[int]
    score_id: Mapped[int] = mapped_column(ForeignKey("score.id"), unique=True)


class DraftScore(HasPublicId, Base):
    """What the graders of one attempt have written so far, shared between them. version: goes up with every save.

    base_number: the score that stood when it was written, 0 for none; the draft is over once there is a newer one.
    marks: hundredths by criterion code; points: without a rubric. late_seconds: set by hand, else None.
    stamps: for each part of it, see `rules.drafts`, the version that wrote it last.
    """

    __tablename__ = "draft_score"
    __anchor__ = "enrollment"
    __table_args__ = (UniqueConstraint("enrollment_id", "activity_id", "attempt"),)

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"))
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"), index=True)
    attempt: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)
    base_number: Mapped[int] = mapped_column(default=0)
    grader_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    updated_at: Mapped[datetime] = mapped_column(default=now)
    marks: Mapped[Any] = mapped_column(Json)
    points: Mapped[int | None]
    comments: Mapped[Any] = mapped_column(Json)
    late_seconds: Mapped[int | None]
    late_reason: Mapped[str] = mapped_column(default="")
    stamps: Mapped[Any] = mapped_column(Json, default=dict, server_default="{}")


class SavedComment(HasPublicId, Base):
    """A comment that a grader keeps for the next time. activity_id None: for every activity."""

    __tablename__ = "saved_comment"
    __anchor__ = "person"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    activity_id: Mapped[int | None] = mapped_column(ForeignKey("activity.id"))
    text: Mapped[str]
    saved_at: Mapped[datetime] = mapped_column(default=now)
