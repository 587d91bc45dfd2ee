"""What days without teaching move: sessions, due dates, the last date of the calendar. Pure, on plain values.

Each section is asked for its own days without teaching, since sites differ.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from lms.hub.calendar.kinds import Push
from lms.hub.calendar.rules.moves import Stretch, falls_into, moved_due, moved_session
from lms.hub.cohorts.rules import Span, covers
from lms.kernel.weeks import local_day


@dataclass(frozen=True, slots=True)
class Slot:
    """A session as the cascade sees it. key: who it is; section: key of its section. is_fixed: it cannot be moved."""

    key: str
    section: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    is_fixed: bool = False


@dataclass(frozen=True, slots=True)
class DueSlot:
    """A due date of an activity; section None: the cohort's. is_own: the section has a date of its own."""

    activity: str
    section: str | None
    due_at: datetime
    zone: str
    is_own: bool = True


@dataclass(frozen=True, slots=True)
class SessionMove:
    """Where a session goes; to None: it is cancelled."""

    slot: Slot
    to: Stretch | None


@dataclass(frozen=True, slots=True)
class DueMove:
    """Where a due date goes."""

    slot: DueSlot
    to: datetime


@dataclass(slots=True)
class Cascade:
    """Everything that moves, and the last date in the calendar before and after."""

    sessions: list[SessionMove] = field(default_factory=list)
    dues: list[DueMove] = field(default_factory=list)
    last_before: date | None = None
    last_after: date | None = None


@dataclass(frozen=True, slots=True)
class Grounds:
    """new: the days that are being added, by section key and None for the cohort. closed: all days without teaching."""

    new: Mapping[str | None, Sequence[Span]]
    closed: Mapping[str | None, Sequence[Span]]
    push: Push
    last: date


def cascade(slots: Sequence[Slot], dues: Sequence[DueSlot], grounds: Grounds) -> Cascade:
    """What moves, in order of time. A session never lands on another of its section."""
    found = Cascade()
    taken: dict[str, list[Stretch]] = defaultdict(list)
    for slot in slots:
        if not _is_hit(slot, grounds):
            taken[slot.section].append((slot.starts_at, slot.ends_at))
    ends = [local_day(slot.starts_at, slot.zone) for slot in slots]
    after = [local_day(slot.starts_at, slot.zone) for slot in slots if not _is_hit(slot, grounds)]
    for slot in sorted((one for one in slots if _is_hit(one, grounds)), key=lambda one: (one.starts_at, one.key)):
        closed = grounds.closed.get(slot.section, ())
        others = taken[slot.section]
        to = moved_session(slot.starts_at, slot.ends_at, slot.zone, grounds.push, closed, grounds.last, others)
        found.sessions.append(SessionMove(slot, to))
        if to is not None:
            others.append(to)
            after.append(local_day(to[0], slot.zone))
    _move_dues(dues, grounds, found)
    moved = {(move.slot.activity, move.slot.section): move.to for move in found.dues}
    ends += [local_day(due.due_at, due.zone) for due in dues]
    after += [local_day(moved.get((due.activity, due.section), due.due_at), due.zone) for due in dues]
    found.last_before, found.last_after = max(ends, default=None), max(after, default=None)
    return found


def _is_hit(slot: Slot, grounds: Grounds) -> bool:
    return not slot.is_fixed and covers(grounds.new.get(slot.section, ()), local_day(slot.starts_at, slot.zone))


def _move_dues(dues: Sequence[DueSlot], grounds: Grounds, found: Cascade) -> None:
    """The cohort's dates first: a section without its own follows them, and moves only if that is not enough."""
    base: dict[str, datetime] = {}
    moved_base: dict[str, datetime] = {}
    for due in sorted(dues, key=lambda one: (one.section is not None, one.due_at, one.activity, one.section or "")):
        if due.section is None:
            stands = base[due.activity] = due.due_at
        elif due.is_own:
            stands = max(due.due_at, base.get(due.activity, due.due_at))
        else:
            stands = moved_base.get(due.activity, due.due_at)
        to = stands
        if any(falls_into(stands, due.zone, span) for span in grounds.new.get(due.section, ())):
            to = moved_due(stands, due.zone, grounds.push, grounds.closed.get(due.section, ()), grounds.last)
        if due.section is None:
            moved_base[due.activity] = to
        if to != stands:
            found.dues.append(DueMove(due, to))


def own_move(until: datetime, zone: str, section: str, grounds: Grounds) -> datetime | None:
    """Where the end of a student's own extension goes; None if it stays."""
    if not any(falls_into(until, zone, span) for span in grounds.new.get(section, ())):
        return None
    to = moved_due(until, zone, grounds.push, grounds.closed.get(section, ()), grounds.last)
    return None if to == until else to
