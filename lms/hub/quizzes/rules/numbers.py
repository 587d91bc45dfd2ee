"""Numbers as people write them on a phone: "3.5", "3,5", "-0,5 mm", "2.5e-3 in". Exact, as `Fraction`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_

NUMBER = re.compile(r"([+-]?)\s*(\d{1,15}(?:[.,]\d{0,12})?|[.,]\d{1,12})(?:[eE]([+-]?\d{1,2}))?\s*([^\s\d.,+'-].*)?")
GROUPED = re.compile(r"[+-]?\d{1,3}(?:[.,' ]\d{3})+(?:[.,]\d+)?(?:\s*\D.*)?|.*\d[.,]\d+[.,].*")
SIGNS = str.maketrans({"−": "-", "–": "-", "\u00a0": " ", "\u202f": " ", "µ": "μ"})


@dataclass(frozen=True, slots=True)
class Amount:
    """A number and the unit written behind it, "" for none."""

    value: Fraction
    unit: str = ""


def read_amount(text: str) -> Amount:
    """The number in `text`. Raises RuleBroken for anything else; a point or a comma stands before the decimals."""
    plain = text.translate(SIGNS).strip()
    found = NUMBER.fullmatch(plain)
    if found is None:
        if GROUPED.fullmatch(plain):
            raise RuleBroken(N_("Write the number without separators between thousands, such as 12500 or 12500.5."))
        raise RuleBroken(N_("“%(text)s” is not a number. Write one such as 12.5 or 12,5."), text=text.strip()[:40])
    sign, digits, exponent, unit = found.groups()
    value = Fraction(Decimal(digits.replace(",", "."))) * Fraction(10) ** int(exponent or 0)
    return Amount(-value if sign == "-" else value, (unit or "").strip())


def in_unit(amount: Amount, unit: str, factors: Mapping[str, Fraction], *, needs_unit: bool) -> Fraction:
    """The amount in the key's `unit`. factors: how many of it one of another accepted unit is.

    Raises RuleBroken for a unit that is not accepted, or none where one is needed.
    """
    accepted = {"": Fraction(1)} if not unit else {_folded(unit): Fraction(1)}
    accepted |= {_folded(name): factor for name, factor in factors.items()}
    names = ", ".join([unit, *factors] if unit else [])
    if not amount.unit:
        if needs_unit:
            raise RuleBroken(N_("Write the unit behind the number: %(units)s."), units=names)
        return amount.value
    factor = accepted.get(_folded(amount.unit))
    if factor is None and not unit:
        raise RuleBroken(N_("Write the number alone; this answer has no unit."))
    if factor is None:
        raise RuleBroken(
            N_("The unit “%(unit)s” is not taken here. Use %(units)s."), unit=amount.unit[:20], units=names
        )
    return amount.value * factor


def _folded(unit: str) -> str:
    """Units differ by their letters and case (mm is not Mm), not by spaces, a full stop or the sign for micro."""
    return "".join(unit.translate(SIGNS).split()).rstrip(".")


def shown_number(value: Fraction) -> str:
    """A number as decimal text, with at most six decimals."""
    rounded = round(value, 6)
    text = f"{Decimal(rounded.numerator) / Decimal(rounded.denominator):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
