"""The day of `?as_of=`: what was known at its end."""

from datetime import date, datetime

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
