"""Where dates go that fall into days without teaching. Days and wall times are local, lengths are real minutes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from lms.hub.calendar.kinds import Push
from lms.hub.cohorts.rules import Span, covers
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.kernel.weeks import DAYS, clock_time, local, local_day

LONGEST_MINUTES = 12 * 60
Stretch = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Closed:
    """Days without teaching, both included."""

    from_day: date
    to_day: date


def falls_into(at: datetime, zone: str, closed: Span) -> bool:
    """Whether the local day of `at` lies in `closed`."""
    return covers((closed,), local_day(at, zone))


def open_days(day: date, push: Push, closed: Sequence[Span], last: date) -> Iterator[date]:
    """The days after `day`, up to `last`, on which there is teaching: each one, or those of the same weekday."""
    step = timedelta(days=DAYS if push is Push.SAME_WEEKDAY else 1)
    candidate = day + step
    while candidate <= last:
        if not covers(closed, candidate):
            yield candidate
        candidate += step


def same_clock(at: datetime, day: date, zone: str) -> datetime:
    """The instant on `day` at which the clock shows what it shows at `at`. A repeated time is the later one."""
    return clock_time(day, local(at, zone).time(), zone, second_pass=True).instant


def moved_session(
    starts_at: datetime,
    ends_at: datetime,
    zone: str,
    push: Push,
    closed: Sequence[Span],
    last: date,
    taken: Iterable[Stretch] = (),
) -> Stretch | None:
    """When a session takes place instead, as long as before; None if it cannot, or shall not, be moved.

    taken: other sessions of the section. last: the last day on which it can be.
    """
    if push is Push.CANCEL:
        return None
    others = list(taken)
    for day in open_days(local_day(starts_at, zone), push, closed, last):
        start = same_clock(starts_at, day, zone)
        end = start + (ends_at - starts_at)
        if not any(start < other_end and other_start < end for other_start, other_end in others):
            return start, end
    return None


def moved_due(due_at: datetime, zone: str, push: Push, closed: Sequence[Span], last: date) -> datetime:
    """The due date on the first free day, at the same local time; `due_at` itself if none is left."""
    wanted = Push.NEXT_DAY if push is Push.CANCEL else push
    days = open_days(local_day(due_at, zone), wanted, closed, last)
    return next((same_clock(due_at, day, zone) for day in days), due_at)


def check_time(starts_at: datetime, ends_at: datetime, zone: str, first: date, last: date) -> None:
    """Raises RuleBroken unless a session may be then. first, last: days of the cohort."""
    if ends_at <= starts_at:
        raise RuleBroken(N_("It ends before it starts. Check both times."), field="ends")
    if ends_at - starts_at > timedelta(minutes=LONGEST_MINUTES):
        raise RuleBroken(N_("A session has at most 12 hours."), field="ends")
    if not first <= local_day(starts_at, zone) <= last:
        message = N_("The cohort runs from %(first)s to %(last)s; the session lies outside.")
        raise RuleBroken(message, field="day", first=first, last=last)


def check_free(starts_at: datetime, ends_at: datetime, taken: Iterable[Stretch]) -> None:
    """Raises RuleBroken if the section meets then already."""
    for other_start, other_end in taken:
        if starts_at < other_end and other_start < ends_at:
            raise RuleBroken(N_("The section meets then already, from %(when)s."), field="starts", when=other_start)


def check_stations(stations: int | None) -> None:
    """Raises RuleBroken for a number of stations that no room has."""
    if stations is not None and not 1 <= stations <= 999:
        raise RuleBroken(N_("Give the stations as a whole number from 1 to 999, or leave it empty."), field="stations")
