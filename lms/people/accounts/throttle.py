"""Slows guessing down: after the fifth failure under a key, each next one doubles the wait, up to 15 minutes.

Counts stand in the database, so they hold over all processes and doors.
"""

from datetime import datetime, timedelta

from sqlalchemy import select

from lms.kernel.db import session
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.people.accounts.models import SignInFailure

FREE_FAILURES = 5
LONGEST_WAIT = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=24)


def wait_after(failures: int) -> timedelta:
    """How long after its last failure a key has to wait: nothing for five, then 15 s, 30 s, ... up to 15 minutes."""
    if failures < FREE_FAILURES:
        return timedelta()
    return min(timedelta(seconds=15 * 2 ** min(failures - FREE_FAILURES, 10)), LONGEST_WAIT)


def refuse_if_throttled(keys: list[str], now: datetime) -> None:
    """Raises RuleBroken while one of the keys has to wait. One query."""
    rows = session.scalars(select(SignInFailure).where(SignInFailure.key.in_(keys))).all()
    waits = [row.last_at + wait_after(row.count) - now for row in rows if now - row.last_at < FORGOTTEN_AFTER]
    longest = max(waits, default=timedelta())
    if longest > timedelta():
        raise RuleBroken(
            N_("Too many attempts. Try again in %(seconds)s seconds, or reset your password."),
            seconds=int(longest.total_seconds()) + 1,
        )


def count_failure(keys: list[str], now: datetime) -> None:
    """Add one failure to each key; a day without one starts over."""
    rows = {row.key: row for row in session.scalars(select(SignInFailure).where(SignInFailure.key.in_(keys)))}
    for key in keys:
        row = rows.get(key)
        if row is None:
            session.add(SignInFailure(key=key, count=1, last_at=now))
        else:
            row.count = 1 if now - row.last_at >= FORGOTTEN_AFTER else row.count + 1
            row.last_at = now


def forget_failures(key: str) -> None:
    """A right password clears the account's count, not the address's."""
    row = session.scalar(select(SignInFailure).where(SignInFailure.key == key))
    if row is not None:
        session.delete(row)
