"""Fields for numbers that people write in their own way and that rules keep exact."""

import re
from decimal import Decimal
from typing import Any

from lms.kernel.errors import RuleBroken
from lms.kernel.money import MINUS, exponent
from lms.kernel.text import N_
from lms.web.fields import ReadField

_NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")


def exact(text: str, places: int, field: str) -> int:
    """The number that `text` names, times ten to the power of `places`. Raises RuleBroken if it is none, or finer."""
    plain = text.strip().replace(MINUS, "-").removesuffix("%").strip()
    if not _NUMBER.fullmatch(plain):
        raise RuleBroken(N_("“%(typed)s” is not a number. Write it like 12.5."), field=field, typed=text)
    scaled = Decimal(plain) * 10**places
    if scaled != scaled.to_integral_value():
        raise RuleBroken(N_("Write at most %(places)s digits after the point."), field=field, places=places)
    return int(scaled)


def written(scaled: int, places: int) -> str:
    """The number again, without digits that say nothing."""
    text = f"{Decimal(scaled).scaleb(-places):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


class QuantityField(ReadField):
    """A number of units, in ten-thousandths."""

    def read(self, text: str) -> int:
        """Ten-thousandths."""
        return exact(text, 4, self.name)

    def written(self, value: int) -> str:
        """Digits and a point."""
        return written(value, 4)


class PercentField(ReadField):
    """A percentage, in basis points."""

    def read(self, text: str) -> int:
        """Basis points."""
        return exact(text, 2, self.name)

    def written(self, value: int) -> str:
        """Digits and a point."""
        return written(value, 2)


class UnitValueField(ReadField):
    """What one unit is worth, in ten-thousandths of a minor unit of `currency`, set on the bound field."""

    currency = "USD"

    def read(self, text: str) -> int:
        """Ten-thousandths of a minor unit."""
        return exact(text, exponent(self.currency) + 4, self.name)

    def written(self, value: int) -> str:
        """Digits and a point."""
        return written(value, exponent(self.currency) + 4)


class RampField(ReadField):
    """Percentages of the first months, one after the other: "50, 75"."""

    def read(self, text: str) -> tuple[int, ...]:
        """Basis points, month by month."""
        return tuple(exact(part, 2, self.name) for part in re.split(r"[,;\s]+", text.strip()) if part)

    def written(self, value: Any) -> str:
        """Percentages with commas."""
        return ", ".join(written(part, 2) for part in value)
