"""Hours given by the clock, from..to, become entries of whole minutes that never cross a week boundary (H2, H4, H5)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from lms.hub.hours.rules.entry import MOST_MINUTES, Draft, Timed
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_, Sentence, say
from lms.kernel.weeks import (
    ClockTime,
    clock_time,
    days_of,
    ends_at,
    local,
    local_day,
    minutes_between,
    monday_of,
    whole_minute,
)


@dataclass(frozen=True, slots=True)
class Worked:
    """The entries that a clock span makes: one, or two over a week boundary; and what the person is told."""

    drafts: tuple[Draft, ...]
    notes: tuple[Sentence, ...] = ()


def by_the_clock(
    like: Draft, start: time, end: time, *, second_start: bool | None = None, second_end: bool | None = None
) -> Worked:
    """The work from `start` to `end` on the wall clock, beginning on `like.day` in `like.zone`.

    An end at or before the start is on the next day, with a note (P6). A time that the clock skipped is moved, with a
    note. A time that the clock showed twice has to be told apart: second_start, second_end; None raises RuleBroken.
    """
    last_day = like.day if end > start else like.day + timedelta(days=1)
    begin = _pass_meant(like.day, start, like.zone, second_start, "start")
    finish = _pass_meant(last_day, end, like.zone, second_end, "end")
    notes = [*_moved(begin), *_moved(finish)]
    if last_day != like.day:
        notes.append(say(N_("The end is on the next day, %(day)s."), day=last_day))
    return Worked(by_instants(like, begin.instant, finish.instant).drafts, tuple(notes))


def _pass_meant(day: date, clock: time, zone: str, second_pass: bool | None, field: str) -> ClockTime:
    found = clock_time(day, clock, zone, second_pass=bool(second_pass))
    if found.is_repeated and second_pass is None:
        raise RuleBroken(
            N_("The clock showed %(clock)s twice on %(day)s. Choose the first or the second time."),
            field=field,
            clock=f"{clock:%H:%M}",
            day=day,
        )
    return found


def _moved(found: ClockTime) -> Iterator[Sentence]:
    if found.was_skipped:
        yield say(N_("The clock skipped that time; we took %(instant)s."), instant=found.instant)


def by_instants(like: Draft, start: datetime, end: datetime) -> Worked:
    """The work between two instants, as a timer gives them; seconds are cut off.

    Raises RuleBroken unless it is 1 to 960 minutes long as a whole, however it is split.
    """
    start, end = whole_minute(start), whole_minute(end)
    if not 0 < minutes_between(start, end) <= MOST_MINUTES:
        raise RuleBroken(
            N_("From start to end there have to be 1 to %(most)s minutes."), field="end", most=MOST_MINUTES
        )
    return Worked(tuple(_split_at_mondays(like, start, end)))


def _split_at_mondays(like: Draft, start: datetime, end: datetime) -> Iterator[Draft]:
    """One draft per week (H5). Midnight within a week splits nothing; reports do that with `minutes_per_day`."""
    while start < end:
        day = local_day(start, like.zone)
        stop = min(end, ends_at(days_of(monday_of(day))[-1], like.zone))
        yield replace(like, day=day, minutes=minutes_between(start, stop), starts_at=start, ends_at=stop)
        start = stop


@dataclass(frozen=True, slots=True)
class OnTheWall:
    """What the wall clock showed at both ends of an entry. second_start, second_end: None where it showed it once."""

    start: time
    end: time
    second_start: bool | None
    second_end: bool | None


def on_the_wall(entry: Timed) -> OnTheWall | None:
    """The clock times of an entry in its own zone, so that a change moves nothing (P8); None without instants."""
    if entry.starts_at is None or entry.ends_at is None:
        return None
    start, second_start = _shown_at(entry.starts_at, entry.zone)
    end, second_end = _shown_at(entry.ends_at, entry.zone)
    return OnTheWall(start, end, second_start, second_end)


def _shown_at(instant: datetime, zone: str) -> tuple[time, bool | None]:
    there = local(instant, zone)
    found = clock_time(there.date(), there.time(), zone)
    return there.time().replace(fold=0), found.instant != instant if found.is_repeated else None
