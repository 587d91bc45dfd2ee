"""Retention classes (D35): years after the exit for each kind of record. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from lms.kernel.errors import RuleBroken
from lms.kernel.explain import Explained, Step
from lms.kernel.text import N_, say

LEAST_YEARS = 5  # product.md D35: hours and grades are kept at least so long
MOST_YEARS = 99


class RecordKind(StrEnum):
    """The kinds of records that are kept for a time of their own."""

    HOURS = "hours"
    GRADES = "grades"
    SUBMISSIONS = "submissions"
    ENROLLMENT = "enrollment"
    ACCOMMODATIONS = "accommodations"


DEFAULT_YEARS: Mapping[RecordKind, int] = {
    RecordKind.HOURS: 5,
    RecordKind.GRADES: 5,
    RecordKind.SUBMISSIONS: 5,
    RecordKind.ENROLLMENT: 10,
    RecordKind.ACCOMMODATIONS: 5,
}
AT_LEAST_FIVE = frozenset({RecordKind.HOURS, RecordKind.GRADES})


@dataclass(frozen=True, slots=True)
class Kept:
    """Until when one kind of one student's records is kept. is_past: it may go; never while it is held."""

    until: date
    is_held: bool
    is_past: bool


def classes(text: str) -> dict[RecordKind, int]:
    """Years by kind from "hours=7, grades=10"; what is not named keeps its default. Raises RuleBroken."""
    found = dict(DEFAULT_YEARS)
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        name, _, years = part.partition("=")
        if name.strip() not in [kind.value for kind in RecordKind] or not years.strip().isdigit():
            raise RuleBroken(N_("Write retention as hours=5, grades=5: %(part)s is not understood."), part=part)
        kind, number = RecordKind(name.strip()), int(years)
        if kind in AT_LEAST_FIVE and number < LEAST_YEARS:
            raise RuleBroken(N_("Hours and grades are kept at least %(years)s years."), years=LEAST_YEARS)
        found[kind] = min(number, MOST_YEARS)
    return found


def kept(exit_on: date, years: int, today: date, *, is_held: bool) -> Explained[Kept]:
    """Until when records are kept: `years` after the exit, that day included."""
    until = _years_later(exit_on, years)
    value = Kept(until, is_held, is_past=today > until and not is_held)
    return Explained(
        value,
        rule=say(N_("Kept for a number of years after the exit; a legal hold keeps everything until it is lifted.")),
        source=say(N_("Retention classes of the installation (LMS_RETENTION)")),
        steps=(
            Step(say(N_("Exit")), exit_on),
            Step(say(N_("Years")), years),
            Step(say(N_("Held")), is_held),
            Step(say(N_("Kept until")), until),
        ),
    )


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # February 29
        return day.replace(year=day.year + years, day=28) + timedelta(days=1)
