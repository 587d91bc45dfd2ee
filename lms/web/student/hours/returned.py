"""What an approver marked in a returned week, and what became of each since: the list before handing in again."""

from dataclasses import dataclass

from lms.hub.hours.models import HoursEntry
from lms.hub.hours.queries.weeks import Week, rows_of_week
from lms.hub.hours.rules.sheet import State, Step


@dataclass(frozen=True, slots=True)
class Marked:
    """One marked entry as it was handed in. now: what stands in its place; None if it was removed."""

    was: HoursEntry
    now: HoursEntry | None

    @property
    def is_changed(self) -> bool:
        """Whether the student has done something about it."""
        return self.now is not self.was


def marked_in(week: Week) -> list[Marked]:
    """The cells of the returns that are open, oldest first. One statement, only where something is returned."""
    cells = [
        cell
        for event in week.events
        if event.step is Step.RETURNED and event.key and week.sheet.parts.get(event.key) is State.RETURNED
        for cell in event.cells
        if event.version == week.sheet.version
    ]
    if not cells:
        return []
    rows = rows_of_week(week.situation.enrollment, week.monday)
    by_id, later = {row.public_id: row for row in rows}, {row.supersedes_id: row for row in rows if row.supersedes_id}
    return [Marked(by_id[cell], _now(by_id[cell], later)) for cell in dict.fromkeys(cells) if cell in by_id]


def _now(row: HoursEntry, later: dict[int, HoursEntry]) -> HoursEntry | None:
    """The end of the chain. A row that was moved to another week is followed no further: there it is another's."""
    while row.id in later:
        row = later[row.id]
    return None if row.is_removal else row
