"""What a student's accommodations come to on a day: more time, later dues, other forms of work. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Protocol

from lms.hub.enrollment.kinds import Format
from lms.hub.enrollment.rules import check_stretch, holds_on
from lms.kernel.errors import RuleBroken
from lms.kernel.explain import Explained, FactRef, Step
from lms.kernel.text import N_, say

USUAL_BP = 10_000
MOST_BP = 40_000
MOST_DAYS = 60


class Given(Protocol):
    """An accommodation that stands."""

    @property
    def time_factor_bp(self) -> int: ...
    @property
    def extra_days(self) -> int: ...
    @property
    def format(self) -> Format: ...
    @property
    def from_day(self) -> date: ...
    @property
    def to_day(self) -> date | None: ...
    @property
    def ref(self) -> FactRef: ...


@dataclass(frozen=True, slots=True)
class Effect:
    """What somebody who teaches the student has to know, and no more."""

    time_factor_bp: int = USUAL_BP
    extra_days: int = 0
    formats: tuple[Format, ...] = ()

    @property
    def is_any(self) -> bool:
        """Whether there is anything to do."""
        return self != Effect()


def effect_on(given: Iterable[Given], day: date) -> Effect:
    """The most of each that holds on `day`."""
    held = [row for row in given if holds_on(row, day)]
    formats = {row.format for row in held} - {Format.USUAL}
    return Effect(
        max((row.time_factor_bp for row in held), default=USUAL_BP),
        max((row.extra_days for row in held), default=0),
        tuple(sorted(formats)),
    )


def time_factor(given: Sequence[Given], day: date) -> Explained[Fraction]:
    """By how much the time of a timed piece of work is multiplied on `day`; 1 is the usual time."""
    value = Fraction(effect_on(given, day).time_factor_bp, USUAL_BP)
    held = [row for row in given if holds_on(row, day)]
    return Explained(
        value,
        rule=say(N_("The largest time factor that holds on the day.")),
        source=say(N_("Accommodations decided by the coordinator")),
        facts=tuple(row.ref for row in held),
        steps=(
            *(Step(say(N_("Since %(day)s"), day=row.from_day), Fraction(row.time_factor_bp, USUAL_BP)) for row in held),
            Step(say(N_("Time factor")), value),
        ),
    )


def timed_minutes(minutes: int, factor: Fraction) -> int:
    """How long a timed piece of `minutes` is for a student; a begun minute is given."""
    return -(-minutes * factor.numerator // factor.denominator)


def check_accommodation(
    time_factor_bp: int, extra_days: int, form: Format, from_day: date, to_day: date | None, note: str
) -> None:
    """Raises RuleBroken unless it gives something, within bounds, and says on what it rests."""
    check_stretch(from_day, to_day)
    if not USUAL_BP <= time_factor_bp <= MOST_BP:
        raise RuleBroken(N_("Extra time is between 0 and 300 percent."), field="extra_time")
    if not 0 <= extra_days <= MOST_DAYS:
        raise RuleBroken(N_("Give between 0 and %(most)s more days."), field="extra_days", most=MOST_DAYS)
    if time_factor_bp == USUAL_BP and not extra_days and form is Format.USUAL:
        raise RuleBroken(N_("Give more time, more days or another form."), field="extra_time")
    if not note.strip():
        raise RuleBroken(N_("Say on what this rests, such as the letter of the disability office."), field="note")
