"""The code on the wall: new every half minute, good for the one session that is open. Instants are UTC."""

import hashlib
import hmac
from datetime import datetime, timedelta
from typing import NamedTuple

from lms.hub.cohorts.kinds import Presence
from lms.kernel.weeks import minutes_between

STEP_SECONDS = 30
DIGITS = 8  # guessing at ten tries a second for half an hour succeeds once in some 2,500 times, and is logged
STEPS_BACK = 1  # what was on the wall when one began to type
BEFORE = timedelta(minutes=15)
AFTER = timedelta(minutes=15)
ON_TIME_MINUTES = 5  # after the start; who comes later is late by the minutes that have passed


class Arrival(NamedTuple):
    """What a check-in means for the register. minutes None: all of the session."""

    presence: Presence
    minutes: int | None


def is_open(starts_at: datetime, now: datetime) -> bool:
    """Whether one can check in now: from a quarter of an hour before the start to one after it."""
    return starts_at - BEFORE <= now <= starts_at + AFTER


def code_at(secret: bytes, now: datetime, steps_back: int = 0) -> str:
    """The digits that are on the wall at `now`."""
    step = int(now.timestamp()) // STEP_SECONDS - steps_back
    mac = hmac.new(secret, step.to_bytes(8, "big"), hashlib.sha256).digest()
    return f"{int.from_bytes(mac[:8], 'big') % 10**DIGITS:0{DIGITS}d}"


def seconds_left(now: datetime) -> int:
    """Until the next code, 1 to 30."""
    return STEP_SECONDS - int(now.timestamp()) % STEP_SECONDS


def matches(secret: bytes, sent: str, now: datetime) -> bool:
    """Whether `sent`, with or without spaces, is on the wall or was a moment ago."""
    digits = "".join(sent.split()).replace("-", "").encode()
    codes = [code_at(secret, now, back).encode() for back in range(STEPS_BACK + 1)]
    return any([hmac.compare_digest(digits, code) for code in codes])  # noqa: C419 - compares with each of them


def arrival(at: datetime, starts_at: datetime, ends_at: datetime) -> Arrival:
    """Present if it was in time, else late with the minutes that were left."""
    gone, planned = minutes_between(starts_at, at), minutes_between(starts_at, ends_at)
    if gone <= ON_TIME_MINUTES or gone >= planned:
        return Arrival(Presence.PRESENT, None)
    return Arrival(Presence.LATE, planned - gone)
