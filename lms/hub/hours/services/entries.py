"""A student logs, changes and removes hours. Each is a new row, and what it replaces stays readable."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import NamedTuple

from sqlalchemy import select

from lms.hub.enrollment.models import Enrollment
from lms.hub.hours.models import HoursEntry
from lms.hub.hours.rules.clock import Worked, by_instants, by_the_clock
from lms.hub.hours.rules.entry import Draft, Source, check_is_own_word
from lms.hub.hours.services.desk import Desk, What, enrollment_of, fingerprint, later_key
from lms.kernel.db import session
from lms.kernel.errors import Conflict, RuleBroken
from lms.kernel.prose import prose_of
from lms.kernel.text import N_, Sentence
from lms.people.access import Action, Actor
from lms.people.commands import command
from lms.people.scope import within


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours(What):
    """So many minutes on a day."""

    day: date
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockHours(What):
    """From start to end on the wall clock, beginning on `day`; an end at or before the start is on the next day.

    second_start, second_end: which one is meant where the clock shows that time twice; None asks.
    """

    day: date
    start: time
    end: time
    second_start: bool | None = None
    second_end: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerHours(What):
    """From start to stop of a timer, both instants."""

    started_at: datetime
    stopped_at: datetime


class Logged(NamedTuple):
    """What was logged. is_new: False for a retry. rest: the part in the next week of a span over its boundary."""

    entry: HoursEntry
    is_new: bool = True
    rest: tuple[HoursEntry, ...] = ()
    notes: tuple[Sentence, ...] = ()


@command(Action.HOURS_LOG)
def log_hours(actor: Actor, enrollment: Enrollment, hours: Hours, client_key: str) -> Logged:
    """Log minutes on a day. The same key with the same hours gives the same entry (H8)."""
    desk, body = Desk(enrollment, hours.day, key=client_key), fingerprint(hours)
    if before := desk.sent_before(body):
        return Logged(before[0], is_new=False)
    draft = desk.draft(hours.day, hours.minutes, hours)
    entry = desk.write(draft, source=Source.MANUAL, comment=hours.comment, client_key=client_key, body=body)
    return Logged(entry)


@command(Action.HOURS_LOG)
def log_by_clock(actor: Actor, enrollment: Enrollment, hours: ClockHours, client_key: str) -> Logged:
    """Log work from..to. Over a week boundary it makes two linked entries (H5)."""
    desk = Desk(enrollment, hours.day, key=client_key)
    passes = {"second_start": hours.second_start, "second_end": hours.second_end}
    worked = by_the_clock(desk.draft(hours.day, 1, hours), hours.start, hours.end, **passes)
    return _log_span(desk, hours, worked, client_key, Source.MANUAL)


@command(Action.HOURS_LOG)
def log_timer(actor: Actor, enrollment: Enrollment, hours: TimerHours, client_key: str) -> Logged:
    """Log what a timer measured."""
    desk = Desk(enrollment, hours.started_at.date(), hours.stopped_at.date(), key=client_key)
    worked = by_instants(desk.draft(desk.today, 1, hours), hours.started_at, hours.stopped_at)
    return _log_span(desk, hours, worked, client_key, Source.TIMER)


def _log_span(desk: Desk, hours: What, worked: Worked, client_key: str, source: Source) -> Logged:
    body = fingerprint(hours)
    if before := desk.sent_before(body):
        return Logged(before[0], False, tuple(before[1:]), worked.notes)
    span = client_key if len(worked.drafts) > 1 else None
    made = [
        desk.write(draft, source=source, comment=hours.comment, client_key=key, body=body, span=span)
        for draft, key in zip(worked.drafts, (client_key, later_key(client_key)), strict=False)
    ]
    return Logged(made[0], True, tuple(made[1:]), worked.notes)


@command(Action.HOURS_LOG)
def change_entry(actor: Actor, entry: HoursEntry, hours: Hours, client_key: str) -> Logged:
    """Replace an entry. Its zone stays; its instants too if day and minutes do (P8). Raises Conflict if it is gone."""
    desk, body = Desk(enrollment_of(entry), entry.day, hours.day, key=client_key), fingerprint(hours)
    if before := desk.sent_before(body):
        return Logged(before[0], is_new=False)
    return Logged(_replace(desk, entry, hours, client_key, body))


@command(Action.HOURS_LOG)
def change_by_clock(actor: Actor, entry: HoursEntry, hours: ClockHours, client_key: str) -> Logged:
    """Replace an entry by work from..to, in its own zone (P8). What reaches into the next week is split off (H5)."""
    desk, body = Desk(enrollment_of(entry), entry.day, hours.day, key=client_key), fingerprint(hours)
    passes = {"second_start": hours.second_start, "second_end": hours.second_end}
    worked = by_the_clock(desk.draft(hours.day, 1, hours, like=entry), hours.start, hours.end, **passes)
    if before := desk.sent_before(body):
        return Logged(before[0], False, tuple(before[1:]), worked.notes)
    desk.stands(entry)
    check_is_own_word(entry.source)
    desk.check_open(entry.kind, entry.day)
    span = entry.span or (client_key if len(worked.drafts) > 1 else None)
    keys, replaced = (client_key, later_key(client_key)), (entry, None)
    made = [
        desk.write(
            draft, source=entry.source, comment=hours.comment, client_key=key, body=body, instead_of=old, span=span
        )
        for draft, key, old in zip(worked.drafts, keys, replaced, strict=False)
    ]
    return Logged(made[0], True, tuple(made[1:]), worked.notes)


def _replace(desk: Desk, entry: HoursEntry, hours: Hours, client_key: str | None, body: str | None) -> HoursEntry:
    desk.stands(entry)
    check_is_own_word(entry.source)
    desk.check_open(entry.kind, entry.day)
    draft = desk.draft(hours.day, hours.minutes, hours, like=entry)
    if (entry.day, entry.minutes) == (hours.day, hours.minutes):
        draft = draft.at(entry.starts_at, entry.ends_at)
    return desk.write(
        draft, source=entry.source, comment=hours.comment, client_key=client_key, body=body, instead_of=entry
    )


@command(Action.HOURS_LOG)
def remove_entry(actor: Actor, entry: HoursEntry) -> HoursEntry:
    """Take an entry away; gives the row that does it, which `restore_entry` takes back."""
    desk = Desk(enrollment_of(entry), entry.day)
    desk.stands(entry)
    check_is_own_word(entry.source)
    return desk.remove(entry)


@command(Action.HOURS_LOG)
def restore_entry(actor: Actor, removal: HoursEntry, removed: HoursEntry) -> HoursEntry:
    """Undo: what `removal` took away stands again, if any entry could. A second undo changes nothing."""
    if not removal.is_removal or removal.supersedes_id != removed.id:
        raise RuleBroken(N_("There is nothing to undo."))
    desk = Desk(enrollment_of(removal), removal.day)
    if again := _instead_of(removal):
        return again
    draft = Draft(removed.day, removed.minutes, removed.kind, removed.zone, removed.unit_id, removed.paid_by_firm).at(
        removed.starts_at, removed.ends_at
    )
    comment = prose_of([removed], "comment").get(removed.public_id, "")
    return desk.write(draft, source=removed.source, comment=comment, instead_of=removal, span=removed.span)


def _instead_of(row: HoursEntry) -> HoursEntry | None:
    """The row that superseded `row`, if one did."""
    statement = within(select(HoursEntry), enrollment_of(row)).where(HoursEntry.supersedes_id == row.id)
    return session.scalars(statement).first()


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the week grid: the minutes of one unit on one day. was: what the grid showed when it was opened.

    comment: of a new entry; one that is changed keeps its own.
    """

    day: date
    unit: str
    minutes: int
    was: int
    comment: str = ""


