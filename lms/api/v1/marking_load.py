"""How much waits to be graded in each section, and what is coming."""

from datetime import datetime

from lms.api.kit import operation
from lms.api.shapes import Shape, Why, why
from lms.hub.grading.queries.load import load_board
from lms.kernel.clock import now
from lms.people.access import Action, Actor


class SectionLoadOut(Shape):
    """One section. `ahead`: how many will wait in two weeks, with its steps. `seconds_per_work`: as the desk saw it.

    `minutes_per_work`, `minutes_ahead`: begun ones count whole, for one work and for all that waits and comes; null
    where nothing was measured.
    """

    section: str
    name: str
    waiting: int
    under_3_days: int
    under_7_days: int
    over_7_days: int
    oldest_received_at: datetime | None
    due_in_14_days: int
    why_waiting: Why
    why_due: Why
    ahead: Why
    seconds_per_work: int | None
    minutes_per_work: Why | None
    minutes_ahead: Why | None
    works_measured: int


class LoadOut(Shape):
    """Sections by name."""

    items: list[SectionLoadOut]


@operation("GET /marking-load", Action.MARKING_ALLOCATE, gives=LoadOut)
def get_marking_load(actor: Actor) -> LoadOut:
    """What waits to be graded in each of your sections and for how long, and what is coming in two weeks."""
    items = [
        SectionLoadOut(
            section=one.section.public_id,
            name=one.section.name,
            waiting=one.waiting.value,
            why_waiting=why(one.waiting),
            under_3_days=one.ages.fresh,
            under_7_days=one.ages.aging,
            over_7_days=one.ages.over,
            oldest_received_at=one.ages.since,
            due_in_14_days=one.expected.value,
            why_due=why(one.expected),
            ahead=why(one.ahead),
            seconds_per_work=one.seconds,
            minutes_per_work=why(one.minutes) if one.minutes else None,
            minutes_ahead=why(one.minutes_ahead) if one.minutes_ahead else None,
            works_measured=one.timed,
        )
        for one in load_board(actor, now())
    ]
    return LoadOut(items=items)
