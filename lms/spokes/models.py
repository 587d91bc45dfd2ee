"""Seats per site, ranked choices, and what was decided on them. Everything here is a fact."""

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.columns import Json
from lms.kernel.db import Base
from lms.kernel.facts import Fact
from lms.spokes.rules import Decision


class SpokeOffer(Fact, Base):
    """A spoke at a site of a cohort and its seats; a new number supersedes. Seats 0: not offered any more."""

    __tablename__ = "spoke_offer"
    __anchor__ = "cohort"
    __table_args__ = (Index(None, "cohort_id", "site_id"), CheckConstraint("seats >= 0", name="seats"))

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    seats: Mapped[int]


class SpokeChoice(Fact, Base):
    """A student's ranking: row numbers of courses, first choice first. The next ranking supersedes it."""

    __tablename__ = "spoke_choice"
    __anchor__ = "enrollment"

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    ranking: Mapped[Any] = mapped_column(Json)


class SpokeDecision(Fact, Base):
    """What was decided on a choice. course_id: the spoke that was given, None where it was declined. Prose: reason."""

    __tablename__ = "spoke_decision"
    __anchor__ = "enrollment"
    __table_args__ = (CheckConstraint("(course_id IS NULL) = (decision = 'declined')", name="course"),)

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    spoke_choice_id: Mapped[int] = mapped_column(ForeignKey("spoke_choice.id"), index=True)
    decision: Mapped[Decision]
    course_id: Mapped[int | None] = mapped_column(ForeignKey("course.id"))
