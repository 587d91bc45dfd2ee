"""What energy assessments recommended to a firm, file by file, and who may see it. The firm's own, reported by others.

Nothing here is a saving: no figure enters a ledger, whatever its status. Amounts are minor units of `currency`.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.capstone.assessments.rules.plan import Effect
from lms.capstone.assessments.rules.said import Audience
from lms.capstone.projects.rules import ImplementationStatus
from lms.kernel.columns import Json
from lms.kernel.db import Base
from lms.kernel.facts import Fact, HasPublicId


class EnergyFile(HasPublicId, Base):
    """One file of a firm, what it would change, and whether it did.

    mapping: our column to the file's, where they differ. base_sha256: of every recommendation that stood when it was
    looked at; where these have changed since, the plan is not applied. is_sample: made up for a demonstration.
    """

    __tablename__ = "energy_file"
    __anchor__ = "firm"

    firm_id: Mapped[int] = mapped_column(ForeignKey("firm.id"), index=True)
    file_name: Mapped[str]
    file_sha256: Mapped[str]
    base_sha256: Mapped[str]
    mapping: Mapped[Any] = mapped_column(Json)
    currency: Mapped[str] = mapped_column(String(3))
    is_sample: Mapped[bool]
    rows: Mapped[int]
    added: Mapped[int]
    changed: Mapped[int]
    unchanged: Mapped[int]
    faults: Mapped[int]
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    applied_at: Mapped[datetime | None]
    applied_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class EnergyFileLine(HasPublicId, Base):
    """One row of the file. number: the file's row. old, new: what stood and what it says; fault: a sentence; as JSON.

    recommendation_id: the fact that was made of it. is_withdrawn: None before; False where it stays with why not.
    """

    __tablename__ = "energy_file_line"
    __anchor__ = "firm"
    __table_args__ = (Index(None, "energy_file_id", "number"),)

    energy_file_id: Mapped[int] = mapped_column(ForeignKey("energy_file.id"))
    firm_id: Mapped[int] = mapped_column(ForeignKey("firm.id"))
    number: Mapped[int]
    key: Mapped[str]
    kind: Mapped[Effect]
    old: Mapped[Any | None] = mapped_column(Json)
    new: Mapped[Any | None] = mapped_column(Json)
    fault: Mapped[Any | None] = mapped_column(Json)
    recommendation_id: Mapped[int | None] = mapped_column(ForeignKey("energy_recommendation.id"))
    is_withdrawn: Mapped[bool | None]


class EnergyRecommendation(Fact, Base):
    """What one recommendation says; a later file supersedes. key: its id in the file. Prose: description.

    saved_minor: a year, the primary stream alone. status: None where the file has none. is_withdrawn: this row takes
    it back; it is then none of the firm's any more.
    """

    __tablename__ = "energy_recommendation"
    __anchor__ = "firm"

    firm_id: Mapped[int] = mapped_column(ForeignKey("firm.id"), index=True)
    energy_file_id: Mapped[int] = mapped_column(ForeignKey("energy_file.id"))
    key: Mapped[str]
    assessment: Mapped[str]
    number: Mapped[int | None]
    fiscal_year: Mapped[int | None]
    status: Mapped[ImplementationStatus | None]
    currency: Mapped[str] = mapped_column(String(3))
    cost_minor: Mapped[int | None]
    saved_minor: Mapped[int | None]
    resource: Mapped[str | None]
    quantity: Mapped[int | None]
    arc_code: Mapped[str | None]
    is_sample: Mapped[bool]
    is_withdrawn: Mapped[bool] = mapped_column(default=False)


class EnergyProposal(Fact, Base):
    """A capstone project was proposed from a recommendation. key: the recommendation's id, whatever it says later."""

    __tablename__ = "energy_proposal"
    __anchor__ = "firm"

    firm_id: Mapped[int] = mapped_column(ForeignKey("firm.id"), index=True)
    recommendation_id: Mapped[int] = mapped_column(ForeignKey("energy_recommendation.id"))
    key: Mapped[str]
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), unique=True)


class EnergyAudience(Fact, Base):
    """Who may see what was recommended to a firm; without a row, its own people alone. A newer one supersedes."""

    __tablename__ = "energy_audience"
    __anchor__ = "firm"

    firm_id: Mapped[int] = mapped_column(ForeignKey("firm.id"), index=True)
    audience: Mapped[Audience]


class EnergyReading(Fact, Base):
    """Somebody of the program's staff looked at a firm's recommendations; the firm sees who and when."""

    __tablename__ = "energy_reading"
    __anchor__ = "firm"

    firm_id: Mapped[int] = mapped_column(ForeignKey("firm.id"), index=True)
