"""What stands beside a score: remarks at a place of the work, and a course's shared comments."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.clock import now
from lms.kernel.db import Base
from lms.kernel.facts import Fact, HasPublicId


class Annotation(Fact, Base):
    """A grader's remark at one place of an attempt; a change supersedes it. Prose: text.

    file_id: in that file, at `page` (of a document) or `line` (of text or code), from 1; None: at `line` of the text.
    The student reads what stood when the score of the attempt was released.
    """

    __tablename__ = "annotation"
    __anchor__ = "enrollment"
    __table_args__ = (
        Index(None, "submission_id"),
        CheckConstraint("page IS NULL OR line IS NULL", name="one_place"),
        CheckConstraint("page >= 1", name="page"),
        CheckConstraint("line >= 1", name="line"),
    )

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"))
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))
    file_id: Mapped[int | None] = mapped_column(ForeignKey("submission_file.id"))
    page: Mapped[int | None]
    line: Mapped[int | None]
    is_withdrawn: Mapped[bool] = mapped_column(default=False)


class GradingTime(Fact, Base):
    """How long the desk saw somebody at one work before its score was posted; `rules.load` says what it is worth."""

    __tablename__ = "grading_time"
    __anchor__ = "enrollment"
    __table_args__ = (
        UniqueConstraint("score_id"),
        Index(None, "recorded_by_id"),
        CheckConstraint("seconds BETWEEN 0 AND 1800", name="seconds"),
    )

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"))
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    score_id: Mapped[int] = mapped_column(ForeignKey("score.id"))
    opened_at: Mapped[datetime]
    seconds: Mapped[int]


class CourseComment(HasPublicId, Base):
    """A comment that everybody who grades the course is offered. is_gone: it is no longer."""

    __tablename__ = "course_comment"

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str]
    saved_at: Mapped[datetime] = mapped_column(default=now)
    is_gone: Mapped[bool] = mapped_column(default=False)
