"""Who gets a station, and who may not book before a safety sign-off."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

from lms.hub.attendance.kinds import BookingState
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_

CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{1,29}")
LONGEST_SIGN_OFF = timedelta(days=731)  # two years; equipment and people change


class Signed(Protocol):
    """A sign-off that stands."""

    @property
    def code(self) -> str: ...
    @property
    def valid_until(self) -> date: ...
    @property
    def is_revoked(self) -> bool: ...


def check_open(starts_at: datetime, now: datetime) -> None:
    """Raise RuleBroken once the session has begun."""
    if now >= starts_at:
        raise RuleBroken(N_("This session has begun. Choose a later one."), field="session")


def check_bookable(stations: int | None, before: BookingState | None) -> None:
    """Raise RuleBroken where nothing is to be booked, or the student has booked already."""
    if stations is None:
        raise RuleBroken(N_("This session has no stations to book. Just come."), field="session")
    if before is BookingState.BOOKED:
        raise RuleBroken(N_("You have a station in this session already."), field="session")
    if before is BookingState.WAITING:
        raise RuleBroken(N_("You are in the waiting line of this session already."), field="session")


def place(taken: int, stations: int) -> BookingState:
    """A station while there is one, else the waiting line."""
    return BookingState.BOOKED if taken < stations else BookingState.WAITING


def moving_up(waiting: Sequence[int], taken: int, stations: int) -> tuple[int, ...]:
    """Who of the waiting line, first come first, gets the stations that are free now."""
    return tuple(waiting[: max(stations - taken, 0)])


def signed_until(code: str, signed: Iterable[Signed]) -> date | None:
    """The last day on which the student may work under `code`; None if nobody signed."""
    days = [one.valid_until for one in signed if one.code == code and not one.is_revoked]
    return max(days, default=None)


def missing_codes(codes: Iterable[str], signed: Sequence[Signed], day: date) -> tuple[str, ...]:
    """The codes of `codes` for which no sign-off is valid on `day`, in order."""
    return tuple(code for code in sorted(set(codes)) if (signed_until(code, signed) or date.min) < day)


def check_safe(codes: Iterable[str], signed: Sequence[Signed], day: date) -> None:
    """Raise RuleBroken, with what to do, unless a sign-off for each of `codes` is valid on `day`."""
    for code in missing_codes(codes, signed, day):
        until = signed_until(code, signed)
        if until is None:
            raise RuleBroken(
                N_(
                    "This lab needs the safety sign-off %(code)s. Show your instructor that you work safely, then book."
                ),
                field="safety",
                code=code,
            )
        raise RuleBroken(
            N_("Your safety sign-off %(code)s ends on %(until)s, before that day. Have your instructor renew it."),
            field="safety",
            code=code,
            until=until,
        )


def check_code(code: str) -> str:
    """The code of a safety competency as it is kept. Raises RuleBroken."""
    found = code.strip().upper()
    if not CODE.fullmatch(found):
        raise RuleBroken(
            N_("Write the code with 2 to 30 capital letters, digits or hyphens, such as SAFE-ROB."), field="code"
        )
    return found


def check_sign_off(valid_until: date, today: date) -> None:
    """Raise RuleBroken for a sign-off that is over already, or that lasts longer than two years."""
    if valid_until < today:
        raise RuleBroken(N_("This day is over. Choose a last day from today on."), field="valid_until")
    if valid_until > today + LONGEST_SIGN_OFF:
        raise RuleBroken(
            N_("A sign-off lasts two years at most, until %(day)s."),
            field="valid_until",
            day=today + LONGEST_SIGN_OFF,
        )
