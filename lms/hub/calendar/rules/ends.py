"""When each course ends in a section, before and after dates move, and what runs out in between. Pure, local days.

The last date of a course is the first day on which it can be passed; the last date of all is the first on which a
certificate can be issued. What is valid until the old day and not until the new one has to be renewed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from lms.hub.calendar.rules.cascade import Cascade, DueSlot, Slot
from lms.kernel.weeks import local_day


@dataclass(frozen=True, slots=True)
class End:
    """The last date of a course in a section, or of all its courses (course ""), before and after; None: no date."""

    section: str
    course: str
    before: date
    after: date | None


def ends_of(slots: Iterable[tuple[str, Slot]], dues: Iterable[tuple[str, DueSlot]], found: Cascade) -> list[End]:
    """The ends that move, by section and course, each section's own last one first. Slots come with their course."""
    sessions = {move.slot.key: move.to for move in found.sessions}
    moved = {(move.slot.activity, move.slot.section): move.to for move in found.dues}
    before: dict[tuple[str, str], date] = {}
    after: dict[tuple[str, str], date] = {}

    def note(section: str, course: str, old: date, new: date | None) -> None:
        for key in ((section, ""), (section, course)):
            before[key] = max(before.get(key, old), old)
            if new is not None:
                after[key] = max(after.get(key, new), new)

    for course, slot in slots:
        old = local_day(slot.starts_at, slot.zone)
        to = sessions.get(slot.key, (slot.starts_at, slot.ends_at))
        note(slot.section, course, old, local_day(to[0], slot.zone) if to else None)
    for course, due in dues:
        if due.section is not None:
            base = moved.get((due.activity, None), due.due_at) if not due.is_own else due.due_at
            to_due = moved.get((due.activity, due.section), base)
            note(due.section, course, local_day(due.due_at, due.zone), local_day(to_due, due.zone))
    return [End(*key, old, after.get(key)) for key, old in sorted(before.items()) if after.get(key) != old]


def lapses(valid_until: date | None, before: date, after: date | None) -> bool:
    """Whether something that was still valid on the old day is not any more on the new one."""
    return valid_until is not None and after is not None and before <= valid_until < after
