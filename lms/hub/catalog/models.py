"""Programs and their versions. A published version never changes; a cohort pins one."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.hub.catalog.kinds import Completion, CourseKind, ItemKind, RequirementKind
from lms.hub.catalog.kinds import Kind as Kind
from lms.kernel.columns import Json
from lms.kernel.db import Base
from lms.kernel.facts import HasPublicId


class Program(HasPublicId, Base):
    """A certificate program. is_sample: shown wherever its name is."""

    __tablename__ = "program"
    __anchor__ = "program"
    __open_to_read__ = True

    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    is_sample: Mapped[bool] = mapped_column(default=False)


class ProgramVersion(HasPublicId, Base):
    """One version of a program. policy: late work, grace, hours band and the like; see `lms.hub.catalog.policy`."""

    __tablename__ = "program_version"
    __anchor__ = "program"
    __open_to_read__ = True
    __table_args__ = (UniqueConstraint("program_id", "number"),)

    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"))
    number: Mapped[int]
    published_at: Mapped[datetime | None]
    policy: Mapped[Any] = mapped_column(Json)
    weeks: Mapped[int] = mapped_column(default=52)
    source_sha256: Mapped[str]  # of the curriculum file
    note: Mapped[str] = mapped_column(default="")


class VersionDocument(Base):
    """A version as its authors write it, see `spec.Curriculum`; of a published one it is what was published.

    before: what stood before the last change of a draft, for the one undo.
    """

    __tablename__ = "version_document"

    id: Mapped[int] = mapped_column(primary_key=True)
    program_version_id: Mapped[int] = mapped_column(ForeignKey("program_version.id"), unique=True)
    document: Mapped[Any] = mapped_column(Json)
    before: Mapped[Any] = mapped_column(Json, nullable=True)
    changed_at: Mapped[datetime]


class Course(HasPublicId, Base):
    """A hub course, a spoke or the capstone. pass_bp: the grade that passes, in basis points of full marks.

    prerequisites: codes of the courses of the same version that come before it.
    """

    __tablename__ = "course"
    __table_args__ = (UniqueConstraint("program_version_id", "code"),)

    program_version_id: Mapped[int] = mapped_column(ForeignKey("program_version.id"))
    code: Mapped[str]
    name: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    kind: Mapped[CourseKind]
    position: Mapped[int]
    pass_bp: Mapped[int] = mapped_column(default=7000)
    prerequisites: Mapped[Any] = mapped_column(Json, default=list, server_default="[]")


class Unit(HasPublicId, Base):
    """A planned piece of a course in cohort weeks first to last, both inclusive; minutes_a_week: the plan."""

    __tablename__ = "unit"
    __table_args__ = (UniqueConstraint("course_id", "code"),)

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    code: Mapped[str]
    title: Mapped[str]
    kind: Mapped[Kind]
    first_week: Mapped[int]
    last_week: Mapped[int]
    minutes_a_week: Mapped[int]
    position: Mapped[int]


class ContentItem(HasPublicId, Base):
    """What a student works through in a unit: a link or a file. minutes: planned, for the whole of it.

    iri: what other systems call it when they report; empty: by its link.
    """

    __tablename__ = "content_item"

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    position: Mapped[int]
    title: Mapped[str]
    kind: Mapped[ItemKind]
    minutes: Mapped[int]
    completion: Mapped[Completion]
    url: Mapped[str] = mapped_column(default="")
    file_sha256: Mapped[str] = mapped_column(default="")
    file_name: Mapped[str] = mapped_column(default="")
    iri: Mapped[str] = mapped_column(default="", server_default="")


class Outcome(HasPublicId, Base):
    """What a student can do after a course."""

    __tablename__ = "outcome"

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    code: Mapped[str]
    text: Mapped[str]
    position: Mapped[int]


class Requirement(HasPublicId, Base):
    """A node of the requirement tree. n: of min_n_of. minutes (approved), hours_kind, evidence: of min_minutes.

    code: of a competency ("framework/competency") or a credential. level: the competency's lowest one that counts.
    """

    __tablename__ = "requirement"

    program_version_id: Mapped[int] = mapped_column(ForeignKey("program_version.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("requirement.id"))
    position: Mapped[int]
    kind: Mapped[RequirementKind]
    title: Mapped[str]
    n: Mapped[int | None]
    minutes: Mapped[int | None]
    hours_kind: Mapped[Kind | None]
    evidence: Mapped[int | None]
    course_id: Mapped[int | None] = mapped_column(ForeignKey("course.id"))
    code: Mapped[str | None]
    level: Mapped[int | None]
