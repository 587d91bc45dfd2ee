"""Frameworks, what was seen of a student, who signed it off, credentials of others. Days are local, files by hash."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.hub.catalog.kinds import Kind
from lms.hub.competencies.kinds import ProofKind
from lms.hub.competencies.rules import Asked, Completion
from lms.kernel.acting import acting_at
from lms.kernel.columns import Json
from lms.kernel.db import Base
from lms.kernel.facts import Fact, HasPublicId
from lms.people.access import Relation


class Framework(HasPublicId, Base):
    """One version of a competency framework, which never changes. levels: their names, the lowest first."""

    __tablename__ = "framework"
    __anchor__ = "program"
    __open_to_read__ = True
    __table_args__ = (UniqueConstraint("program_id", "code", "number"),)

    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"))
    code: Mapped[str]
    number: Mapped[int]
    name: Mapped[str]
    levels: Mapped[Any] = mapped_column(Json)
    imported_at: Mapped[datetime] = mapped_column(default=acting_at)


class Competency(HasPublicId, Base):
    """One line of a framework.

    course, hours_kind: whose approved minutes count for it (None: any). activity: whose passed score is one
    demonstration. credential: the code of an outside credential that shows the same. valid_days None: for ever.
    """

    __tablename__ = "competency"
    __table_args__ = (UniqueConstraint("framework_id", "code"),)

    framework_id: Mapped[int] = mapped_column(ForeignKey("framework.id"))
    code: Mapped[str]
    title: Mapped[str]
    domain: Mapped[str] = mapped_column(default="")
    completion: Mapped[Completion]
    least_minutes: Mapped[int] = mapped_column(default=0)
    course: Mapped[str | None]
    hours_kind: Mapped[Kind | None]
    demonstrations: Mapped[int] = mapped_column(default=0)
    activity: Mapped[str | None]
    assessors: Mapped[int] = mapped_column(default=1)
    valid_days: Mapped[int | None]
    credential: Mapped[str | None]
    position: Mapped[int]

    @property
    def asked(self) -> Asked:
        """As the rules read it."""
        return Asked(
            self.title, self.completion, self.least_minutes, self.demonstrations, self.assessors, self.valid_days
        )


class FrameworkImport(Fact, Base):
    """A file that was sent to be a framework. errors: what was wrong, by row. framework_id: what a sound one made."""

    __tablename__ = "framework_import"
    __anchor__ = "program"

    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"), index=True)
    code: Mapped[str]
    sha256: Mapped[str]
    rows: Mapped[int]
    errors: Mapped[Any] = mapped_column(Json)
    framework_id: Mapped[int | None] = mapped_column(ForeignKey("framework.id"))


class CompetencyEvidence(Fact, Base):
    """Something that an instructor or assessor saw. Prose: note, file_name. is_withdrawn: this row takes it back."""

    __tablename__ = "competency_evidence"
    __anchor__ = "enrollment"
    __table_args__ = (Index(None, "enrollment_id", "competency_id"),)

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"))
    competency_id: Mapped[int] = mapped_column(ForeignKey("competency.id"))
    kind: Mapped[ProofKind]
    day: Mapped[date]
    attendance_id: Mapped[int | None] = mapped_column(ForeignKey("attendance.id"))
    sha256: Mapped[str | None]
    size: Mapped[int | None]
    is_withdrawn: Mapped[bool] = mapped_column(default=False)


class SignOff(Fact, Base):
    """An assessor vouches for a level (D27). role: held on that day. statement_sha256: of all that was signed.

    A new level of the same assessor supersedes; is_revoked: this row takes it back, its prose "reason" says why.
    """

    __tablename__ = "sign_off"
    __anchor__ = "enrollment"
    __table_args__ = (Index(None, "enrollment_id", "competency_id"), CheckConstraint("level >= 1", name="level"))

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"))
    competency_id: Mapped[int] = mapped_column(ForeignKey("competency.id"))
    assessor_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[Relation]
    level: Mapped[int]
    signed_on: Mapped[date]
    expires_on: Mapped[date | None]
    statement_version: Mapped[int]
    statement_sha256: Mapped[str]
    is_revoked: Mapped[bool] = mapped_column(default=False)


class ExternalCredential(Fact, Base):
    """What somebody else issued. code: as requirements name it, "" for none. Prose: name, issuer, number, file_name."""

    __tablename__ = "external_credential"
    __anchor__ = "enrollment"
    __table_args__ = (CheckConstraint("expires_on IS NULL OR expires_on >= issued_on", name="days"),)

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    code: Mapped[str]
    issued_on: Mapped[date]
    expires_on: Mapped[date | None]
    sha256: Mapped[str | None]
    size: Mapped[int | None]
    is_withdrawn: Mapped[bool] = mapped_column(default=False)


class CredentialCheck(Fact, Base):
    """What staff found when they asked the issuer. Prose: note."""

    __tablename__ = "credential_check"
    __anchor__ = "enrollment"

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    credential_id: Mapped[int] = mapped_column(ForeignKey("external_credential.id"), index=True)
    is_verified: Mapped[bool]
