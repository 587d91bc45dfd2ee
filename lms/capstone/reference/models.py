"""What was loaded of the Industrial Assessment Centers database. Public data about plants without names; no facts.

A later file may correct a row; the bands are made anew from the rows, and `flask verify` compares them.
Amounts are whole US cents.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.capstone.projects.rules import ImplementationStatus
from lms.kernel.columns import Json
from lms.kernel.db import Base
from lms.kernel.facts import HasPublicId


class FileKind(StrEnum):
    """What a file lists."""

    RECOMMENDATIONS = "recommendations"
    PLANTS = "plants"


class ReferenceFile(HasPublicId, Base):
    """One file, read in pieces. rows: how many it has; read_rows: how many are in; done_at: None while it goes on.

    mapping: our column to the file's, where they differ. refused: rows that could not be read, the first with why.
    """

    __tablename__ = "reference_file"
    __table_args__ = (UniqueConstraint("kind", "sha256", "mapping"),)

    kind: Mapped[FileKind]
    name: Mapped[str]
    sha256: Mapped[str]
    mapping: Mapped[Any] = mapped_column(Json)
    rows: Mapped[int]
    read_rows: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    faults: Mapped[Any] = mapped_column(Json)
    started_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class ReferencePlant(Base):
    """A plant that was assessed, without its name. naics, sic: what it makes, in the code of its time."""

    __tablename__ = "reference_plant"

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment: Mapped[str] = mapped_column(unique=True)
    fiscal_year: Mapped[int | None]
    sic: Mapped[str | None]
    naics: Mapped[str | None]
    state: Mapped[str | None]
    sales_minor: Mapped[int | None]
    employees: Mapped[int | None]
    file_id: Mapped[int] = mapped_column(ForeignKey("reference_file.id"))


class ReferenceRecommendation(Base):
    """One recommendation. status: None where the database has none. saved_minor: a year, the primary stream alone."""

    __tablename__ = "reference_recommendation"
    __table_args__ = (Index(None, "assessment"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    recommendation: Mapped[str] = mapped_column(unique=True)
    assessment: Mapped[str]
    number: Mapped[int | None]
    fiscal_year: Mapped[int | None]
    status: Mapped[ImplementationStatus | None]
    cost_minor: Mapped[int | None]
    resource: Mapped[str | None]
    quantity: Mapped[int | None]
    saved_minor: Mapped[int | None]
    arc_code: Mapped[str | None]
    file_id: Mapped[int] = mapped_column(ForeignKey("reference_file.id"))


class ReferenceBand(Base):
    """What implemented recommendations of one kind saved a year: percentiles, and how often they were implemented.

    dimension, key: "stream" electricity, "sector" 332, "arc" 2.7. plants: with an implemented one. is_shown: whether
    enough plants stand behind it and none dominates; else the amounts are not kept at all.
    """

    __tablename__ = "reference_band"
    __table_args__ = (UniqueConstraint("dimension", "key", "first_year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    dimension: Mapped[str]
    key: Mapped[str]
    first_year: Mapped[int]
    last_year: Mapped[int]
    decided: Mapped[int]
    implemented: Mapped[int]
    plants: Mapped[int]
    is_shown: Mapped[bool]
    q25_minor: Mapped[int | None]
    q50_minor: Mapped[int | None]
    q75_minor: Mapped[int | None]
    q95_minor: Mapped[int | None]
    payback_months_e1: Mapped[int | None]  # tenths of a month, the median
    made_at: Mapped[datetime]
