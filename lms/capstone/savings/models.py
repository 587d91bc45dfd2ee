"""The ledger: postings, savings entries, decisions and evidence, all facts; and the summary row that is rebuilt."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.capstone.lines.rules.kinds import BenefitClass, CostKind, Payer
from lms.capstone.savings.rules.kinds import Decision, EntryKind, Level
from lms.kernel.columns import Json, SmallNumber
from lms.kernel.db import Base
from lms.kernel.facts import Fact, HasPublicId


class EvidenceKind(StrEnum):
    GL_EXTRACT = "gl_extract"
    INVOICE = "invoice"
    PAYROLL = "payroll"
    TIME_STUDY = "time_study"
    METER = "meter"
    PHOTO = "photo"
    STATEMENT = "statement"


class Posting(Fact, Base):
    """One command on a project's ledger; numbered 1, 2, 3 in it without a gap.

    follows_id: what it cancels, adjusts or cuts. reverses_id: what it cancels; unique, so that nothing is cancelled
    twice. request_key: made by the client, so that a retry is the same posting. Prose: note.
    """

    __tablename__ = "posting"
    __anchor__ = "project"
    __table_args__ = (
        UniqueConstraint("project_id", "number"),
        UniqueConstraint("project_id", "request_key"),
        CheckConstraint("reverses_id IS NULL OR reverses_id = follows_id", name="reverses"),
    )

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    number: Mapped[int]
    kind: Mapped[EntryKind]
    line_id: Mapped[int | None] = mapped_column(ForeignKey("benefit_line.id"))
    version_id: Mapped[int | None] = mapped_column(ForeignKey("line_version.id"))
    level: Mapped[Level] = mapped_column(SmallNumber(Level))
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("posting.id"))
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("posting.id"), unique=True)
    reason: Mapped[str | None]
    effective_on: Mapped[date]
    request_key: Mapped[str | None]


class SavingsEntry(Fact, Base):
    """One amount of one posting in one period: a month's first day, for wages the Monday of the week.

    A benefit has a class; a cost has a kind and a payer and is positive unless it is an incentive or a cancellation.
    fx_rate, fx_on, fx_source: how a foreign amount was converted, once.
    """

    __tablename__ = "savings_entry"
    __anchor__ = "project"
    __table_args__ = (
        UniqueConstraint("posting_id", "number"),
        Index(None, "project_id", "period"),
        CheckConstraint("(benefit_class IS NULL) <> (cost_kind IS NULL)", name="benefit_or_cost"),
        CheckConstraint("(cost_kind IS NULL) = (payer IS NULL)", name="cost_has_payer"),
    )

    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    number: Mapped[int]
    period: Mapped[date]
    amount_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    benefit_class: Mapped[BenefitClass | None]
    cost_kind: Mapped[CostKind | None]
    payer: Mapped[Payer | None]
    enrollment_id: Mapped[int | None] = mapped_column(ForeignKey("enrollment.id"))
    fx_rate: Mapped[str | None]
    fx_on: Mapped[date | None]
    fx_source: Mapped[str | None]


class Verification(Fact, Base):
    """One decision about a posting. amount_minor: what was attested of the whole line. Prose: account, comment."""

    __tablename__ = "verification"
    __anchor__ = "project"

    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id"), index=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    decision: Mapped[Decision]
    level: Mapped[Level] = mapped_column(SmallNumber(Level))
    reason: Mapped[str | None]
    amount_minor: Mapped[int | None]
    is_owner_attested: Mapped[bool] = mapped_column(default=False)


class Evidence(Fact, Base):
    """What shows a saving. sha256: of the file, if there is one. Prose: reference, file_name."""

    __tablename__ = "evidence"
    __anchor__ = "project"

    line_id: Mapped[int] = mapped_column(ForeignKey("benefit_line.id"), index=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    kind: Mapped[EvidenceKind]
    sha256: Mapped[str | None]
    media_type: Mapped[str | None]
    size: Mapped[int | None]


class FirmSuccession(Fact, Base):
    """A firm was taken over by another on a day. Its history stays its own; a newer row supersedes."""

    __tablename__ = "firm_succession"
    __anchor__ = "firm"

    firm_id: Mapped[int] = mapped_column(ForeignKey("firm.id"), index=True)
    successor_id: Mapped[int] = mapped_column(ForeignKey("firm.id"))
    effective_on: Mapped[date]


class ProjectSummary(HasPublicId, Base):
    """A project's ledger in one row, written in the posting's transaction; `flask verify` rebuilds and compares it.

    Amounts are first-year and of counted classes unless the name says otherwise. number: of the last posting in it.
    sums: everything else that a portfolio adds up, as `lms.capstone.savings.summary` makes it; None in a row that is
    older than the column.
    """

    __tablename__ = "project_summary"
    __anchor__ = "project"

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), unique=True)
    number: Mapped[int]
    forecast_minor: Mapped[int]
    reported_minor: Mapped[int]
    verified_minor: Mapped[int]
    reviewed_minor: Mapped[int]
    sustained_minor: Mapped[int]
    avoidance_minor: Mapped[int]
    soft_minor: Mapped[int]
    run_rate_reported_minor: Mapped[int]
    run_rate_verified_minor: Mapped[int]
    cost_firm_minor: Mapped[int]
    cost_all_minor: Mapped[int]
    incentive_firm_minor: Mapped[int]
    incentive_all_minor: Mapped[int]
    lines_reported: Mapped[int]
    lines_verified: Mapped[int]
    waiting_since: Mapped[datetime | None]
    sums: Mapped[Any] = mapped_column(Json, nullable=True)
