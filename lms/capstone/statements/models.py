"""A statement that was issued. A fact: it is never changed, and a later one stands beside it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.columns import Json
from lms.kernel.db import Base
from lms.kernel.facts import Fact


class Statement(Fact, Base):
    """The figures of one project, or of a whole firm (project_id None), as known at `as_of`.

    rate_bp: the yearly discount rate that held when it was issued; None is the program's. figures: plain values in
    minor units and exact fractions. sha256: of their canonical text. head: the chain's head then, as printed.
    """

    __tablename__ = "statement"
    __anchor__ = "firm"
    __table_args__ = (Index(None, "firm_id", "recorded_at"),)

    firm_id: Mapped[int] = mapped_column(ForeignKey("firm.id"))
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"), index=True)
    as_of: Mapped[datetime]
    rate_bp: Mapped[int | None]
    currency: Mapped[str] = mapped_column(String(3))
    figures: Mapped[Any] = mapped_column(Json)
    sha256: Mapped[str]
    head: Mapped[str]
