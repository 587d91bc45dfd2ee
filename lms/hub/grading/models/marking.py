"""Who marks what, under which rules, a second marker's mark, and when scores are shown. Points are hundredths."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.hub.grading.rules.marking import AgreedBy, Role
from lms.hub.grading.rules.releases import Mode
from lms.kernel.columns import Json
from lms.kernel.db import Base
from lms.kernel.facts import Fact


class MarkingTask(Fact, Base):
    """Who marks one student's work on one activity, as first or second marker. grader_id None: nobody any more."""

    __tablename__ = "marking_task"
    __anchor__ = "enrollment"
    __table_args__ = (
        UniqueConstraint("enrollment_id", "activity_id", "role", "number"),
        Index(None, "activity_id", "grader_id"),
    )

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"))
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    role: Mapped[Role]
    number: Mapped[int] = mapped_column(default=1)
    grader_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class MarkingRule(Fact, Base):
    """How a section marks an activity. gap_bp: of the points, by which two marks may differ and still be averaged.

    peer_least_bp, peer_most_bp: how far what a group says of a member may move that member's points; None: not asked.
    """

    __tablename__ = "marking_rule"
    __anchor__ = "section"
    __table_args__ = (
        UniqueConstraint("section_id", "activity_id", "number"),
        CheckConstraint("gap_bp BETWEEN 0 AND 10000", name="gap_bp"),
        CheckConstraint("peer_least_bp BETWEEN 0 AND 10000", name="peer_least_bp"),
        CheckConstraint("peer_most_bp BETWEEN 10000 AND 15000", name="peer_most_bp"),
        CheckConstraint("(peer_least_bp IS NULL) = (peer_most_bp IS NULL)", name="peer"),
    )

    section_id: Mapped[int] = mapped_column(ForeignKey("section.id"))
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    number: Mapped[int] = mapped_column(default=1)
    is_anonymous: Mapped[bool] = mapped_column(default=False)
    is_double: Mapped[bool] = mapped_column(default=False)
    gap_bp: Mapped[int] = mapped_column(default=500)
    peer_least_bp: Mapped[int | None]
    peer_most_bp: Mapped[int | None]


class SecondMark(Fact, Base):
    """What a second marker gives, without having seen the first one's score. Prose: comment."""

    __tablename__ = "second_mark"
    __anchor__ = "enrollment"
    __table_args__ = (
        UniqueConstraint("enrollment_id", "activity_id", "attempt", "number"),
        CheckConstraint("recorded_by_id IS NULL OR recorded_by_id <> student_id", name="not_self"),
    )

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"))
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    student_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    attempt: Mapped[int]
    number: Mapped[int] = mapped_column(default=1)
    points: Mapped[int]
    marks: Mapped[Any] = mapped_column(Json)


class Agreement(Fact, Base):
    """What two markers' marks came to: `score_id` is the score that was made of them. Prose: note."""

    __tablename__ = "mark_agreement"
    __anchor__ = "enrollment"
    __table_args__ = (UniqueConstraint("score_id"),)

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"))
    first_id: Mapped[int] = mapped_column(ForeignKey("score.id"))
    second_id: Mapped[int] = mapped_column(ForeignKey("second_mark.id"))
    score_id: Mapped[int] = mapped_column(ForeignKey("score.id"))
    agreed_by: Mapped[AgreedBy]


class ReleasePlan(Fact, Base):
    """When a section's students see their scores on an activity. at: of a scheduled release (UTC)."""

    __tablename__ = "release_plan"
    __anchor__ = "section"
    __table_args__ = (
        UniqueConstraint("section_id", "activity_id", "number"),
        CheckConstraint("(at IS NOT NULL) = (mode = 'scheduled')", name="at"),
        Index(None, "at"),
    )

    section_id: Mapped[int] = mapped_column(ForeignKey("section.id"))
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    number: Mapped[int] = mapped_column(default=1)
    mode: Mapped[Mode]
    at: Mapped[datetime | None]
