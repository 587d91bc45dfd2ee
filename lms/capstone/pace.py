"""How the hours of a student stand against what their weeks ask for, over the last weeks together. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from lms.kernel.explain import Explained, FactRef, Step
from lms.kernel.money import BASIS_POINTS, hround
from lms.kernel.text import N_, say
from lms.kernel.units import Span

WEEKS = 6
"""So many weeks that are over count, as in the forecast of hours."""

NEARLY_BP = 8_000
"""From here on one is only a little behind."""


class Pace(StrEnum):
    ON = "on"
    NEARLY = "nearly"
    BEHIND = "behind"
    NONE = "none"
    """No week that asks for hours is over yet."""


@dataclass(frozen=True, slots=True)
class WeekDone:
    """A week that is over. least: the lower end of what it asks for; 0 asks for nothing."""

    monday: date
    minutes: int
    least: int


def counted(weeks: Sequence[WeekDone]) -> list[WeekDone]:
    """The last weeks that ask for something, oldest first."""
    return [week for week in weeks if week.least > 0][-WEEKS:]


def pace_of(weeks: Sequence[WeekDone]) -> Pace:
    """In a word; the weeks together, so that a good one makes up for a poor one."""
    last = counted(weeks)
    if not last:
        return Pace.NONE
    done, asked = sum(week.minutes for week in last), sum(week.least for week in last)
    if done >= asked:
        return Pace.ON
    return Pace.NEARLY if done * BASIS_POINTS >= asked * NEARLY_BP else Pace.BEHIND


def average(weeks: Sequence[WeekDone]) -> int:
    """Minutes a week; 0 before there is one."""
    last = counted(weeks)
    return hround(Fraction(sum(week.minutes for week in last), len(last))) if last else 0


def explain_average(weeks: Sequence[WeekDone], facts: tuple[FactRef, ...] = ()) -> Explained[Span]:
    """The weeks that count, and their average."""
    value = Span(average(weeks))
    steps = [Step(say(N_("Week of %(monday)s"), monday=week.monday), Span(week.minutes)) for week in counted(weeks)]
    return Explained(
        value,
        say(N_("The last six weeks that are over and ask for hours, on average.")),
        say(N_("Program rule of weekly hours (H14): weeks are judged together")),
        facts,
        (*steps, Step(say(N_("A week, on average")), value)),
    )
