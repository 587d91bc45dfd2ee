"""When a student finishes at the pace that was approved, and which pace brings them there in time."""

from datetime import date

from lms.api.kit import operation
from lms.api.shapes import AsOf, Shape, Why, why
from lms.api.v1.hours import OF
from lms.hub.enrollment.queries import find_enrollment
from lms.hub.hours.queries.forecast import forecast_of
from lms.kernel.explain import Explained
from lms.people.access import Action, Actor


class ForecastOut(Shape):
    """Minutes. `weekly_minutes`: approved, a full week, over the last `counted_weeks`.

    `needed_minutes`: a week, to be done by `last_day`; 0 once nothing is open, null where no pace is enough.
    `finishes_on`: null where it is not in sight.
    """

    weekly_minutes: int
    counted_weeks: int
    open_minutes: int
    finishes_on: date | None
    needed_minutes: int | None
    last_day: date
    is_on_time: bool


@operation(f"GET {OF}/forecast", Action.HOURS_READ, gives=ForecastOut, query=AsOf)
def get_forecast(actor: Actor, enrollment: str, query: AsOf) -> ForecastOut:
    """The forecast from the last six weeks that were decided."""
    found = forecast_of(find_enrollment(actor, enrollment, Action.HOURS_READ), query.as_of).value
    return ForecastOut(
        weekly_minutes=found.pace,
        counted_weeks=found.weeks,
        open_minutes=found.open_minutes,
        finishes_on=found.finishes_on,
        needed_minutes=found.needed,
        last_day=found.last_day,
        is_on_time=found.is_on_time,
    )


@operation(f"GET {OF}/forecast/explain", Action.HOURS_READ, gives=Why, query=AsOf)
def explain_forecast(actor: Actor, enrollment: str, query: AsOf) -> Why:
    """Why the student finishes on that day."""
    found = forecast_of(find_enrollment(actor, enrollment, Action.HOURS_READ), query.as_of)
    return why(Explained(found.value.finishes_on, found.rule, found.source, found.facts, found.steps))
