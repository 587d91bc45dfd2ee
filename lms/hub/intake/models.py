"""Statements of simulators and lecture systems, as far as they say something here: facts."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.db import Base
from lms.kernel.facts import Fact


class ReportedResult(Fact, Base):
    """One statement about one student and one item or activity, or both under one name.

    statement_id: what its sender calls it; body_sha256 tells the same one sent again from another. sitting: what ties
    statements about one go at the thing together. seconds: how long, None if it does not say. points: what its score
    came to, in hundredths; score_id: the score that this became, None where an earlier one stayed. voids_id: the
    statement that this one takes back. happened_at: as its sender's clock says; day: of it, at the student's site.
    """

    __tablename__ = "reported_result"
    __anchor__ = "enrollment"
    __table_args__ = (
        Index(None, "enrollment_id", "item_id", "day"),
        Index(None, "enrollment_id", "activity_id"),
        CheckConstraint("seconds >= 0", name="seconds"),
        CheckConstraint("points >= 0", name="points"),
    )

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("content_item.id"))
    activity_id: Mapped[int | None] = mapped_column(ForeignKey("activity.id"))
    statement_id: Mapped[str] = mapped_column(unique=True)
    body_sha256: Mapped[str]
    verb: Mapped[str]
    sitting: Mapped[str]
    happened_at: Mapped[datetime]
    day: Mapped[date]
    seconds: Mapped[int | None]
    points: Mapped[int | None]
    is_complete: Mapped[bool | None]
    is_success: Mapped[bool | None]
    score_id: Mapped[int | None] = mapped_column(ForeignKey("score.id"))
    voids_id: Mapped[int | None] = mapped_column(ForeignKey("reported_result.id"), unique=True)
