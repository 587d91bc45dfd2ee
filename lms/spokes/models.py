"""Seats per site, ranked choices, drafts of who gets what, and what was decided. Everything here is a fact."""

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
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


class SpokeNeed(Fact, Base):
    """A firm needs people of this spoke (by the course's code). is_lifted: this row takes it back."""

    __tablename__ = "spoke_need"
    __anchor__ = "firm"

    firm_id: Mapped[int] = mapped_column(ForeignKey("firm.id"), index=True)
    spoke: Mapped[str]
    is_lifted: Mapped[bool] = mapped_column(default=False)


class SpokeRun(Fact, Base):
    """One draft of who gets which spoke at a site. seats: pairs of a course's row number and its seats then.

    need_weight: how much an employer's need counted. cost: the sum that was least. lottery: what ties were drawn with.
    """

    __tablename__ = "spoke_run"
    __anchor__ = "site"
    __table_args__ = (Index(None, "cohort_id", "site_id"),)

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    seats: Mapped[Any] = mapped_column(Json)
    need_weight: Mapped[int] = mapped_column(default=0)
    cost: Mapped[int]
    lottery: Mapped[str]


class SpokePlace(Fact, Base):
    """What a draft gives to one student; a change by hand supersedes it.

    course_id None: nothing was left. spoke_choice_id: the ranking that was read; None for who ranked nothing. rank:
    of the course in it. passed: for each spoke ranked higher, see `assignment.Passed`.
    """

    __tablename__ = "spoke_place"
    __anchor__ = "enrollment"

    run_id: Mapped[int] = mapped_column(ForeignKey("spoke_run.id"), index=True)
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    course_id: Mapped[int | None] = mapped_column(ForeignKey("course.id"))
    spoke_choice_id: Mapped[int | None] = mapped_column(ForeignKey("spoke_choice.id"))
    rank: Mapped[int | None]
    is_needed: Mapped[bool] = mapped_column(default=False)
    is_manual: Mapped[bool] = mapped_column(default=False)
    passed: Mapped[Any] = mapped_column(Json, default=list)


class SpokePublication(Fact, Base):
    """A draft became decisions; a draft does so once."""

    __tablename__ = "spoke_publication"
    __anchor__ = "site"
    __table_args__ = (UniqueConstraint("run_id"),)

    run_id: Mapped[int] = mapped_column(ForeignKey("spoke_run.id"))
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)


class SpokeSwitch(Fact, Base):
    """A student with a spoke asks for another one. is_withdrawn: this row takes it back. Prose: reason."""

    __tablename__ = "spoke_switch"
    __anchor__ = "enrollment"

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    is_withdrawn: Mapped[bool] = mapped_column(default=False)


class SwitchAnswer(Fact, Base):
    """What was said to a switch. Prose: reason."""

    __tablename__ = "spoke_switch_answer"
    __anchor__ = "enrollment"
    __table_args__ = (UniqueConstraint("switch_id"),)

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    switch_id: Mapped[int] = mapped_column(ForeignKey("spoke_switch.id"))
    is_granted: Mapped[bool]
