"""Where a student's hours lead: behind or not, the approved pace, the finish, and the way back."""

from datetime import date

from lms.api.kit import operation
from lms.api.shapes import AsOf, Shape, Why, why
from lms.api.v1.hours import OF
from lms.hub.enrollment.queries import find_enrollment
from lms.hub.hours.queries.forecast import Forecast, forecast_of
from lms.hub.hours.queries.rooms import account_of
from lms.people.access import Action, Actor
from lms.web.language import tell


class WayBackOut(Shape):
    """So many minutes a full week, until the Sunday `done_on`; `weeks`: in how many something is to be done."""

    pace_minutes: int
    done_on: date | None
    is_possible: bool
    weeks: list[date]


class ForecastOut(Shape):
    """`behind_minutes`: of what was expected since the own start until last Sunday. `sentence`: the way back in words.

    `pace`: approved minutes a week. `finish`: the day at that pace, or null. `needed`: minutes a full week, or null.
    """

    behind_minutes: int
    sentence: str
    pace: Why
    finish: Why
    needed: Why
    way_back: WayBackOut | None


@operation(f"GET {OF}/hours-forecast", Action.HOURS_READ, gives=ForecastOut, query=AsOf)
def get_hours_forecast(actor: Actor, enrollment: str, query: AsOf) -> ForecastOut:
    """What the approved hours of the last six weeks lead to, as known at any moment."""
    found = forecast_of(account_of(find_enrollment(actor, enrollment, Action.HOURS_READ), query.as_of))
    return ForecastOut(
        behind_minutes=found.behind,
        sentence=tell(found.sentence),
        pace=why(found.pace),
        finish=why(found.finish),
        needed=why(found.needed),
        way_back=_way_back(found),
    )


def _way_back(found: Forecast) -> WayBackOut | None:
    if found.way_back is None:
        return None
    plan = found.way_back.value
    weeks = [week.monday for week in plan.weeks if week.minutes]
    return WayBackOut(pace_minutes=plan.pace, done_on=plan.done_on, is_possible=plan.is_possible, weeks=weeks)
