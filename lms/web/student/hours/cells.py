"""The cells of the week grid: what stands in each, and why it cannot be written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from lms.hub.catalog.kinds import Kind
from lms.hub.hours.models import HoursEntry
from lms.hub.hours.queries.plan import PlannedUnit
from lms.hub.hours.queries.weeks import Week
from lms.hub.hours.rules.entry import OWN_SOURCES
from lms.hub.hours.rules.lengths import as_hours
from lms.hub.hours.rules.sheet import lock_reason, part_of
from lms.kernel.clock import now, today
from lms.kernel.text import N_, Sentence, say


@dataclass(frozen=True, slots=True)
class Shown:
    """One cell. lock: why it cannot be written; None if it can. text: what stands in the field, typed or stored."""

    day: date
    minutes: int
    text: str
    lock: Sentence | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one unit, Monday to Sunday."""

    unit: PlannedUnit
    cells: list[Shown]

    @property
    def minutes(self) -> int:
        """Of the week."""
        return sum(cell.minutes for cell in self.cells)

    def name(self, cell: Shown) -> str:
        """How the form calls a cell."""
        return cell_name(self.unit.public_id, cell.day)


def cell_name(unit: str, day: date) -> str:
    """`<unit>.2026-10-27`."""
    return f"{unit}.{day.isoformat()}"


def grid_of(week: Week, units: Sequence[PlannedUnit], typed: Mapping[str, str], errors: Mapping[str, str]) -> list[Row]:
    """A row for each unit that the plan has in the week, or that has hours in it. typed, errors: by the cell's name."""
    used = {entry.unit_id for entry in week.entries}
    return [
        Row(unit, [_cell(week, unit, day, typed, errors) for day in week.days])
        for unit in units
        if unit.id in used or unit.runs_in(week.number)
    ]


def _cell(week: Week, unit: PlannedUnit, day: date, typed: Mapping[str, str], errors: Mapping[str, str]) -> Shown:
    here = [entry for entry in week.entries if (entry.day, entry.unit_id) == (day, unit.id)]
    minutes, name = sum(entry.minutes for entry in here), cell_name(unit.public_id, day)
    shown = as_hours(minutes) if minutes else ""
    return Shown(day, minutes, typed.get(name, shown), why_locked(week, unit.kind, day, here), errors.get(name, ""))


def why_locked(week: Week, kind: Kind, day: date, here: Sequence[HoursEntry]) -> Sentence | None:
    """Why a cell cannot be written, whatever is typed; None if it can."""
    place = week.situation
    if place.first is None or not place.first <= day <= place.last:
        return say(N_("outside your program"))
    if day > today(place.zone):
        return say(N_("still to come"))
    if len(here) > 1:
        return say(N_("%(count)s entries, change them in the list"), count=len(here))
    if any(entry.source not in OWN_SOURCES for entry in here):
        return say(N_("from the attendance list"))
    spell = place.spell_on(day)
    key = part_of(kind, spell.id if spell else None, place.supervised)
    return lock_reason(week.sheet, key, week.times, now())
