"""Local days, weeks from Monday to Sunday, and the instants behind them. Pure.

A day is a calendar date in an IANA zone; an instant is aware and in UTC; a duration is whole minutes between instants.
Two aware times of one zone are never subtracted: Python does that on the wall clock, an hour off over a clock change.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS = 7
MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = range(DAYS)
MINUTE = timedelta(minutes=1)


def monday_of(day: date) -> date:
    """The Monday on or before `day`."""
    return day - timedelta(days=day.weekday())


def days_of(monday: date) -> tuple[date, ...]:
    """The seven days from `monday` to Sunday."""
    return tuple(monday + timedelta(days=n) for n in range(DAYS))


def day_span(first: date, last: date) -> tuple[date, ...]:
    """Every day from `first` to `last`, both included; none if `last` is earlier."""
    return tuple(first + timedelta(days=n) for n in range((last - first).days + 1))


def starts_at(day: date, zone: str) -> datetime:
    """The first instant of the local `day`. Where the clock skips midnight, it is the instant of the change."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def ends_at(day: date, zone: str) -> datetime:
    """The first instant after the local `day`."""
    return starts_at(day + timedelta(days=1), zone)


def minutes_of_day(day: date, zone: str) -> int:
    """How many minutes the local `day` really has: 1440, or 1380 and 1500 when the clock changes by an hour."""
    return minutes_between(starts_at(day, zone), ends_at(day, zone))


def local(instant: datetime, zone: str) -> datetime:
    """`instant` on the wall clock of `zone`; its `fold` is 1 in the second pass of a repeated hour."""
    return utc(instant).astimezone(ZoneInfo(zone))


def local_day(instant: datetime, zone: str) -> date:
    """The calendar day on which `instant` falls in `zone`."""
    return local(instant, zone).date()


def utc(instant: datetime) -> datetime:
    """`instant` in UTC. Raises ValueError on a naive one, which would be read as the server's own zone."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a zone")
    return instant.astimezone(UTC)


def whole_minute(instant: datetime) -> datetime:
    """`instant` in UTC without its seconds, so that parts of a span add up to the whole."""
    return utc(instant).replace(second=0, microsecond=0)


def minutes_between(start: datetime, end: datetime) -> int:
    """Whole minutes that really pass from `start` to `end`; negative if `end` is earlier."""
    return (whole_minute(end) - whole_minute(start)) // MINUTE


def minutes_by_day(start: datetime, end: datetime, zone: str) -> dict[date, int]:
    """The minutes from `start` to `end` under each local day they fall in. Their sum is `minutes_between`."""
    found: dict[date, int] = {}
    while start < end:
        day = local_day(start, zone)
        stop = min(end, ends_at(day, zone))
        found[day] = minutes_between(start, stop)
        start = stop
    return found


@dataclass(frozen=True, slots=True)
class ClockTime:
    """What a wall-clock time means on one day.

    instant: UTC. was_skipped: the clock jumped over this time; `instant` is as much later as the jump (02:30 is 03:30).
    is_repeated: the clock showed this time twice; `instant` is the pass that was asked for.
    """

    instant: datetime
    was_skipped: bool = False
    is_repeated: bool = False


def clock_time(day: date, clock: time, zone: str, *, second_pass: bool = False) -> ClockTime:
    """The instant at which the wall clock of `zone` shows `clock` on `day`.

    second_pass: which of the two, where the clock shows the time twice; without meaning elsewhere.
    """
    wall = datetime.combine(day, clock.replace(tzinfo=None))
    first, second = (wall.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC) for fold in (0, 1))
    if first == second:
        return ClockTime(first)
    if first < second:
        return ClockTime(second if second_pass else first, is_repeated=True)
    return ClockTime(first, was_skipped=True)


def in_week(monday: date, weekday: int, clock: time, zone: str, *, weeks_later: int = 0) -> datetime:
    """The instant of `clock` on `weekday` (Monday is 0) of the week of `monday`, or of a later one.

    Dues and locks are written this way, so that they keep the wall-clock time over a clock change.
    """
    return clock_time(monday + timedelta(days=weekday, weeks=weeks_later), clock, zone).instant
