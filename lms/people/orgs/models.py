"""Firms, sites and regions. Their names and settings may be updated; what a rule reads of them is dated elsewhere."""

from datetime import date
from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.db import Base
from lms.kernel.facts import HasPublicId


class FirmStatus(StrEnum):
    """Whether the firm still trades."""

    ACTIVE = "active"
    CEASED = "ceased"
    MERGED = "merged"


class SiteKind(StrEnum):
    """What kind of partner teaches there."""

    COLLEGE = "college"
    UNIVERSITY = "university"
    HUB = "hub"
    ONLINE = "online"


class Firm(HasPublicId, Base):
    """An employer. currency: of all its money. hurdle_rate_bp: its own discount rate, a year, if it gave one."""

    __tablename__ = "firm"
    __anchor__ = "firm"

    name: Mapped[str]
    naics: Mapped[str | None]
    size_band: Mapped[str | None]
    currency: Mapped[str] = mapped_column(String(3), default="USD")
    hurdle_rate_bp: Mapped[int | None]
    zone: Mapped[str] = mapped_column(default="America/New_York")
    status: Mapped[FirmStatus] = mapped_column(default=FirmStatus.ACTIVE)
    is_sample: Mapped[bool] = mapped_column(default=False)


class Site(HasPublicId, Base):
    """A delivery partner's place. zone: IANA; weeks and days of its students are counted in it.

    authorized_from, authorized_to: between which days the partner may teach, both included; None is without limit.
    capacity: how many students it takes at once; None is not said.
    """

    __tablename__ = "site"
    __anchor__ = "site"

    name: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[SiteKind]
    city: Mapped[str]
    state: Mapped[str]
    zone: Mapped[str] = mapped_column(default="America/New_York")
    authorized_from: Mapped[date | None]
    authorized_to: Mapped[date | None]
    capacity: Mapped[int | None]


class Region(HasPublicId, Base):
    """What a workforce integrator looks after: the sites of some states. is_network: of all states, and then no list.

    integrator: the organization that does it.
    """

    __tablename__ = "region"
    __anchor__ = "region"

    name: Mapped[str] = mapped_column(unique=True)
    integrator: Mapped[str]
    is_network: Mapped[bool] = mapped_column(default=False)


class RegionState(Base):
    """A state of a region, as sites write it."""

    __tablename__ = "region_state"
    __anchor__ = "region"
    __table_args__ = (UniqueConstraint("region_id", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"))
    state: Mapped[str]
