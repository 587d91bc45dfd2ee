"""One entry, found for somebody, and what stands in its place now."""

from sqlalchemy import select

from lms.hub.hours.models import HoursEntry
from lms.kernel.db import session
from lms.kernel.errors import NotFound
from lms.people.access import Action, Actor
from lms.people.scope import scoped


def find_entry(actor: Actor, public_id: str, action: Action = Action.HOURS_READ) -> HoursEntry:
    """The row, replaced or not, if `actor` may do `action` to it. Raises NotFound. One statement."""
    found = session.scalar(scoped(select(HoursEntry), actor, action).where(HoursEntry.public_id == public_id))
    if found is None:
        raise NotFound()
    return found


def find_by_number(actor: Actor, number: int, action: Action = Action.HOURS_READ) -> HoursEntry:
    """The same by the row number that another row names."""
    found = session.scalar(scoped(select(HoursEntry), actor, action).where(HoursEntry.id == number))
    if found is None:
        raise NotFound()
    return found
