"""Who signed what on a week sheet, how, and in whose place."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from lms.hub.hours.models import SheetEvent
from lms.hub.hours.models.deciding import Delegation
from lms.hub.hours.rules.sheet import Manner
from lms.kernel.db import session
from lms.kernel.prose import all_prose_of
from lms.people.accounts.models import Person
from lms.people.scope import unscoped

WHY = "who signed a sheet that was found"


@dataclass(frozen=True, slots=True)
class Signature:
    """One step of a sheet with who took it. name: empty for the product itself. giver: in whose place. said: why."""

    event: SheetEvent
    name: str
    giver: str
    said: str

    @property
    def is_automatic(self) -> bool:
        """Whether nobody looked."""
        return self.event.manner is Manner.AUTOMATIC


def signatures_of(events: Sequence[SheetEvent]) -> list[Signature]:
    """Every step of sheets that were found, oldest first. Three statements, however many."""
    given = {event.delegation_id for event in events if event.delegation_id}
    statement = select(Delegation.id, Delegation.giver_id).where(Delegation.id.in_(given))
    givers = {row[0]: row[1] for row in session.execute(unscoped(statement, WHY))} if given else {}
    people = {event.recorded_by_id for event in events if event.recorded_by_id} | set(givers.values())
    found = session.execute(unscoped(select(Person.id, Person.name).where(Person.id.in_(people)), WHY))
    names = {row[0]: row[1] for row in found}
    said = all_prose_of(events)
    return [
        Signature(
            event,
            names.get(event.recorded_by_id or 0, ""),
            names.get(givers.get(event.delegation_id or 0, 0), ""),
            said[event.public_id].get("reason") or said[event.public_id].get("note", ""),
        )
        for event in events
    ]
