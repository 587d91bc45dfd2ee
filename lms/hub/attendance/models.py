"""Stations booked, safety sign-offs, check-ins, excuses, closed registers and objections: all of them facts.

A correction is a row that supersedes. The register's own rows are `lms.hub.cohorts.models.Attendance`.
"""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.hub.attendance.kinds import Answer, BookingState, ExcuseKind, Verdict
from lms.kernel.db import Base
from lms.kernel.facts import Fact


class Booking(Fact, Base):
    """A student's station in a session, or the place in its waiting line.

    missed_id: the session that this one makes up for; None for an ordinary booking.
    """

    __tablename__ = "booking"
    __anchor__ = "enrollment"
    __table_args__ = (Index(None, "session_id", "enrollment_id"),)

    session_id: Mapped[int] = mapped_column(ForeignKey("session.id"))
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    state: Mapped[BookingState]
    missed_id: Mapped[int | None] = mapped_column(ForeignKey("session.id"))


class SafetyGate(Fact, Base):
    """Booking needs a current sign-off for the safety competency `code`: in one session, or in all of a unit.

    is_lifted: this row takes it back.
    """

    __tablename__ = "safety_gate"
    __anchor__ = "cohort"
    __table_args__ = (CheckConstraint("(unit_id IS NULL) <> (session_id IS NULL)", name="where"),)

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    session_id: Mapped[int | None] = mapped_column(ForeignKey("session.id"), index=True)
    code: Mapped[str]
    is_lifted: Mapped[bool] = mapped_column(default=False)


class SafetySignOff(Fact, Base):
    """Somebody who may judge it says that the student works safely, until `valid_until` inclusive."""

    __tablename__ = "safety_sign_off"
    __anchor__ = "enrollment"

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    code: Mapped[str]
    valid_until: Mapped[date]
    is_revoked: Mapped[bool] = mapped_column(default=False)


class CheckIn(Fact, Base):
    """The student typed the session's code in its room. It becomes attendance when the register is saved or closed.

    device_mark: the same for check-ins of one session from one phone, and for nothing else.
    """

    __tablename__ = "check_in"
    __anchor__ = "enrollment"
    __table_args__ = (UniqueConstraint("session_id", "enrollment_id"),)

    session_id: Mapped[int] = mapped_column(ForeignKey("session.id"))
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    device_mark: Mapped[str | None]


class Excuse(Fact, Base):
    """ "I can't come", said before the session. The prose "words" says more. is_withdrawn: taken back."""

    __tablename__ = "excuse"
    __anchor__ = "enrollment"
    __table_args__ = (Index(None, "session_id", "enrollment_id"),)

    session_id: Mapped[int] = mapped_column(ForeignKey("session.id"))
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    kind: Mapped[ExcuseKind]
    is_withdrawn: Mapped[bool] = mapped_column(default=False)


class ExcuseDecision(Fact, Base):
    """What was decided on an excuse. The prose "reason" says why."""

    __tablename__ = "excuse_decision"
    __anchor__ = "enrollment"

    excuse_id: Mapped[int] = mapped_column(ForeignKey("excuse.id"), unique=True)
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    verdict: Mapped[Verdict]


class RegisterClose(Fact, Base):
    """The register of a session is complete: who was expected and had no line is absent."""

    __tablename__ = "register_close"
    __anchor__ = "section"

    section_id: Mapped[int] = mapped_column(ForeignKey("section.id"), index=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id"), unique=True)


class RegisterSave(Fact, Base):
    """One save of a session's register, under the key that its maker's phone gave it: the same key is the same save.

    body_sha256: of what was sent.
    """

    __tablename__ = "register_save"
    __anchor__ = "section"
    __table_args__ = (UniqueConstraint("session_id", "client_key"),)

    section_id: Mapped[int] = mapped_column(ForeignKey("section.id"), index=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id"))
    client_key: Mapped[str]
    body_sha256: Mapped[str]


class Dispute(Fact, Base):
    """A student objects to a row that the system made: of the register, or hours from a simulation or an import.

    The prose "reason" says what is wrong.
    """

    __tablename__ = "dispute"
    __anchor__ = "enrollment"
    __table_args__ = (CheckConstraint("(attendance_id IS NULL) <> (hours_entry_id IS NULL)", name="what"),)

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    attendance_id: Mapped[int | None] = mapped_column(ForeignKey("attendance.id"), index=True)
    hours_entry_id: Mapped[int | None] = mapped_column(ForeignKey("hours_entry.id"), index=True)


class DisputeAnswer(Fact, Base):
    """The instructor's answer. The prose "reason" says why."""

    __tablename__ = "dispute_answer"
    __anchor__ = "enrollment"

    dispute_id: Mapped[int] = mapped_column(ForeignKey("dispute.id"), unique=True)
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    answer: Mapped[Answer]
