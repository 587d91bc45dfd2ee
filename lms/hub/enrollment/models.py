"""The enrollment and its dated facts: state, place, firm, money, leave, plan. to_day is the last day, None is open.

Words that belong to a fact stand in prose: "note", "reason", "words", "terms", "work_site".
"""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from lms.hub.enrollment.kinds import Format, LeaveKind, Payer, Shift, Signer, Status, StatusReason
from lms.kernel.db import Base
from lms.kernel.facts import Fact, HasPublicId


class Enrollment(HasPublicId, Base):
    """One student in one cohort. transferred_from_id: the enrollment that this one goes on from.

    start_offset_weeks: how many weeks after the cohort this student's week 1 lies, as it was when they applied, which
    never changes. `queries.own_offset` knows the `StartOffset`s that were said later.
    """

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
    """The enrollment is in `status` from `effective_on` on.

    is_taken_back: this row says that the one which it supersedes was wrong.
    """

    __tablename__ = "status_change"
    __anchor__ = "enrollment"

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    status: Mapped[Status]
    effective_on: Mapped[date]
    reason: Mapped[StatusReason]
    is_taken_back: Mapped[bool] = mapped_column(default=False, server_default=false())


class StartOffset(Fact, Base):
    """How many weeks after the cohort this student's week 1 lies, learned after they applied; the last row holds."""

    __tablename__ = "start_offset"
    __anchor__ = "enrollment"
    __table_args__ = (CheckConstraint("weeks BETWEEN 0 AND 51", name="weeks"),)

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    weeks: Mapped[int]


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
    """For whom the student works. supervisor_id: who signs there. pays_release_time: hours default to paid.

    first_id: row number of the first row of this employment, None in that row itself. A row that ends an employment has
    another number; grants, hours and sheet parts name the first one (`number`), so nothing is lost with it.
    """

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
    first_id: Mapped[int | None] = mapped_column(ForeignKey("employment_spell.id"))

    @property
    def number(self) -> int:
        """The row number that grants, hours and sheet parts name for this employment."""
        return self.first_id or self.id


class Sponsorship(Fact, Base):
    """Who pays how much of the tuition. firm_id: only where the payer is a firm. is_aid_condition: aid depends on it.

    is_ended: this row says that an earlier one holds no more.
    """

    __tablename__ = "sponsorship"
    __anchor__ = "enrollment"

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    payer: Mapped[Payer]
    firm_id: Mapped[int | None] = mapped_column(ForeignKey("firm.id"), index=True)
    amount_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    is_aid_condition: Mapped[bool] = mapped_column(default=False, server_default=false())
    is_ended: Mapped[bool] = mapped_column(default=False, server_default=false())


class Leave(Fact, Base):
    """Time away, granted. is_lifted: this row takes it back. It lowers what is expected, never what was done."""

    __tablename__ = "leave"
    __anchor__ = "enrollment"

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    kind: Mapped[LeaveKind]
    from_day: Mapped[date]
    to_day: Mapped[date]
    is_lifted: Mapped[bool] = mapped_column(default=False)


class LeaveRequest(Fact, Base):
    """A student asks for time away; their words stand in prose. is_taken_back: this row takes the request back."""

    __tablename__ = "leave_request"
    __anchor__ = "enrollment"

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    kind: Mapped[LeaveKind]
    from_day: Mapped[date]
    to_day: Mapped[date]
    is_taken_back: Mapped[bool] = mapped_column(default=False)


class LeaveDecision(Fact, Base):
    """The answer to one request. leave_id: what was granted, None if it was declined."""

    __tablename__ = "leave_decision"
    __anchor__ = "enrollment"

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    leave_request_id: Mapped[int] = mapped_column(ForeignKey("leave_request.id"), unique=True)
    leave_id: Mapped[int | None] = mapped_column(ForeignKey("leave.id"))


class ReturnPlan(Fact, Base):
    """How a student goes on after a leave. A changed plan is a new row; signatures belong to one row.

    first_day_back: local day. weekly_minutes: the new pace. remaining_minutes: what the program still asked for.
    finishes_on: the last day of the week in which it is reached. content_sha256: of all of these, which is signed.
    """

    __tablename__ = "return_plan"
    __anchor__ = "enrollment"
    __table_args__ = (CheckConstraint("weekly_minutes > 0", name="weekly_minutes"),)

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    first_day_back: Mapped[date]
    weekly_minutes: Mapped[int]
    remaining_minutes: Mapped[int]
    finishes_on: Mapped[date]
    content_sha256: Mapped[str]


class PlanSignature(Fact, Base):
    """One of the signatures under a plan: whose, and of which content."""

    __tablename__ = "plan_signature"
    __anchor__ = "enrollment"
    __table_args__ = (UniqueConstraint("return_plan_id", "signer"),)

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    return_plan_id: Mapped[int] = mapped_column(ForeignKey("return_plan.id"))
    signer: Mapped[Signer]
    firm_id: Mapped[int | None] = mapped_column(ForeignKey("firm.id"))
    content_sha256: Mapped[str]


class Accommodation(Fact, Base):
    """What a student is given so that they can show what they know. Only coordinator and student see the row itself.

    time_factor_bp: of timed work, 15000 is half as long again. extra_days: later dues. is_lifted: this row ends it.
    """

    __tablename__ = "accommodation"
    __anchor__ = "enrollment"
    __table_args__ = (
        CheckConstraint("time_factor_bp BETWEEN 10000 AND 40000", name="time_factor"),
        CheckConstraint("extra_days BETWEEN 0 AND 60", name="extra_days"),
    )

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    time_factor_bp: Mapped[int] = mapped_column(default=10_000)
    extra_days: Mapped[int] = mapped_column(default=0)
    format: Mapped[Format] = mapped_column(default=Format.USUAL)
    from_day: Mapped[date]
    to_day: Mapped[date | None]
    is_lifted: Mapped[bool] = mapped_column(default=False)


class LastAttendance(Fact, Base):
    """The last day on which a student who left took part, as the office reports it; the last row holds.

    is_computed: it is what the evidence says; else the prose "reason" says why it is another day.
    """

    __tablename__ = "last_attendance"
    __anchor__ = "enrollment"

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    day: Mapped[date]
    is_computed: Mapped[bool] = mapped_column(default=True)


class PlanUnit(Fact, Base):
    """A course that this student takes: the hub's come with enrolling, a spoke adds its own. is_dropped: no more."""

    __tablename__ = "plan_unit"
    __anchor__ = "enrollment"

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    is_dropped: Mapped[bool] = mapped_column(default=False)
