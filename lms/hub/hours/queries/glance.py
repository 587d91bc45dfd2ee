"""One week of one student at a glance: what a first page needs of it, in one statement."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from sqlalchemy import BindParameter, ScalarSelect, Select, bindparam, func, select

from lms.hub.cohorts.rules import Target
from lms.hub.hours.models import Adjustment, HoursEntry, WeekSheet
from lms.hub.hours.queries.situation import Situation
from lms.hub.hours.rules.sheet import State
from lms.kernel.columns import Day
from lms.kernel.facts import stands
from lms.people.scope import plain, unscoped


@dataclass(frozen=True, slots=True)
class Glance:
    """minutes: logged, adjustments included. state: of the whole sheet; a draft before anything happened to it."""

    monday: date
    number: int
    minutes: int
    target: Target
    state: State

    @property
    def left(self) -> int:
        """Minutes to the lower end of the target; 0 once it is reached."""
        return max(self.target.least - self.minutes, 0)


def glance_of(situation: Situation, monday: date) -> Glance:
    """The week that begins on `monday`. `Week.explain` of `lms.hub.hours.queries.weeks` says why. One statement."""
    given = {"enrollment_id": situation.enrollment.id, "monday": monday, "sunday": monday + timedelta(days=6)}
    [(logged, adjusted, found)] = plain(_week(), **given)
    return Glance(
        monday, situation.number(monday), int(logged + adjusted), situation.target(monday), State(found or State.DRAFT)
    )


@cache
def _week() -> Select[int, int, State]:
    enrollment_id: BindParameter[int] = bindparam("enrollment_id")
    monday, sunday = (bindparam(name, type_=Day) for name in ("monday", "sunday"))

    def sum_of(model: type[HoursEntry] | type[Adjustment]) -> ScalarSelect[int]:
        mine = select(func.coalesce(func.sum(model.minutes), 0)).where(
            model.enrollment_id == enrollment_id, model.day.between(monday, sunday), stands(model)
        )
        return mine.scalar_subquery()

    state = select(WeekSheet.state).where(WeekSheet.enrollment_id == enrollment_id, WeekSheet.monday == monday)
    statement = select(sum_of(HoursEntry), sum_of(Adjustment), state.scalar_subquery())
    return unscoped(statement, "a week of an enrollment that was found")
