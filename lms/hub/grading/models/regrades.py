"""Asking that a released score be looked at again: the request, the talk about it, the decision. Words are prose."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.db import Base
from lms.kernel.facts import Fact


class RegradeRequest(Fact, Base):
    """A student asks to look again at a score that they saw. criterion: about that line of the rubric, "" for all.

    number: 1, 2, 3 for the requests on one attempt, so that two at once are one. Prose: text.
    """

    __tablename__ = "regrade_request"
    __anchor__ = "enrollment"
    __table_args__ = (UniqueConstraint("enrollment_id", "activity_id", "attempt", "number"),)

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"))
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"), index=True)
    attempt: Mapped[int]
    number: Mapped[int] = mapped_column(default=1)
    score_id: Mapped[int] = mapped_column(ForeignKey("score.id"), index=True)
    criterion: Mapped[str] = mapped_column(default="")


class RegradeMessage(Fact, Base):
    """A word in the thread, by the student or by who grades. Prose: text."""

    __tablename__ = "regrade_message"
    __anchor__ = "enrollment"
    __table_args__ = (Index(None, "regrade_request_id"),)

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"))
    regrade_request_id: Mapped[int] = mapped_column(ForeignKey("regrade_request.id"))


class RegradeDecision(Fact, Base):
    """The score was kept, or changed to `score_id`; once. Prose: note."""

    __tablename__ = "regrade_decision"
    __anchor__ = "enrollment"
    __table_args__ = (
        UniqueConstraint("regrade_request_id"),
        CheckConstraint("is_changed = (score_id IS NOT NULL)", name="changed"),
    )

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"))
    regrade_request_id: Mapped[int] = mapped_column(ForeignKey("regrade_request.id"))
    is_changed: Mapped[bool]
    score_id: Mapped[int | None] = mapped_column(ForeignKey("score.id"))
