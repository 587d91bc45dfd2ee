"""How long a sheet waits for its approver: five business days of the site, then its coordinator hears of it (H22)."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from lms.hub.cohorts.rules import TEACHING_DAYS
from lms.kernel.explain import Explained, Step
from lms.kernel.text import N_, say
from lms.kernel.weeks import local_day, starts_at

BUSINESS_DAYS = 5  # H22
AT_MOST_CLOSED = 60  # days in a row without business after which we stop looking: a broken calendar


def business_days(first: date, count: int, closed: Collection[date]) -> list[date]:
    """The `count` business days after `first`: Monday to Friday, without the site's holidays and breaks."""
    found: list[date] = []
    day, looked = first, 0
    while len(found) < count and looked < count + 7 * AT_MOST_CLOSED:
        day, looked = day + timedelta(days=1), looked + 1
        if day.weekday() in TEACHING_DAYS and day not in closed:
            found.append(day)
    return found


def patience_ends_at(handed_in_at: datetime, zone: str, closed: Collection[date] = ()) -> datetime:
    """The end of the fifth business day at the site after the day on which the sheet was handed in."""
    days = business_days(local_day(handed_in_at, zone), BUSINESS_DAYS, closed)
    return starts_at(days[-1] + timedelta(days=1), zone)


def explain_patience(handed_in_at: datetime, zone: str, closed: Collection[date] = ()) -> Explained[date]:
    """The last of the five days, with each of them."""
    days = business_days(local_day(handed_in_at, zone), BUSINESS_DAYS, closed)
    return Explained(
        days[-1],
        rule=say(N_("Five business days of the site after the day it was handed in; holidays and breaks are none.")),
        source=say(N_("Program handbook, rules of weekly hours")),
        steps=(
            Step(say(N_("Handed in")), local_day(handed_in_at, zone)),
            *(Step(say(N_("Business day %(number)s"), number=number), day) for number, day in enumerate(days, 1)),
        ),
    )
