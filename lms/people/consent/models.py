"""What a student lets a firm see, and what a firm saw. Facts; chained per program."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.db import Base
from lms.kernel.facts import Fact


class RecordType(StrEnum):
    """The kinds of records that a consent names one by one."""

    PROGRESS = "progress"  # pace and milestones
    HOURS = "hours"  # weekly totals
    PAID_HOURS = "paid_hours"  # total firm-paid minutes a week, nothing else
    ATTENDANCE = "attendance"
    GRADES = "grades"
    CAPSTONE = "capstone"  # the assessment of the capstone


class Purpose(StrEnum):
    """What the records are for."""

    SPONSORSHIP = "sponsorship"
    PROGRAM_COST = "program_cost"
    AID_CONDITION = "aid_condition"


class Consent(Fact, Base):
    """A student's signed consent for one record type and one firm; revoked by a row that supersedes it.

    text_version, text_sha256: what was signed. signed_at: None only on a revocation.
    """

    __tablename__ = "consent"
    __anchor__ = "enrollment"
    __table_args__ = (Index(None, "enrollment_id", "firm_id", "record_type"),)

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"))
    firm_id: Mapped[int] = mapped_column(ForeignKey("firm.id"), index=True)
    record_type: Mapped[RecordType]
    purpose: Mapped[Purpose]
    text_version: Mapped[int]
    text_sha256: Mapped[str]
    signed_at: Mapped[datetime]
    expires_on: Mapped[date | None]
    is_revoked: Mapped[bool] = mapped_column(default=False)


class ConsentRequest(Fact, Base):
    """A firm asks a student for consent for one record type."""

    __tablename__ = "consent_request"
    __anchor__ = "enrollment"

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    firm_id: Mapped[int] = mapped_column(ForeignKey("firm.id"))
    record_type: Mapped[RecordType]
    purpose: Mapped[Purpose]


class Disclosure(Fact, Base):
    """One reading of a student's record by somebody of a firm, or one attempt that was refused.

    consent_id: the consent it rests on; None if it was refused. page: which page, API call or export.
    """

    __tablename__ = "disclosure"
    __anchor__ = "enrollment"

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    firm_id: Mapped[int] = mapped_column(ForeignKey("firm.id"), index=True)
    record_type: Mapped[RecordType]
    consent_id: Mapped[int | None] = mapped_column(ForeignKey("consent.id"))
    is_refused: Mapped[bool] = mapped_column(default=False)
    page: Mapped[str]
