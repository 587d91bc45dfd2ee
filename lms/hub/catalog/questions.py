"""The questions of a quiz as their author writes them, checked for shape. Numbers are decimal text, points whole."""

import re
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from lms.hub.catalog.kinds import QuestionKind

MAX_OPTIONS = 12
QUESTION_KEYS = {  # the keys that a question of each kind has beside code, kind and text
    QuestionKind.SINGLE: {"options", "right"},
    QuestionKind.SEVERAL: {"options", "right", "partial"},
    QuestionKind.NUMBER: {"value", "tolerance", "unit", "units", "needs_unit"},
    QuestionKind.TEXT: {"accepted", "by_hand"},
}

Code = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9-]{1,15}$")]
Line = Annotated[str, Field(min_length=1, max_length=200)]
Text = Annotated[str, Field(min_length=1, max_length=4_000)]
NUMBER_TEXT = re.compile(r"-?[0-9]{1,12}([.][0-9]{1,9})?")
TOLERANCE_TEXT = re.compile(r"[0-9]{1,12}([.][0-9]{1,9})?%?")
Number = Annotated[str, Field(pattern=f"^{NUMBER_TEXT.pattern}$")]
Tolerance = Annotated[str, Field(pattern=f"^{TOLERANCE_TEXT.pattern}$")]
UnitName = Annotated[str, Field(pattern=r"^[^\s\d.,+-]\S{0,19}$")]


class Spec(BaseModel):
    """A record of the curriculum file: only its own keys, never changed once it was read."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class QuestionSpec(Spec):
    """One question with its key.

    right: places of the right options, from 1. partial: whether some of several right ones are worth something.
    tolerance: "0.5" in the unit of the value, or "2%" of it. units: other accepted units, and how many of `unit` one of
    each is. accepted: texts; by_hand: whether any other text waits for the instructor or is simply wrong.
    """

    code: Code
    kind: QuestionKind
    text: Text
    options: tuple[Line, ...] = Field(default=(), max_length=MAX_OPTIONS)
    right: tuple[int, ...] = ()
    partial: bool = True
    value: Number | None = None
    tolerance: Tolerance = "0"
    unit: UnitName | None = None
    units: dict[UnitName, Number] = {}
    needs_unit: bool = False
    accepted: tuple[Line, ...] = ()
    by_hand: bool = True

    @model_validator(mode="after")
    def _only_its_own_keys(self) -> "QuestionSpec":
        own = QUESTION_KEYS[self.kind]
        foreign = [
            name
            for name in sorted(set().union(*QUESTION_KEYS.values()) - own)
            if getattr(self, name) != type(self).model_fields[name].default
        ]
        if foreign:
            raise ValueError(f"a question of kind {self.kind} has no {', '.join(foreign)}")
        return self

    @model_validator(mode="after")
    def _has_a_key(self) -> "QuestionSpec":
        if self.kind in (QuestionKind.SINGLE, QuestionKind.SEVERAL):
            self._check_options()
        elif self.kind is QuestionKind.NUMBER:
            self._check_number()
        elif not self.accepted and not self.by_hand:
            raise ValueError("give the accepted texts, or let the instructor mark it by hand")
        return self

    def _check_options(self) -> None:
        if len(self.options) < 2 or len(set(self.options)) != len(self.options):
            raise ValueError("give two options or more, no two alike")
        places = set(self.right)
        if not places or len(places) != len(self.right) or not places <= set(range(1, len(self.options) + 1)):
            raise ValueError("say which options are right, by their places from 1 on")
        if self.kind is QuestionKind.SINGLE and len(places) != 1:
            raise ValueError("of a question of kind single exactly one option is right")

    def _check_number(self) -> None:
        if self.value is None:
            raise ValueError("give the right value")
        if (self.units or self.needs_unit) and self.unit is None:
            raise ValueError("name the unit of the value")
        if self.unit in self.units or any(Decimal(factor) <= 0 for factor in self.units.values()):
            raise ValueError("units are the other accepted units, each with a factor above 0")


class PoolSpec(Spec):
    """A pool of questions. draw: how many of them everybody is asked; all if left out. points: of each question."""

    code: Code
    title: Line
    draw: int | None = Field(default=None, ge=1, le=100)
    points: int = Field(ge=1, le=100)
    question: tuple[QuestionSpec, ...] = Field(default=(), max_length=100)

    @property
    def asked(self) -> int:
        """How many questions of the pool everybody is asked."""
        return len(self.question) if self.draw is None else self.draw
