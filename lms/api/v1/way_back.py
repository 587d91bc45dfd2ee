"""How far a student is behind, and which weeks lead back."""

from datetime import date

from lms.api.kit import operation
from lms.api.shapes import AsOf, Shape
from lms.api.v1.hours import OF
from lms.hub.enrollment.queries import find_enrollment
from lms.hub.hours.queries.rooms import account_of
from lms.hub.hours.queries.way_back import way_back_of
from lms.people.access import Action, Actor
from lms.web.language import tell


class WayBackOut(Shape):
    """`behind_minutes`: of what was expected since the own start until last Sunday. `sentence`: the way back in words.

    `pace_minutes`: of a full week, until the Sunday `done_on`; null where nothing is behind. `weeks`: the Mondays of
    those in which something is to be done.
    """

    behind_minutes: int
    sentence: str
    pace_minutes: int | None
    done_on: date | None
    is_possible: bool
    weeks: list[date]


@operation(f"GET {OF}/way-back", Action.HOURS_READ, gives=WayBackOut, query=AsOf)
def get_way_back(actor: Actor, enrollment: str, query: AsOf) -> WayBackOut:
    """The slowest pace that makes good for what is behind within three weeks, else the fastest that a week takes."""
    found = way_back_of(account_of(find_enrollment(actor, enrollment, Action.HOURS_READ), query.as_of))
    plan = found.plan.value if found.plan else None
    return WayBackOut(
        behind_minutes=found.behind,
        sentence=tell(found.sentence),
        pace_minutes=plan.pace if plan else None,
        done_on=plan.done_on if plan else None,
        is_possible=plan.is_possible if plan else True,
        weeks=[week.monday for week in plan.weeks if week.minutes] if plan else [],
    )
