"""The cells of the week grid: what stands in each, and why it cannot be written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from lms.hub.catalog.kinds import Kind
from lms.hub.hours.models import HoursEntry
from lms.hub.hours.queries.plan import PlannedUnit
from lms.hub.hours.queries.weeks import Week
from lms.hub.hours.rules.entry import OWN_SOURCES, Source
from lms.hub.hours.rules.lengths import as_hours
from lms.hub.hours.rules.sheet import lock_reason, part_of
from lms.kernel.clock import now, today
from lms.kernel.text import N_, Sentence, say

MADE_BY = {
    Source.ATTENDANCE: N_("from the attendance list; say if it is not right"),
    Source.SIMULATION: N_("measured by the simulator; say if it is not right"),
    Source.LMS: N_("measured by the lecture system; say if it is not right"),
    Source.IMPORT: N_("brought in from another system; say if it is not right"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One cell. lock: why it cannot be written; None if it can. text: what stands in the field, typed or stored.

    typed: what was entered into a cell that is locked meanwhile, so that it is not lost.
    """

    day: date
    minutes: int
    text: str
    lock: Sentence | None = None
    error: str = ""
    typed: str = ""


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
    stored, lock = as_hours(minutes) if minutes else "", why_locked(week, unit.kind, day, here)
    if lock is not None:
        return Shown(day, minutes, stored, lock, errors.get(name, ""), typed.get(name, ""))
    return Shown(day, minutes, typed.get(name, stored), None, errors.get(name, ""))


def locks_of(rows: Sequence[Row]) -> list[Sentence]:
    """Every reason in the grid once, in the order in which one meets them: the list below it, numbered."""
    return list({str(cell.lock): cell.lock for row in rows for cell in row.cells if cell.lock}.values())


def day_notes(week: Week) -> dict[date, str]:
    """Days on which nothing is expected, and why; what is logged on them counts all the same (H15, H16)."""
    place, notes = week.situation, {}
    for day in week.days:
        for days, name in ((place.breaks, N_("break")), (place.leaves, N_("leave"))):
            if any(span.from_day <= day and (span.to_day is None or day <= span.to_day) for span in days):
                notes[day] = name
    return notes


def why_locked(week: Week, kind: Kind, day: date, here: Sequence[HoursEntry]) -> Sentence | None:
    """Why a cell cannot be written, whatever is typed; None if it can."""
    place = week.situation
    if place.first is None or not place.first <= day <= place.last:
        return say(N_("outside your program"))
    if day > today(place.zone):
        return say(N_("still to come"))
    if len(here) > 1:
        return say(N_("%(count)s entries, change them in the list"), count=len(here))
    made = [entry.source for entry in here if entry.source not in OWN_SOURCES]
    if made:
        return say(MADE_BY[made[0]])
    spell = place.spell_on(day)
    key = part_of(kind, spell.id if spell else None, place.supervised)
    return lock_reason(week.sheet, key, week.times, now())
