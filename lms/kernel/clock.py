"""The only place that reads the clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_played: ContextVar[datetime | None] = ContextVar("played", default=None)


def now() -> datetime:
    """This instant, in UTC."""
    return _played.get() or datetime.now(UTC)  # noqa: TID251 - this is the one place


def today(zone: str) -> date:
    """The calendar day it now is in the IANA `zone`."""
    return now().astimezone(ZoneInfo(zone)).date()


@contextmanager
def at(instant: datetime) -> Iterator[None]:
    """Play what happens inside as if it were `instant`: the sample cohort lives its half year through the commands."""
    token = _played.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _played.reset(token)
