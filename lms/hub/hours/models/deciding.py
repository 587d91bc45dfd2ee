"""Around the decision on a sheet: who stands in for whom, links for one signature, escalations, proposed adjustments.

Facts: Delegation, Escalation, Nudge, AdjustmentProposal, AdjustmentDecision. A SigningLink is no fact: no rule reads
it, the signature itself is the `SheetEvent`.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.hub.catalog.kinds import Kind
from lms.kernel.clock import now
from lms.kernel.db import Base
from lms.kernel.facts import Fact, HasPublicId


class Delegation(Fact, Base):
    """`giver_id` lets `holder_id` decide on the hours of a section, or of the employees that the giver supervises.

    From `from_day` to `to_day`, both included. is_ended: this row takes the one back that it supersedes. The holder's
    grant names the row number of the first row. The prose "reason" says why.
    """

    __tablename__ = "delegation"
    __anchor__ = "delegation"
    __table_args__ = (
        CheckConstraint("(section_id IS NULL) <> (firm_id IS NULL)", name="place"),
        CheckConstraint("giver_id <> holder_id", name="people"),
        CheckConstraint("from_day <= to_day", name="days"),
    )

    giver_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    holder_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    section_id: Mapped[int | None] = mapped_column(ForeignKey("section.id"), index=True)
    firm_id: Mapped[int | None] = mapped_column(ForeignKey("firm.id"), index=True)
    from_day: Mapped[date]
    to_day: Mapped[date]
    is_ended: Mapped[bool] = mapped_column(default=False)


class SigningLink(HasPublicId, Base):
    """A link that lets one person decide once on one part as it was handed in. Here stands only its SHA-256."""

    __tablename__ = "signing_link"
    __anchor__ = "sheet_part"
    __table_args__ = (Index(None, "sheet_part_id", "version"),)

    sheet_part_id: Mapped[int] = mapped_column(ForeignKey("sheet_part.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    version: Mapped[int]
    token_sha256: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class Escalation(Fact, Base):
    """A sheet, as handed in with `version`, has waited too long; its coordinator was told (H22). Once each."""

    __tablename__ = "escalation"
    __anchor__ = "enrollment"
    __table_args__ = (UniqueConstraint("week_sheet_id", "version"),)

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    week_sheet_id: Mapped[int] = mapped_column(ForeignKey("week_sheet.id"))
    version: Mapped[int]
    waiting_since: Mapped[datetime]


class Nudge(Fact, Base):
    """A coordinator had the student reminded of the week of `monday`; at most once on a `day`."""

    __tablename__ = "nudge"
    __anchor__ = "enrollment"
    __table_args__ = (UniqueConstraint("enrollment_id", "monday", "day"),)

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"))
    monday: Mapped[date]
    day: Mapped[date]


class AdjustmentProposal(Fact, Base):
    """Signed minutes that somebody wants to add to a closed week, until a second person has decided (D17, H19).

    entry_id: it is about who paid for that entry; minutes is 0 then, and `paid_by_firm` what is to stand. The prose
    "reason" says why.
    """

    __tablename__ = "adjustment_proposal"
    __anchor__ = "enrollment"
    __table_args__ = (
        Index(None, "enrollment_id", "monday"),
        CheckConstraint("(minutes <> 0) = (entry_id IS NULL)", name="minutes"),
    )

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"))
    monday: Mapped[date]
    day: Mapped[date]
    minutes: Mapped[int]
    kind: Mapped[Kind]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    paid_by_firm: Mapped[bool] = mapped_column(default=False)
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("hours_entry.id"))


class AdjustmentDecision(Fact, Base):
    """The one answer to a proposal. is_confirmed False: declined, or taken back by whoever proposed it."""

    __tablename__ = "adjustment_decision"
    __anchor__ = "enrollment"

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("adjustment_proposal.id"), unique=True)
    is_confirmed: Mapped[bool]
