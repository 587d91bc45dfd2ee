"""Benefit lines in versions, pools, rates and the firm's own count of paid hours. Versions and rates are facts."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.capstone.lines.rules.kinds import BenefitClass, HoursProof, Isolation, LineKind, Stream
from lms.kernel.columns import Json
from lms.kernel.db import Base
from lms.kernel.facts import Fact, HasPublicId


class SavingsPool(HasPublicId, Base):
    """One account, meter or process of a firm, whose improvement several projects may share."""

    __tablename__ = "savings_pool"
    __anchor__ = "firm"

    firm_id: Mapped[int] = mapped_column(ForeignKey("firm.id"), index=True)
    name: Mapped[str]


class PoolMeasurement(Fact, Base):
    """What a pool was measured to have improved by, a year; a newer one supersedes."""

    __tablename__ = "pool_measurement"
    __anchor__ = "firm"

    pool_id: Mapped[int] = mapped_column(ForeignKey("savings_pool.id"), index=True)
    firm_id: Mapped[int] = mapped_column(ForeignKey("firm.id"))
    measured_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))


class BenefitLine(HasPublicId, Base):
    """One thing that a project saves. Its title may be updated; its worth stands in its versions."""

    __tablename__ = "benefit_line"
    __anchor__ = "project"

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    title: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)


class LineVersion(Fact, Base):
    """What a line was held to be worth; a change is a new version. See `lines.rules.worth.Line` for the units.

    is_amendment: proposed for a line that is claimed already. Prose: basis, unit, margin_source, why.
    """

    __tablename__ = "line_version"
    __anchor__ = "project"
    __table_args__ = (
        UniqueConstraint("line_id", "number"),
        CheckConstraint("attribution_bp BETWEEN 0 AND 10000", name="attribution"),
        CheckConstraint("confidence_bp BETWEEN 0 AND 10000", name="confidence"),
    )

    line_id: Mapped[int] = mapped_column(ForeignKey("benefit_line.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    number: Mapped[int]
    pool_id: Mapped[int | None] = mapped_column(ForeignKey("savings_pool.id"))
    benefit_class: Mapped[BenefitClass]
    kind: Mapped[LineKind]
    stream: Mapped[Stream]
    quantity_e4: Mapped[int]
    unit_value_e4: Mapped[int]
    margin_bp: Mapped[int | None]
    attribution_bp: Mapped[int]
    confidence_bp: Mapped[int]
    ramp_bp: Mapped[Any] = mapped_column(Json)  # list of basis points
    life_months: Mapped[int | None]
    go_live: Mapped[date | None]
    isolation_method: Mapped[Isolation | None]
    hours_proof: Mapped[HoursProof | None]
    is_amendment: Mapped[bool] = mapped_column(default=False)


class RateCard(Fact, Base):
    """What an hour costs the firm, loaded, from a day on. enrollment_id None: one blended rate for everybody."""

    __tablename__ = "rate_card"
    __anchor__ = "firm"
    __table_args__ = (Index(None, "firm_id", "effective_on"), CheckConstraint("rate_minor > 0", name="rate"))

    firm_id: Mapped[int] = mapped_column(ForeignKey("firm.id"))
    enrollment_id: Mapped[int | None] = mapped_column(ForeignKey("enrollment.id"))
    rate_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    effective_on: Mapped[date]


class FirmCount(Fact, Base):
    """Paid minutes of one student in one week as the firm counts them; a newer one supersedes."""

    __tablename__ = "firm_count"
    __anchor__ = "firm"
    __table_args__ = (
        Index(None, "enrollment_id", "monday"),
        CheckConstraint("minutes BETWEEN 0 AND 10080", name="minutes"),
    )

    firm_id: Mapped[int] = mapped_column(ForeignKey("firm.id"), index=True)
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"))
    monday: Mapped[date]
    minutes: Mapped[int]
