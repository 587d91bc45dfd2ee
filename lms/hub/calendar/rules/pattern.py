"""A weekly session over cohort weeks, and a whole earlier cohort's dates carried into a new one. Pure.

Dates keep their cohort week, weekday and wall time; a clock change in between moves the instant, never the clock.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from lms.hub.cohorts.rules import Span, covers, monday_of_week
from lms.kernel.weeks import clock_time, local


@dataclass(frozen=True, slots=True)
class Weekly:
    """A session each week: weekday (Monday is 0), when it starts on the local clock, how long it is."""

    first_week: int
    last_week: int
    weekday: int
    starts: time
    minutes: int


@dataclass(frozen=True, slots=True)
class Series:
    """The instants of a weekly session; skipped: days left out because there is no teaching or no cohort."""

    times: tuple[tuple[datetime, datetime], ...]
    skipped: tuple[date, ...]


def weekly_series(
    pattern: Weekly, week_one: date, zone: str, closed: Sequence[Span], first: date, last: date
) -> Series:
    """Every session of `pattern` between the days `first` and `last`, but for days in `closed`."""
    times, skipped = [], []
    for number in range(pattern.first_week, pattern.last_week + 1):
        day = monday_of_week(number, week_one) + timedelta(days=pattern.weekday)
        if covers(closed, day) or not first <= day <= last:
            skipped.append(day)
            continue
        start = clock_time(day, pattern.starts, zone, second_pass=True).instant
        times.append((start, start + timedelta(minutes=pattern.minutes)))
    return Series(tuple(times), tuple(skipped))


def carried_day(day: date, old_week_one: date, new_week_one: date) -> date:
    """The day of the new cohort at the place of `day` in the old one: week and weekday are the same."""
    return new_week_one + (day - old_week_one)


def carried(at: datetime, zone: str, old_week_one: date, new_week_one: date) -> datetime:
    """The instant at the same cohort week, weekday and wall time of the new cohort."""
    then = local(at, zone)
    day = carried_day(then.date(), old_week_one, new_week_one)
    return clock_time(day, then.time(), zone, second_pass=True).instant


@dataclass(frozen=True, slots=True)
class Dated:
    """Something on a day, for the list of collisions. what: its name; place_id: the site, None is everywhere."""

    day: date
    what: str
    where: str
    place_id: int | None


@dataclass(frozen=True, slots=True)
class Collision:
    """What lies on a holiday."""

    day: date
    holiday: str
    what: str
    where: str


def collisions(dated: Iterable[Dated], holidays: Iterable[tuple[int, date, str]]) -> list[Collision]:
    """Everything that lies on a holiday of its site, or, if it is everywhere, of any site; the earliest first.

    holidays: (site, day, name).
    """
    by_day: dict[date, dict[int, str]] = {}
    for place_id, day, name in holidays:
        by_day.setdefault(day, {})[place_id] = name
    found = []
    for one in dated:
        names = by_day.get(one.day, {})
        here = names.values() if one.place_id is None else [names[place] for place in names if place == one.place_id]
        found += [Collision(one.day, name, one.what, one.where) for name in list(here)[:1]]
    return sorted(found, key=lambda collision: (collision.day, collision.where, collision.what))
