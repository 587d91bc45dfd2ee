"""The day or the instant of `?as_of=`: what was known then."""

from datetime import UTC, date, datetime

from flask import request

from lms.capstone.queries import end_of
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_


def asked_as_of(zone: str) -> tuple[date | None, datetime | None]:
    """The day of `?as_of=` and its last instant in `zone`; None, None for now. Raises RuleBroken on a bad day."""
    text = request.args.get("as_of", "").strip()
    if not text:
        return None, None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise RuleBroken(N_("There is no such day. Write it as 2026-11-23."), field="as_of") from None
    return day, end_of(day, zone)


def asked_instant() -> datetime | None:
    """The instant of `?as_of=` in UTC, as a history links to it; None for now. Raises RuleBroken on anything else."""
    text = request.args.get("as_of", "").strip()
    if not text:
        return None
    try:
        instant: datetime | None = datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None or not 1990 <= instant.year < 2200:
        raise RuleBroken(N_("There is no such moment. Follow a link of the history."), field="as_of")
    return instant.astimezone(UTC)
