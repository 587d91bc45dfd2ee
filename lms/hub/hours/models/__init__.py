"""Hours entries, week sheets and what was decided on them. Minutes whole; `day` is local to `zone`; instants UTC.

Facts: HoursEntry, SheetEvent, Adjustment, Seen, Timer. WeekSheet and SheetPart keep, for lists and locks, the state
that `rules.sheet.fold` makes from the events; `flask verify` folds again and compares.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.hub.catalog.kinds import Kind
from lms.hub.hours.rules.entry import Evidence, Source
from lms.hub.hours.rules.reminders import Outcome, Rung
from lms.hub.hours.rules.sheet import Manner, PartKey, Route, State, Step, ZeroReason
from lms.hub.hours.rules.timer import Stage
from lms.kernel.columns import Json
from lms.kernel.db import Base, on_postgresql
from lms.kernel.facts import Fact, HasPublicId


class HoursEntry(Fact, Base):
    """Minutes worked on one day, in the one week of `monday` (H4).

    A change is a new row that supersedes this one; is_removal: it takes it away.

    spell_id: the employment then. client_key: the UUID that the sender drew, so that a retry is the same entry (H8);
    body_sha256: of what was sent with it. span: the same for the pieces of one clock span (H5). attendance_id: the
    register row that made it (H23). Its comment stands in the prose called "comment".
    """

    __tablename__ = "hours_entry"
    __anchor__ = "enrollment"
    __table_args__ = (
        UniqueConstraint("enrollment_id", "client_key"),
        Index(None, "enrollment_id", "monday"),
        on_postgresql(Index(None, "enrollment_id", "day"), include=["id", "monday", "minutes", "kind", "is_removal"]),
        CheckConstraint("minutes BETWEEN 1 AND 960 OR (is_removal AND minutes = 0)", name="minutes"),
        CheckConstraint("evidence_level BETWEEN 0 AND 3", name="evidence"),
        CheckConstraint("(starts_at IS NULL) = (ends_at IS NULL)", name="instants"),
    )

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"))
    monday: Mapped[date]
    day: Mapped[date]
    zone: Mapped[str]
    minutes: Mapped[int]
    kind: Mapped[Kind]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    spell_id: Mapped[int | None] = mapped_column(ForeignKey("employment_spell.id"))
    paid_by_firm: Mapped[bool] = mapped_column(default=False)
    source: Mapped[Source] = mapped_column(default=Source.MANUAL)
    evidence_level: Mapped[int] = mapped_column(default=0)
    lag_days: Mapped[int]
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    span: Mapped[str | None]
    client_key: Mapped[str | None]
    body_sha256: Mapped[str | None]
    attendance_id: Mapped[int | None] = mapped_column(ForeignKey("attendance.id"), index=True)
    is_removal: Mapped[bool] = mapped_column(default=False)

    @property
    def evidence(self) -> Evidence:
        """The level as it was logged; who saw the work says more (`rules.week.level`)."""
        return Evidence(self.evidence_level)


class Timer(Fact, Base):
    """A timer of one person; each step is a new row that supersedes the one before (`rules.timer`).

    client_key: the UUID of whoever started it, so that a retry is the same timer. entry_id: what it was logged as.
    """

    __tablename__ = "hours_timer"
    __anchor__ = "enrollment"
    __table_args__ = (
        UniqueConstraint("enrollment_id", "client_key"),
        CheckConstraint("(stage = 'running') = (stopped_at IS NULL)", name="stopped"),
    )

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    stage: Mapped[Stage]
    started_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    kind: Mapped[Kind]
    client_key: Mapped[str | None]
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("hours_entry.id"))


class Adjustment(Fact, Base):
    """Signed minutes that are added to a closed week (D17). The prose "reason" says why.

    proposal_id: what one person proposed and this row's writer confirmed; None where a register was corrected.
    """

    __tablename__ = "hours_adjustment"
    __anchor__ = "enrollment"
    __table_args__ = (Index(None, "enrollment_id", "monday"), CheckConstraint("minutes <> 0", name="minutes"))

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"))
    monday: Mapped[date]
    day: Mapped[date]
    zone: Mapped[str]
    minutes: Mapped[int]
    kind: Mapped[Kind]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    spell_id: Mapped[int | None] = mapped_column(ForeignKey("employment_spell.id"))
    paid_by_firm: Mapped[bool] = mapped_column(default=False)
    evidence_level: Mapped[int] = mapped_column(default=int(Evidence.COUNTERSIGNED))
    lag_days: Mapped[int]
    attendance_id: Mapped[int | None] = mapped_column(ForeignKey("attendance.id"), index=True)
    proposal_id: Mapped[int | None] = mapped_column(ForeignKey("adjustment_proposal.id"), index=True)

    starts_at = ends_at = None

    @property
    def evidence(self) -> Evidence:
        """Whoever adjusts vouches for it."""
        return Evidence(self.evidence_level)


class Seen(Fact, Base):
    """Somebody says "I saw this work": evidence level 2 (decision 10). entry_id: that entry; None: the kind, all week.

    is_taken_back: this row takes an earlier one back.
    """

    __tablename__ = "hours_seen"
    __anchor__ = "enrollment"
    __table_args__ = (Index(None, "enrollment_id", "monday"),)

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"))
    monday: Mapped[date]
    kind: Mapped[Kind]
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("hours_entry.id"))
    is_taken_back: Mapped[bool] = mapped_column(default=False)


class WeekSheet(HasPublicId, Base):
    """One week of one enrollment, from the moment something happens to it (D15). zone: in which its week is counted."""

    __tablename__ = "week_sheet"
    __anchor__ = "enrollment"
    __table_args__ = (UniqueConstraint("enrollment_id", "monday"), Index(None, "monday", "state"))

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"))
    monday: Mapped[date]
    zone: Mapped[str]
    state: Mapped[State] = mapped_column(default=State.DRAFT)
    version: Mapped[int] = mapped_column(default=0)


class SheetPart(HasPublicId, Base):
    """What one approver decides on (D16). spell_id: the employment whose supervisor signs; None: the section's part."""

    __tablename__ = "sheet_part"
    __anchor__ = "sheet_part"
    __table_args__ = (
        UniqueConstraint("week_sheet_id", "route", "spell_id"),
        Index(None, "state", "enrollment_id"),
    )

    week_sheet_id: Mapped[int] = mapped_column(ForeignKey("week_sheet.id"))
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"))
    route: Mapped[Route]
    spell_id: Mapped[int | None] = mapped_column(ForeignKey("employment_spell.id"))
    state: Mapped[State] = mapped_column(default=State.DRAFT)

    @property
    def key(self) -> PartKey:
        """As the rules name it."""
        return PartKey(self.route, self.spell_id)


