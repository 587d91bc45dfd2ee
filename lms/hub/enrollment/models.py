"""The enrollment and its dated facts: state, place, firm, money, leave, plan. to_day is the last day, None is open."""

from datetime import date

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.hub.enrollment.kinds import LeaveKind, Payer, Shift, Status, StatusReason
from lms.kernel.db import Base
from lms.kernel.facts import Fact, HasPublicId


class Enrollment(HasPublicId, Base):
    """One student in one cohort. start_offset_weeks: how many weeks after the cohort this student's week 1 lies."""

    __tablename__ = "enrollment"
    __anchor__ = "enrollment"
    __table_args__ = (UniqueConstraint("person_id", "cohort_id"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"), index=True)
    start_offset_weeks: Mapped[int] = mapped_column(default=0)
    transferred_from_id: Mapped[int | None] = mapped_column(ForeignKey("enrollment.id"))


class VersionPin(Fact, Base):
    """From `from_day` on the enrollment is bound to this version; before the first pin, to its cohort's.

    Of two pins that begin on one day the later recorded holds. Prose: reason.
    """

    __tablename__ = "version_pin"
    __anchor__ = "enrollment"

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    program_version_id: Mapped[int] = mapped_column(ForeignKey("program_version.id"))
    from_day: Mapped[date]


class StatusChange(Fact, Base):
    """The enrollment is in `status` from `effective_on` on."""

    __tablename__ = "status_change"
    __anchor__ = "enrollment"

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    status: Mapped[Status]
    effective_on: Mapped[date]
    reason: Mapped[StatusReason]


class Placement(Fact, Base):
    """Where the student is taught."""

    __tablename__ = "placement"
    __anchor__ = "enrollment"
    __table_args__ = (Index(None, "section_id", "from_day"),)

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    section_id: Mapped[int] = mapped_column(ForeignKey("section.id"))
    from_day: Mapped[date]
    to_day: Mapped[date | None]


class EmploymentSpell(Fact, Base):
    """For whom the student works. supervisor_id: who signs there. pays_release_time: hours default to paid."""

    __tablename__ = "employment_spell"
    __anchor__ = "enrollment"
    __table_args__ = (Index(None, "firm_id", "from_day"),)

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    firm_id: Mapped[int] = mapped_column(ForeignKey("firm.id"))
    supervisor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    shift: Mapped[Shift]
    pays_release_time: Mapped[bool] = mapped_column(default=False)
    from_day: Mapped[date]
    to_day: Mapped[date | None]


class Sponsorship(Fact, Base):
    """Who pays how much of the tuition. firm_id: only where the payer is a firm."""

    __tablename__ = "sponsorship"
    __anchor__ = "enrollment"

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    payer: Mapped[Payer]
    firm_id: Mapped[int | None] = mapped_column(ForeignKey("firm.id"), index=True)
    amount_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))


class Leave(Fact, Base):
    """Time away, granted. is_lifted: this row takes it back. It lowers what is expected, never what was done."""

    __tablename__ = "leave"
    __anchor__ = "enrollment"

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    kind: Mapped[LeaveKind]
    from_day: Mapped[date]
    to_day: Mapped[date]
    is_lifted: Mapped[bool] = mapped_column(default=False)


class PlanUnit(Fact, Base):
    """A course that this student takes: the hub's come with enrolling, a spoke adds its own. is_dropped: no more."""

    __tablename__ = "plan_unit"
    __anchor__ = "enrollment"

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    is_dropped: Mapped[bool] = mapped_column(default=False)
