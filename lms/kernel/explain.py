"""The shape of "why?": a value with the rule that made it, the facts it was made from, and the steps. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from lms.kernel.text import Sentence

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class FactRef:
    """One fact that a number was folded from.

    kind: the fact's table as the API names it, "hours_entry". public_id: None where the reader may not see it.
    recorded_at: when we learned it (UTC).
    """

    kind: str
    public_id: str | None
    recorded_at: datetime | None


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the calculation: what it is and what it came to. `value` is a number or a date, never markup."""

    text: Sentence
    value: object


@dataclass(frozen=True, slots=True)
class Explained(Generic[T]):
    """A value that can answer "why?".

    rule: what the rule says, in words. source: where the rule comes from (handbook, policy version, publication).
    steps: reproduce `value`; the last one is it.
    """

    value: T
    rule: Sentence
    source: Sentence
    facts: tuple[FactRef, ...] = ()
    steps: tuple[Step, ...] = ()
