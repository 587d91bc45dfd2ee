"""A cohort's year: weeks, breaks, holidays, sections, sessions and who was there."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from lms.hub.catalog.kinds import Kind
from lms.hub.cohorts.kinds import BreakKind as BreakKind
from lms.hub.cohorts.kinds import Presence as Presence
from lms.kernel.db import Base
from lms.kernel.facts import Fact, HasPublicId
from lms.kernel.weeks import minutes_between


class Cohort(HasPublicId, Base):
    """A version of a program, lived from starts_on to ends_on. week_one_monday: Monday of cohort week 1.

    funders: who pays for it, as the office writes it. taken_back_at: its opening was undone, and nobody studies in it.
    """

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
    funders: Mapped[str] = mapped_column(default="", server_default="")
    taken_back_at: Mapped[datetime | None]


class SheetTerms(Fact, Base):
    """When the cohort's week sheets are due and lock; a later row replaces it, and without one the usual times hold.

    due_weekday, due_minute: Monday is 0, minutes after midnight, of the week after. grace_days: from due to locked.
    auto_approves: clean sheets whose hours all have evidence of level 2 are approved when their time is up (H22).
    """

    __tablename__ = "sheet_terms"
    __anchor__ = "cohort"

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"), index=True)
    due_weekday: Mapped[int]
    due_minute: Mapped[int]
    grace_days: Mapped[int]
    auto_approves: Mapped[bool] = mapped_column(default=False)


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


class Holiday(HasPublicId, Base):
    """A day on which a site does not teach, as its office entered it; in a cohort it counts once it is a `Break`."""

    __tablename__ = "holiday"
    __anchor__ = "site"
    __table_args__ = (UniqueConstraint("site_id", "day"),)

    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    day: Mapped[date]
    name: Mapped[str]


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

    When and where it is (everything but section, unit and kind) is kept here as it stands now, and dated in
    `SessionTime`, which is the truth. stations: how many can work at once; None is without limit.
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
    is_cancelled: Mapped[bool] = mapped_column(default=False, server_default=false())

    @property
    def minutes(self) -> int:
        """How long it is planned to be."""
        return minutes_between(self.starts_at, self.ends_at)


class SessionTime(Fact, Base):
    """When and where a session is to be; a move or a cancellation supersedes. One that is off keeps its last time."""

    __tablename__ = "session_time"
    __anchor__ = "section"

    section_id: Mapped[int] = mapped_column(ForeignKey("section.id"), index=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    zone: Mapped[str]
    room: Mapped[str] = mapped_column(default="")
    stations: Mapped[int | None]
    is_cancelled: Mapped[bool] = mapped_column(default=False)


class Attendance(Fact, Base):
    """What the register says: one row a student and session; a correction supersedes. minutes: attended."""

    __tablename__ = "attendance"
    __anchor__ = "enrollment"

    session_id: Mapped[int] = mapped_column(ForeignKey("session.id"), index=True)
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    presence: Mapped[Presence]
    minutes: Mapped[int]
