"""When a letter is sent, put off or dropped. Pure; instants are UTC, quiet hours local to the reader."""

from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

QUIET_FROM = time(21)
QUIET_TO = time(7)
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


def leaves_at(now: datetime, zone: str, topic: Topic) -> datetime:
    """`now`, or where that is night for the reader, 7:00 in the morning; an account's own letters leave at once."""
    if topic is Topic.ACCOUNT:
        return now
    local = now.astimezone(ZoneInfo(zone))
    if QUIET_TO <= local.time() < QUIET_FROM:
        return now
    day = local.date() + timedelta(days=1) if local.time() >= QUIET_FROM else local.date()
    return datetime.combine(day, QUIET_TO, ZoneInfo(zone)).astimezone(now.tzinfo)


def is_stale(written_at: datetime, now: datetime, stale_after: timedelta | None) -> bool:
    """Whether a letter is so late that it would only confuse."""
    return stale_after is not None and now - written_at > stale_after


def next_try(attempts: int, now: datetime) -> datetime | None:
    """When to try again after `attempts` failures: in 1, 2, 4, ... minutes, at most 6 hours; None is never again."""
    if attempts >= MOST_TRIES:
        return None
    wait: timedelta = min(FIRST_WAIT * 2 ** (attempts - 1), LONGEST_WAIT)
    return now + wait