class Saved(NamedTuple):
    """What became of a cell: the entry that stands now, or why it was not saved."""

    cell: Cell
    entry: HoursEntry | None = None
    broken: RuleBroken | Conflict | None = None


@command(Action.HOURS_LOG)
def save_week(actor: Actor, enrollment: Enrollment, cells: Sequence[Cell]) -> list[Saved]:
    """Save the cells of a grid, each on its own: what is valid is saved, the others say why not (P3).

    A cell that already holds what was sent is left alone, so a retry changes nothing.
    """
    if not cells:
        return []
    desk = Desk(enrollment, *(cell.day for cell in cells))
    return [_save(desk, cell) for cell in cells]


def _save(desk: Desk, cell: Cell) -> Saved:
    try:
        return Saved(cell, _put(desk, cell))
    except (RuleBroken, Conflict) as broken:
        return Saved(cell, broken=broken)


def _put(desk: Desk, cell: Cell) -> HoursEntry | None:
    unit = desk.unit(cell.unit)
    number = unit.id if unit else None
    here = [e for e in desk.own_entries() if (e.day, e.unit_id) == (cell.day, number)]
    stands = sum(entry.minutes for entry in here)
    if stands == cell.minutes:
        return here[0] if here else None
    if stands != cell.was:
        raise Conflict(N_("Changed elsewhere meanwhile: now %(stands)s min."), stands=stands, yours=cell)
    if len(here) > 1:
        raise RuleBroken(N_("%(count)s entries make this up. Change them in the list below."), count=len(here))
    if not here:
        draft = desk.draft(cell.day, cell.minutes, What(unit=cell.unit))
        return desk.write(draft, source=Source.MANUAL, comment=cell.comment)
    (entry,) = here
    if cell.minutes == 0:
        check_is_own_word(entry.source)
        desk.remove(entry)
        return None
    comment = prose_of(here, "comment").get(entry.public_id, "")
    hours = Hours(day=cell.day, minutes=cell.minutes, unit=cell.unit, kind=entry.kind, comment=comment)
    return _replace(desk, entry, hours, None, None)
