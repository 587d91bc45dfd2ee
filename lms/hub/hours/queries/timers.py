"""A student's timer: the one that is open, or one found by its number in an address."""

from functools import cache

from sqlalchemy import Select, select

from lms.hub.enrollment.models import Enrollment
from lms.hub.hours.models import Timer
from lms.hub.hours.rules.timer import OPEN
from lms.kernel.db import session
from lms.kernel.errors import NotFound
from lms.kernel.facts import stands
from lms.people.access import Action, Actor
from lms.people.scope import ask, scoped, within_a


def open_timer(enrollment: Enrollment) -> Timer | None:
    """What runs, or waits to be saved; there is at most one. One statement."""
    found: Timer | None = ask(_open(), enrollment).scalars().first()
    return found


@cache
def _open() -> Select[Timer]:
    statement = within_a(select(Timer), Enrollment).where(stands(Timer), Timer.stage.in_(OPEN))
    return statement.order_by(Timer.id.desc())


def find_timer(actor: Actor, public_id: str, action: Action = Action.HOURS_READ) -> Timer:
    """The row that stands now of the timer with a row of this id. Raises NotFound. At most six statements."""
    found = session.scalar(scoped(select(Timer), actor, action).where(Timer.public_id == public_id))
    while found is not None:
        later = session.scalar(scoped(select(Timer), actor, action).where(Timer.supersedes_id == found.id))
        if later is None:
            return found
        found = later
    raise NotFound()
