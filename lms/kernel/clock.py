"""The only place that reads the clock."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """This instant, in UTC."""
    return datetime.now(UTC)


def today(zone: str) -> date:
    """The calendar day it now is in the IANA `zone`."""
    return now().astimezone(ZoneInfo(zone)).date()
