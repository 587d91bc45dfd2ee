"""A statement of another system in our words, whatever it was sent as. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from lms.hub.intake.rules import ReportedScore
from lms.kernel.errors import RuleBroken

T = TypeVar("T")

VOIDED = "http://adlnet.gov/expapi/verbs/voided"
DONE = frozenset(  # verbs that say by themselves that somebody is through
    f"http://adlnet.gov/expapi/verbs/{word}" for word in ("completed", "passed", "mastered")
)


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement. who: address, student number or enrollment. about: IRI of its object; voids: or another statement.

    within: IRIs of what its object is a part of. place: where it stands in what was sent, for errors ("2." or "").
    """

    id: str
    body_sha256: str
    who: str
    who_field: str
    verb: str
    about: str
    voids: str | None
    within: tuple[str, ...]
    sitting: str
    happened_at: datetime
    seconds: int | None = None
    score: ReportedScore | None = None
    is_complete: bool | None = None
    is_success: bool | None = None
    place: str = ""

    @property
    def says_done(self) -> bool:
        """Whether the student is through with it."""
        return self.is_complete if self.is_complete is not None else self.verb in DONE


def at_place(said: Statement, field: str, broken: RuleBroken) -> RuleBroken:
    """The broken rule, named after where it stands in what was sent."""
    broken.field = said.place + field
    return broken


def in_place(said: Statement, part: str, do: Callable[[], T]) -> T:
    """What `do` gives; what it finds wrong is named after `part` of the statement ("result." and the field, or it)."""
    try:
        return do()
    except RuleBroken as broken:
        for one in (broken, *broken.also):
            whole = f"{part}{one.field or ''}" if part.endswith(".") else part
            at_place(said, "timestamp" if one.field == "day" else whole, one)
        raise
