"""What makes an answer right, by the kind of its question; and how it is stored. Numbers are decimal text there."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from lms.hub.catalog.kinds import QuestionKind
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_

PERCENT = 100


@dataclass(frozen=True, slots=True)
class ChoiceKey:
    """right: places of the right options, from 0. partial: whether some of several right ones are worth something."""

    right: frozenset[int]
    partial: bool = False


@dataclass(frozen=True, slots=True)
class NumberKey:
    """tolerance: in the unit of the value, both ends in it; of a percentage, that part of the value."""

    value: Fraction
    tolerance: Fraction = Fraction(0)
    is_percent: bool = False
    unit: str = ""
    factors: Mapping[str, Fraction] = field(default_factory=dict)
    needs_unit: bool = False

    @property
    def margin(self) -> Fraction:
        """By how much an answer may differ."""
        return abs(self.value) * self.tolerance / PERCENT if self.is_percent else self.tolerance


@dataclass(frozen=True, slots=True)
class TextKey:
    """accepted: folded texts. by_hand: whether any other text waits for the instructor."""

    accepted: frozenset[str]
    by_hand: bool = True
    written: tuple[str, ...] = ()


Key = ChoiceKey | NumberKey | TextKey


def fold(text: str) -> str:
    """A text without what does not matter: case, spaces at the ends and doubled, a full stop at the end."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split()).rstrip(".").rstrip()


def key_of(kind: QuestionKind, stored: Mapping[str, Any]) -> Key:
    """A key as it was stored."""
    if kind is QuestionKind.NUMBER:
        tolerance = str(stored["tolerance"])
        return NumberKey(
            Fraction(Decimal(stored["value"])),
            Fraction(Decimal(tolerance.removesuffix("%"))),
            tolerance.endswith("%"),
            stored["unit"],
            {name: Fraction(Decimal(factor)) for name, factor in stored["units"].items()},
            stored["needs_unit"],
        )
    if kind is QuestionKind.TEXT:
        accepted = tuple(stored["accepted"])
        return TextKey(frozenset(map(fold, accepted)), stored["by_hand"], accepted)
    return ChoiceKey(frozenset(stored["right"]), stored["partial"])


def changed(stored: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """A stored key with what was said instead. Raises RuleBroken for what a key of its kind does not say."""
    foreign = sorted(set(said) - set(stored))
    if foreign:
        raise RuleBroken(N_("A key of this kind does not say that. Leave it out."), field=foreign[0])
    found = {**stored, **said}
    if "right" in said:
        found["right"] = sorted(set(said["right"]))
    return found


def check_key(kind: QuestionKind, stored: Mapping[str, Any], options: int) -> Key:
    """A corrected key that somebody typed. Raises RuleBroken, naming the field. stored: as `key_of` takes it."""
    if kind in (QuestionKind.SINGLE, QuestionKind.SEVERAL):
        right = set(stored["right"])
        if not right or not right <= set(range(options)):
            raise RuleBroken(N_("Say which options are right."), field="right")
        if kind is QuestionKind.SINGLE and len(right) != 1:
            raise RuleBroken(N_("Exactly one option is right here."), field="right")
    if kind is QuestionKind.TEXT and not stored["by_hand"] and not any(map(fold, stored["accepted"])):
        message = N_("Give the accepted texts, or let other texts wait for you.")
        raise RuleBroken(message, field="accepted")
    return key_of(kind, stored)
