"""What is logged, evidenced and approved against what was expected, and where it leads (H14 to H18, H24)."""

from dataclasses import dataclass
from datetime import date, timedelta

from lms.hub.cohorts.rules import expected_minutes
from lms.hub.enrollment.rules.pace import Plan
from lms.hub.hours.queries.rooms import Account
from lms.hub.hours.rules.forecast import Counted, explain_finish, explain_needed, explain_pace, say_way_back, way_back
from lms.kernel.explain import Explained
from lms.kernel.text import Sentence
from lms.kernel.weeks import monday_of


@dataclass(frozen=True, slots=True)
class Forecast:
    """behind: of what was expected since the own start until last Sunday. pace: approved, a full week.

    finish: at that pace; None where it leads nowhere. needed: a full week, to finish in time; None if no week is left.
    """

    behind: int
    pace: Explained[int]
    finish: Explained[date | None]
    needed: Explained[int | None]
    way_back: Explained[Plan] | None
    sentence: Sentence


def forecast_of(account: Account) -> Forecast:
    """From the account of a student; no statement of its own."""
    place = account.situation
    rooms, last_day, ceiling = account.rooms(account.today), place.cohort.ends_on, account.ceiling
    sunday = monday_of(account.today) - timedelta(days=1)
    first = place.first or sunday + timedelta(days=1)
    asked = (
        expected_minutes(sunday, first, place.last, place.breaks, place.leaves, place.full) if first <= sunday else 0
    )
    remaining = account.program_minutes - sum(week.approved_minutes for week in account.weeks)
    done = [week for week in account.weeks if week.days[-1] <= sunday]
    pace = explain_pace(Counted(week.monday, week.approved_minutes, week.target.least) for week in done)
    behind = max(asked - account.logged, 0)
    back = way_back(behind, rooms, (place.full.least, place.full.most), last_day)
    return Forecast(
        behind=behind,
        pace=pace,
        finish=explain_finish(remaining, pace.value, rooms, ceiling, last_day),
        needed=explain_needed(remaining, rooms, ceiling, last_day),
        way_back=back,
        sentence=say_way_back(back.value if back else None),
    )