_IN_SECTION = SheetPart.spell_id.is_(None)  # a unique constraint alone takes two NULLs for different
on_postgresql(
    Index("uq_sheet_part_section", SheetPart.week_sheet_id, unique=True, sqlite_where=_IN_SECTION), where=_IN_SECTION
)


class Reminder(Base):
    """One rung of the ladder of reminders, judged once for one student and week; no rule of a number reads it.

    due_at: when it was to go out; judged_at: when the sweep came to it. outcome: a letter, or why not.
    """

    __tablename__ = "hours_reminder"
    __anchor__ = "enrollment"
    __table_args__ = (UniqueConstraint("enrollment_id", "monday", "rung"), Index(None, "monday", "rung"))

    id: Mapped[int] = mapped_column(primary_key=True)
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"))
    monday: Mapped[date]
    rung: Mapped[Rung]
    outcome: Mapped[Outcome]
    due_at: Mapped[datetime]
    judged_at: Mapped[datetime]


class SheetEvent(Fact, Base):
    """One step of a sheet. route None: it is about the whole sheet, a reopening.

    minutes, content_sha256: the part's, as handed in or approved (H19). cells: the entries that a return marks, by
    public id (H21). The prose "reason" (return, reopening) or "note" (approval) holds what was said.
    manner: how it was signed. delegation_id: in whose place, where somebody stood in.
    """

    __tablename__ = "sheet_event"
    __anchor__ = "enrollment"

    week_sheet_id: Mapped[int] = mapped_column(ForeignKey("week_sheet.id"), index=True)
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    step: Mapped[Step]
    route: Mapped[Route | None]
    spell_id: Mapped[int | None] = mapped_column(ForeignKey("employment_spell.id"))
    version: Mapped[int]
    minutes: Mapped[int | None]
    content_sha256: Mapped[str | None]
    is_late: Mapped[bool] = mapped_column(default=False)
    zero_reason: Mapped[ZeroReason | None]
    open_until: Mapped[datetime | None]
    cells: Mapped[Any] = mapped_column(Json, default=list)
    manner: Mapped[Manner] = mapped_column(default=Manner.SIGNED_IN, server_default=Manner.SIGNED_IN.value)
    delegation_id: Mapped[int | None] = mapped_column(ForeignKey("delegation.id"))

    @property
    def key(self) -> PartKey | None:
        """As the rules name the part."""
        return PartKey(self.route, self.spell_id) if self.route else None
