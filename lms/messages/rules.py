"""When a letter is sent, put off or dropped. Pure; instants are UTC, quiet hours local to the reader."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.kernel.weeks import clock_time, local, utc

SHORTEST_DAY = 4 * 60  # minutes; with less, letters of a whole day would come at once or too late
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
MOST_TRIES = 12  # about a day and a half of trying


class Topic(StrEnum):
    """What a letter is about; a person may turn each off, but for the account's own."""

    ACCOUNT = "account"
    REMINDERS = "reminders"
    RESULTS = "results"
    WORK = "work"


def may_turn_off(topic: Topic) -> bool:
    """Whether a person may do without these letters: not without a link to their own password."""
    return topic is not Topic.ACCOUNT


@dataclass(frozen=True, slots=True)
class DayTime:
    """When a person's day begins and ends on their wall clock; an end at or before the begin is on the next day.

    Letters leave in it, and wait for its begin else. The same time twice: the person is never asleep to letters.
    """

    begins: time = time(7)
    ends: time = time(21)

    def holds(self, clock: time) -> bool:
        """Whether letters may leave at `clock`."""
        if self.begins == self.ends:
            return True
        if self.begins < self.ends:
            return self.begins <= clock < self.ends
        return clock >= self.begins or clock < self.ends


DAYTIME = DayTime()
NIGHT_SHIFT = DayTime(time(15), time(7))  # who works at night sleeps until the afternoon


def check_day(day: DayTime) -> None:
    """Raise RuleBroken for a day that is shorter than four hours."""
    minutes = (_minutes(day.ends) - _minutes(day.begins)) % (24 * 60)
    if 0 < minutes < SHORTEST_DAY:
        raise RuleBroken(
            N_("Letters need at least %(hours)s hours of your day. Choose a later end."),
            field="ends",
            hours=SHORTEST_DAY // 60,
        )


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def leaves_at(now: datetime, zone: str, topic: Topic, day: DayTime = DAYTIME) -> datetime:
    """`now`, or where that is outside of the reader's day, its next begin; an account's own letters leave at once."""
    wall = local(now, zone)
    if topic is Topic.ACCOUNT or day.holds(wall.time()):
        return now
    begins = clock_time(wall.date(), day.begins, zone).instant
    if begins <= utc(now):
        begins = clock_time(wall.date() + timedelta(days=1), day.begins, zone).instant
    return begins


def is_stale(written_at: datetime, now: datetime, stale_after: timedelta | None) -> bool:
    """Whether a letter is so late that it would only confuse."""
    return stale_after is not None and now - written_at > stale_after


def next_try(attempts: int, now: datetime) -> datetime | None:
    """When to try again after `attempts` failures: in 1, 2, 4, ... minutes, at most 6 hours; None is never again."""
    if attempts >= MOST_TRIES:
        return None
    wait: timedelta = min(FIRST_WAIT * 2 ** (attempts - 1), LONGEST_WAIT)
    return now + wait
