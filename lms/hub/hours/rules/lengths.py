"""How people write a length of time: "90", "1:30", "1,5", "1.5 h", "90m", "2h27m". All give whole minutes."""

import re
from fractions import Fraction

from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_

HOUR = 60
LONGEST_TEXT = 20

_HOURS = r"h(?:rs?|ours?)?"
_MINUTES = r"m(?:ins?|inutes?)?"
_FORMS = tuple(
    re.compile(form, re.ASCII | re.IGNORECASE)
    for form in (
        rf"(?P<minutes>\d{{1,4}})\s*(?:{_MINUTES})?",  # 90, 90m, 90 min
        r"(?P<hours>\d{1,2}):(?P<minutes>[0-5]\d)",  # 1:30
        r"(?P<hours>\d{0,2}[.,]\d{1,3})",  # 1.5 and 1,5 are hours
        rf"(?P<hours>\d{{1,2}}(?:[.,]\d{{1,3}})?)\s*{_HOURS}",  # 2h, 1.5 hours
        rf"(?P<hours>\d{{1,2}})\s*{_HOURS}\s*(?P<minutes>[0-5]?\d)\s*(?:{_MINUTES})?",  # 2h27m, 2 h 27
    )
)


def parse_minutes(text: str, *, field: str = "minutes") -> int:
    """The minutes that `text` means: a bare whole number is minutes, one with a decimal sign or a colon is hours.

    Rounded to the nearest minute, halves up ("1.33" is 80). Whether so many may be logged is another rule (H1).
    Raises RuleBroken for anything else: signs, exponents, seconds, words.
    """
    written = " ".join(text.split())
    for form in _FORMS if len(written) <= LONGEST_TEXT else ():
        if found := form.fullmatch(written):
            parts = found.groupdict()
            return _rounded(_number(parts.get("hours")) * HOUR + _number(parts.get("minutes")))
    raise RuleBroken(N_("Write the time as 90, 1:30, 1.5 or 1h30m."), field=field)


def _number(digits: str | None) -> Fraction:
    return Fraction("0" + digits.replace(",", ".")) if digits else Fraction(0)


def _rounded(minutes: Fraction) -> int:
    return int(minutes + Fraction(1, 2))


def as_hours(minutes: int) -> str:
    """`minutes` the way a field answers: 150 is "2:30", -90 is "-1:30"."""
    hours, rest = divmod(abs(minutes), HOUR)
    return f"{'-' if minutes < 0 else ''}{hours}:{rest:02}"
