"""Quantities that know their unit, for the values of sentences and steps. Pure; how they look is `speak`'s business."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time in whole minutes; negative for a correction."""

    minutes: int

    def __str__(self) -> str:
        """For logs and the command line; pages say hours and minutes."""
        return f"{self.minutes} min"


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole in basis points: 10000 is 100 %."""

    bp: int


@dataclass(frozen=True, slots=True)
class Points:
    """Points on a piece of work, in hundredths."""

    hundredths: int


@dataclass(frozen=True, slots=True)
class RoundMoney:
    """Minor units of a currency, shown rounded to whole units, as on an axis; `Money` is the exact one."""

    minor: int
    currency: str
