"""A roster as it was planned, line by line, and the numbers under which schools know their students.

No rule of a number reads these; what an import writes are the enrollment's own facts.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.hub.roster.kinds import PlanKind
from lms.kernel.columns import Json
from lms.kernel.db import Base
from lms.kernel.facts import HasPublicId


class StudentNumber(HasPublicId, Base):
    """What a school calls a student; one number a person and site, and one person a number."""

    __tablename__ = "student_number"
    __anchor__ = "person"
    __table_args__ = (UniqueConstraint("site_id", "code"), UniqueConstraint("person_id", "site_id"))

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    code: Mapped[str]


class RosterImport(HasPublicId, Base):
    """One file, what it would change, and whether it did. site_id None: of every site of the cohort.

    base_sha256: digest of everything that the plan was made from; where it differs later, the plan is not applied.
    asked: the addresses, student numbers and firms that the file names, so that the same can be read again.
    """

    __tablename__ = "roster_import"
    __anchor__ = "roster_import"

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"), index=True)
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))
    file_name: Mapped[str]
    file_sha256: Mapped[str]
    base_sha256: Mapped[str]
    asked: Mapped[Any] = mapped_column(Json)
    rows: Mapped[int]
    joins: Mapped[int]
    changes: Mapped[int]
    leavers: Mapped[int]
    unchanged: Mapped[int]
    faults: Mapped[int]
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    applied_at: Mapped[datetime | None]
    applied_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class RosterLine(HasPublicId, Base):
    """What becomes of one person. number: the file's row, 0 for a leaver. detail: the changes, or the faults.

    is_undone: whether undoing took it back; None before. kept_because: the sentence that says why it did not, as JSON.
    """

    __tablename__ = "roster_line"
    __anchor__ = "roster_import"
    __table_args__ = (Index(None, "roster_import_id", "kind", "number"),)

    roster_import_id: Mapped[int] = mapped_column(ForeignKey("roster_import.id"))
    number: Mapped[int]
    kind: Mapped[PlanKind]
    name: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    enrollment_id: Mapped[int | None] = mapped_column(ForeignKey("enrollment.id"), index=True)
    detail: Mapped[Any] = mapped_column(Json)
    is_undone: Mapped[bool | None]
    kept_because: Mapped[Any | None] = mapped_column(Json)
