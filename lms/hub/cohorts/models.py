"""A cohort's year: weeks, breaks, sections, sessions and who was there."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.hub.catalog.kinds import Kind
from lms.hub.cohorts.kinds import BreakKind as BreakKind
from lms.hub.cohorts.kinds import Presence as Presence
from lms.kernel.db import Base
from lms.kernel.facts import Fact, HasPublicId


class Cohort(HasPublicId, Base):
    """A version of a program, lived from starts_on to ends_on. week_one_monday: Monday of cohort week 1."""

    __tablename__ = "cohort"
    __anchor__ = "cohort"

    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"))
    program_version_id: Mapped[int] = mapped_column(ForeignKey("program_version.id"))
    name: Mapped[str] = mapped_column(unique=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    week_one_monday: Mapped[date]
    zone: Mapped[str]
    target_min_minutes: Mapped[int] = mapped_column(default=600)
    target_max_minutes: Mapped[int] = mapped_column(default=840)


class CohortWeek(HasPublicId, Base):
    """Cohort week 1 to 52, Monday to Sunday."""

    __tablename__ = "cohort_week"
    __anchor__ = "cohort"
    __table_args__ = (UniqueConstraint("cohort_id", "number"), UniqueConstraint("cohort_id", "monday"))

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    number: Mapped[int]
    monday: Mapped[date]


class Break(Fact, Base):
    """Days without teaching, first and last inclusive. site_id None: everywhere. is_lifted: this row takes it back."""

    __tablename__ = "break"
    __anchor__ = "cohort"

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"), index=True)
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))
    kind: Mapped[BreakKind]
    from_day: Mapped[date]
    to_day: Mapped[date]
    is_lifted: Mapped[bool] = mapped_column(default=False)


class Section(HasPublicId, Base):
    """The students of a cohort at a site who are taught together. course_id None: in every course."""

    __tablename__ = "section"
    __anchor__ = "section"
    __table_args__ = (UniqueConstraint("cohort_id", "name"),)

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    course_id: Mapped[int | None] = mapped_column(ForeignKey("course.id"))
    name: Mapped[str]


class Session(HasPublicId, Base):
    """One meeting of a section: a lab, a lecture, a simulation. starts_at, ends_at: instants, shown in `zone`.

    stations: how many students its equipment takes, who then book; None where everybody just comes.
    """

    __tablename__ = "session"
    __anchor__ = "section"

    section_id: Mapped[int] = mapped_column(ForeignKey("section.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    kind: Mapped[Kind]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    zone: Mapped[str]
    room: Mapped[str] = mapped_column(default="")
    stations: Mapped[int | None]


class Attendance(Fact, Base):
    """What the register says: one row a student and session; a correction supersedes. minutes: attended."""

    __tablename__ = "attendance"
    __anchor__ = "enrollment"

    session_id: Mapped[int] = mapped_column(ForeignKey("session.id"), index=True)
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    presence: Mapped[Presence]
    minutes: Mapped[int]
