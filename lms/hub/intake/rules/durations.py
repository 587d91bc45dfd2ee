"""ISO 8601 durations as xAPI sends them: `PT1H30M`, `PT12.5S`, `P1DT2H`, `P2W`. Pure."""

import re
from fractions import Fraction

from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_

_NUMBER = r"\d{1,9}(?:[.,]\d{1,9})?"
_UNITS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
_DURATION = re.compile(
    rf"P(?:(?P<w>{_NUMBER})W|"
    rf"(?:(?P<years>{_NUMBER})Y)?(?:(?P<months>{_NUMBER})M)?(?:(?P<d>{_NUMBER})D)?"
    rf"(?:T(?=\d)(?:(?P<h>{_NUMBER})H)?(?:(?P<m>{_NUMBER})M)?(?:(?P<s>{_NUMBER})S)?)?)",
    re.ASCII,
)


def seconds_in(text: str) -> Fraction:
    """The seconds of a duration. Raises RuleBroken for anything else, and for years and months, which have no length.

    Only the last part may have a fraction.
    """
    found = _DURATION.fullmatch(text)
    parts = {name: value for name, value in (found.groupdict() if found else {}).items() if value is not None}
    values = list(parts.values())
    if not values or any("." in value or "," in value for value in values[:-1]):
        raise RuleBroken(N_("Send how long it took as an ISO 8601 duration such as PT1H30M."), field="duration")
    if any(_exact(parts[name]) for name in ("years", "months") if name in parts):
        raise RuleBroken(N_("Send how long it took in days, hours, minutes and seconds."), field="duration")
    return sum((_exact(parts[name]) * unit for name, unit in _UNITS.items() if name in parts), Fraction(0))


def _exact(number: str) -> Fraction:
    return Fraction(number.replace(",", "."))
