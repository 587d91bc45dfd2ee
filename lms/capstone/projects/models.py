"""A project, its team and what was decided about it. Titles may be updated; everything that a rule reads is a fact."""

from datetime import date
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.capstone.projects.rules import GateKind, GateRole, ImplementationStatus, Outcome, ProjectState
from lms.kernel.db import Base
from lms.kernel.facts import Fact, HasPublicId


class Confidentiality(StrEnum):
    """Who may know of the project beyond firm and program staff."""

    FIRM_ONLY = "firm_only"
    PROGRAM = "program"
    NETWORK = "network"
    PUBLIC = "public"


class WageSource(StrEnum):
    """Where the firm-paid hours of a student come from."""

    CONSENT = "consent"
    """From the approved week sheets, as far as the student's consent for paid hours holds."""
    FIRM_COUNT = "firm_count"
    """The firm counts them itself."""


class Direction(StrEnum):
    """Which way the metric gets better."""

    LOWER = "lower"
    HIGHER = "higher"


class Project(HasPublicId, Base):
    """A capstone project. currency: of all its money, frozen. source: where a sample's figures come from."""

    __tablename__ = "project"
    __anchor__ = "project"

    firm_id: Mapped[int] = mapped_column(ForeignKey("firm.id"), index=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"), index=True)
    title: Mapped[str]
    problem: Mapped[str] = mapped_column(default="")
    currency: Mapped[str] = mapped_column(String(3))
    arc_code: Mapped[str | None]
    source: Mapped[str] = mapped_column(default="")
    is_sample: Mapped[bool] = mapped_column(default=False)


class ProjectStep(Fact, Base):
    """The project is in `state` from `effective_on` on; for `implemented` that is the day of go-live."""

    __tablename__ = "project_step"
    __anchor__ = "project"

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    state: Mapped[ProjectState]
    effective_on: Mapped[date]
    status: Mapped[ImplementationStatus] = mapped_column(default=ImplementationStatus.PENDING)
    outcome: Mapped[Outcome | None]


class TeamMember(Fact, Base):
    """A student works on the project. credit_bp: share of its savings; a team's shares sum to 10,000."""

    __tablename__ = "team_member"
    __anchor__ = "project"

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    credit_bp: Mapped[int]
    from_day: Mapped[date]
    to_day: Mapped[date | None]


class Charter(Fact, Base):
    """Who answers for what, agreed by the sponsor; a newer one supersedes."""

    __tablename__ = "charter"
    __anchor__ = "project"

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    sponsor_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    coach_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    finance_contact_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    confidentiality: Mapped[Confidentiality]
    wage_source: Mapped[WageSource]


class GateDecision(Fact, Base):
    """Coach or sponsor let the project through a gate, or not. Prose: comment."""

    __tablename__ = "gate_decision"
    __anchor__ = "project"

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    gate: Mapped[GateKind]
    role: Mapped[GateRole]
    approved: Mapped[bool]


class Baseline(Fact, Base):
    """What was measured before anything changed; a newer one supersedes. value_e4: ten-thousandths of a unit.

    Prose: metric, unit, source, driver.
    """

    __tablename__ = "baseline"
    __anchor__ = "project"

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    value_e4: Mapped[int]
    target_e4: Mapped[int | None]
    direction: Mapped[Direction]
    from_day: Mapped[date]
    to_day: Mapped[date]


class BaselineLock(Fact, Base):
    """Coach or sponsor holds the baseline to be right; from then on it stays as it is."""

    __tablename__ = "baseline_lock"
    __anchor__ = "project"

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    baseline_id: Mapped[int] = mapped_column(ForeignKey("baseline.id"), unique=True)
