"""How far a student is behind what was expected of them since their own start, and the way back."""

from dataclasses import dataclass

from lms.hub.cohorts.rules import expected_minutes
from lms.hub.enrollment.rules.pace import Plan
from lms.hub.hours.queries.rooms import Account, last_sunday
from lms.hub.hours.rules.way_back import say_way_back, way_back
from lms.kernel.explain import Explained
from lms.kernel.text import Sentence


@dataclass(frozen=True, slots=True)
class WayBack:
    """behind: minutes of what was expected until last Sunday (H18). plan: None where nothing is."""

    behind: int
    plan: Explained[Plan] | None
    sentence: Sentence


def way_back_of(account: Account) -> WayBack:
    """From the account of a student; no statement of its own."""
    place = account.situation
    sunday = last_sunday(account.today)
    first, asked = place.first, 0
    if first is not None and first <= sunday:
        asked = expected_minutes(sunday, first, place.last, place.breaks, place.leaves, place.full, place.agreed)
    behind = max(asked - account.logged, 0)
    full = place.full.least, place.full.most
    plan = way_back(behind, account.rooms(account.today), full, place.cohort.ends_on)
    return WayBack(behind, plan, say_way_back(plan.value if plan else None))
