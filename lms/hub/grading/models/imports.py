"""Points that came in a file, as they were planned cell by cell. No rule reads these: what is applied are scores."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.columns import Json
from lms.kernel.db import Base
from lms.kernel.facts import HasPublicId


class GradeImport(HasPublicId, Base):
    """One file for a section's gradebook of a course, what it would change, and whether it did.

    base_sha256: of every score that it looked at; where these have changed since, the plan is not applied.
    """

    __tablename__ = "grade_import"
    __anchor__ = "section"

    section_id: Mapped[int] = mapped_column(ForeignKey("section.id"), index=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    file_name: Mapped[str]
    file_sha256: Mapped[str]
    base_sha256: Mapped[str]
    rows: Mapped[int]
    changes: Mapped[int]
    unchanged: Mapped[int]
    blank: Mapped[int]
    faults: Mapped[int]
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    applied_at: Mapped[datetime | None]
    applied_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class GradeImportLine(HasPublicId, Base):
    """One cell that changes, or one fault. number: the file's row. old, new: hundredths; old None: nothing yet.

    fault: the sentence as JSON. score_id: what was made of it. is_undone: None before; False with why it stays.
    """

    __tablename__ = "grade_import_line"
    __anchor__ = "section"
    __table_args__ = (Index(None, "grade_import_id", "number"),)

    grade_import_id: Mapped[int] = mapped_column(ForeignKey("grade_import.id"))
    section_id: Mapped[int] = mapped_column(ForeignKey("section.id"))
    number: Mapped[int]
    student: Mapped[str]
    column: Mapped[str]
    enrollment_id: Mapped[int | None] = mapped_column(ForeignKey("enrollment.id"))
    activity_id: Mapped[int | None] = mapped_column(ForeignKey("activity.id"))
    attempt: Mapped[int]
    old: Mapped[int | None]
    new: Mapped[int | None]
    fault: Mapped[Any | None] = mapped_column(Json)
    score_id: Mapped[int | None] = mapped_column(ForeignKey("score.id"))
    is_undone: Mapped[bool | None]
