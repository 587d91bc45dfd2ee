"""Frozen benchmarks of a quarter, and whether a firm takes part. Both facts."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.columns import Json
from lms.kernel.db import Base
from lms.kernel.facts import Fact


class BenchmarkSnapshot(Fact, Base):
    """What a program's firms saved together by the end of a quarter, as it may be shown; nothing hidden is in it.

    quarter: "2026Q4". rules: the numbers of the rules, by audience. cells: for each audience, cell by cell.
    """

    __tablename__ = "benchmark_snapshot"
    __anchor__ = "program"
    __open_to_read__ = True
    __table_args__ = (UniqueConstraint("program_id", "quarter"),)

    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"))
    quarter: Mapped[str]
    as_of: Mapped[datetime]
    currency: Mapped[str]
    rules: Mapped[Any] = mapped_column(Json)
    cells: Mapped[Any] = mapped_column(Json)


class BenchmarkChoice(Fact, Base):
    """A firm takes part in later snapshots, or not; without a choice it does."""

    __tablename__ = "benchmark_choice"
    __anchor__ = "firm"

    firm_id: Mapped[int] = mapped_column(ForeignKey("firm.id"), index=True)
    takes_part: Mapped[bool]
