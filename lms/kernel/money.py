"""Money as whole minor units (cents) of one currency, read, rounded and split so that parts foot to their total. Pure.

No float anywhere: amounts are `int`, exact intermediate values are `Fraction`, rates come in as `Decimal`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from lms.kernel.currencies import EXPONENTS
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_

LARGEST_MINOR = 10**15
"""Bound of one amount in minor units; sums of thousands of such still fit a 64-bit column."""

MONTHS_A_YEAR = 12
BASIS_POINTS = 10_000
"""One whole, in hundredths of a percent."""

MINUS = "\u2212"

_PLAIN = re.compile(r"[-\u2212]?[0-9]{1,20}(\.[0-9]{1,20})?")


@dataclass(frozen=True, slots=True)
class Money:
    """An amount with its currency, for sums across lines and for the edge that formats it."""

    minor: int
    currency: str

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + _same_currency(self, other).minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - _same_currency(self, other).minor, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __str__(self) -> str:
        """As English prose has it, "USD 42,800.00"; a negative one with a real minus sign."""
        return format_money(self.minor, self.currency)


def _same_currency(one: Money, other: Money) -> Money:
    if one.currency != other.currency:
        raise RuleBroken(
            N_("%(one)s and %(other)s cannot be added without a dated exchange rate."),
            field="currency",
            one=one.currency,
            other=other.currency,
        )
    return other


def exponent(currency: str, field: str = "currency") -> int:
    """Digits after the point in `currency`. Raises RuleBroken on a code that ISO 4217 does not list."""
    try:
        return EXPONENTS[currency]
    except KeyError:
        raise RuleBroken(
            N_("%(currency)s is not a currency code. Use one of ISO 4217, such as USD."), field=field, currency=currency
        ) from None


def parse(text: str, currency: str, field: str = "amount") -> int:
    """The minor units that `text` names: `parse("12.50", "USD")` is 1250.

    A leading minus sign is allowed. Raises RuleBroken (named after `field`) on anything that is not a plain decimal
    number: thousands separators, exponents, NaN, minus zero, too many decimals for the currency, beyond 10^15 minor.
    """
    digits = exponent(currency)
    plain = text.strip()
    if not _PLAIN.fullmatch(plain):
        raise RuleBroken(
            N_("“%(typed)s” is not an amount. Write digits and a point, such as 1234.50."),
            field=field,
            typed=plain[:40],
        )
    number = Decimal(plain.replace(MINUS, "-"))
    if number == 0 and number.is_signed():
        raise RuleBroken(N_("Minus zero is not an amount. Write 0."), field=field)
    if len(plain.partition(".")[2]) > digits:  # also 1.500, which a reader of Spanish means as 1500
        raise RuleBroken(
            N_("%(currency)s has %(digits)s decimals. Write no more."), field=field, currency=currency, digits=digits
        )
    return within_bounds(int(Fraction(number) * 10**digits), field)


def within_bounds(minor: int, field: str = "amount") -> int:
    """`minor` itself if one amount may be that large, else RuleBroken."""
    if abs(minor) > LARGEST_MINOR:
        raise RuleBroken(N_("This amount is too large. Please check the number of digits."), field=field)
    return minor


def decimal_text(minor: int, currency: str) -> str:
    """The amount as the API writes it: "42800.00", "-5", "0.125"."""
    digits = exponent(currency)
    sign = "-" if minor < 0 else ""
    whole, part = divmod(abs(minor), 10**digits)
    return f"{sign}{whole}.{part:0{digits}d}" if digits else f"{sign}{whole}"


def format_money(minor: int, currency: str) -> str:
    """The amount in English, "USD 42,800.00"; pages use the reader's language instead."""
    number = Decimal(decimal_text(abs(minor), currency))
    return f"{MINUS if minor < 0 else ''}{currency} {number:,}"


def hround(value: Fraction | Decimal | int) -> int:
    """The nearest whole number; a half goes away from zero, as Excel's ROUND and PostgreSQL's numeric round do."""
    exact = Fraction(value)
    whole, rest = divmod(abs(exact.numerator), exact.denominator)
    rounded = whole + (2 * rest >= exact.denominator)
    return -rounded if exact < 0 else rounded


def round_half_away(value: Fraction | Decimal | int, places: int) -> Decimal:
    """`value` as a decimal with exactly `places` digits after the point, a half away from zero."""
    return Decimal(hround(Fraction(value) * 10**places)).scaleb(-places)


def allocate(total: int, weights: Sequence[int]) -> list[int]:
    """`total` split by `weights` into whole parts that sum to it exactly; ties go to the earlier part.

    Largest remainder: 100 in thirds is 34, 33, 33 and -100 is -34, -33, -33.
    Raises ValueError on a negative weight or if all are zero.
    """
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise ValueError("weights must not be negative and must sum to more than zero")
    size, sign = abs(total), -1 if total < 0 else 1
    parts = [size * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(size * weights[i] % whole), i))
    for i in by_remainder[: size - sum(parts)]:
        parts[i] += 1
    return [sign * part for part in parts]


def monthly(annual: int) -> list[int]:
    """One year's amount in twelve monthly parts that sum to it: 10,000.01 is five times 833.34, then 833.33."""
    return allocate(annual, [1] * MONTHS_A_YEAR)


def annualize(minor: int, months: int) -> int:
    """What an amount of so many months comes to in a year, rounded once. Raises ValueError unless months > 0."""
    if months <= 0:
        raise ValueError("a yearly amount needs at least one month")
    return hround(Fraction(minor * MONTHS_A_YEAR, months))


def share(minor: int, basis_points: int) -> int:
    """So many hundredths of a percent of an amount, rounded once."""
    return hround(Fraction(minor * basis_points, BASIS_POINTS))


def convert(minor: int, source: str, rate: Decimal, target: str) -> int:
    """An amount in `target` at `rate` (target units for one source unit), rounded once.

    CAD 10,000.00 at 0.72345678 is USD 7,234.57. The rate, its date and its source are stored beside the result.
    """
    if rate <= 0:
        raise RuleBroken(N_("An exchange rate must be more than zero."), field="fx_rate")
    scale = Fraction(10) ** (exponent(target) - exponent(source))
    return hround(Fraction(minor) * Fraction(rate) * scale)
