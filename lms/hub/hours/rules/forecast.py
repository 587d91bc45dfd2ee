"""When a student finishes at the pace that was approved, and which pace brings them there in time (H24). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from lms.hub.enrollment.rules.pace import SUNDAY, Room
from lms.hub.hours.rules.week import HANDBOOK
from lms.kernel.explain import Explained, FactRef, Step
from lms.kernel.text import N_, say
from lms.kernel.units import Span

COUNTED_WEEKS = 6


@dataclass(frozen=True, slots=True)
class CountedWeek:
    """A week whose hours are decided. approved: minutes. most: what it takes at most, less than a full one's if short.

    fact: the decision.
    """

    monday: date
    approved: int
    most: int
    fact: FactRef | None = None


@dataclass(frozen=True, slots=True)
class Forecast:
    """pace: approved minutes of a full week. open_minutes: what the program still asks for.

    finishes_on: the Sunday of the week in which nothing is open any more; None if no week ahead is enough. needed: the
    least pace that is done by `last_day`; 0 once nothing is open, None where even full weeks are not enough.
    """

    pace: int
    weeks: int
    open_minutes: int
    finishes_on: date | None
    needed: int | None
    last_day: date

    @property
    def is_on_time(self) -> bool:
        """Whether the student is done by the cohort's end."""
        return self.open_minutes <= 0 or (self.finishes_on is not None and self.finishes_on <= self.last_day)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a forecast starts from. counted: decided weeks, oldest first. rooms: the weeks to come, and beyond the end.

    done: approved minutes of all weeks. waiting: minutes that are handed in and not decided: nobody's delay but the
    approver's, so they are taken as done. asked: the least of the whole program. ceiling: the most of a full week.
    """

    counted: Sequence[CountedWeek]
    rooms: Sequence[Room]
    asked: int
    done: int
    waiting: int
    ceiling: int
    last_day: date


def forecast(found: Outlook) -> Explained[Forecast]:
    """The forecast, with the weeks that it counts. A short week counts pro rata, a week without a target not at all."""
    last = [week for week in found.counted if week.most > 0][-COUNTED_WEEKS:]
    pace = approved_pace(last, found.ceiling)
    left = max(found.asked - found.done - found.waiting, 0)
    value = Forecast(
        pace=pace,
        weeks=len(last),
        open_minutes=left,
        finishes_on=_finish(left, pace, found.rooms, found.ceiling),
        needed=needed_pace(left, found.rooms, found.ceiling, found.last_day),
        last_day=found.last_day,
    )
    return Explained(
        value,
        rule=say(N_("The approved hours of the last six weeks that were decided, a week, until nothing is open.")),
        source=say(HANDBOOK),
        facts=tuple(week.fact for week in last if week.fact),
        steps=(
            *(Step(say(N_("Approved, week of %(monday)s"), monday=week.monday), Span(week.approved)) for week in last),
            Step(say(N_("Pace of a full week")), Span(pace)),
            Step(say(N_("The program asks for")), Span(found.asked)),
            Step(say(N_("Approved so far")), Span(found.done)),
            Step(say(N_("Handed in and waiting for approval")), Span(found.waiting)),
            Step(say(N_("Minutes that the program still asks for")), Span(left)),
            Step(say(N_("Planned end of the cohort")), found.last_day),
            Step(say(N_("Pace that is done by then")), None if value.needed is None else Span(value.needed)),
            Step(say(N_("Finished on")), value.finishes_on),
        ),
    )


def approved_pace(weeks: Sequence[CountedWeek], ceiling: int) -> int:
    """Approved minutes of a full week, over these weeks together; whole minutes, rounded down, at most a full week."""
    room = sum(week.most for week in weeks)
    return min(sum(week.approved for week in weeks) * ceiling // room, ceiling) if room else 0


def needed_pace(left: int, rooms: Sequence[Room], ceiling: int, last_day: date) -> int | None:
    """The least pace at which the weeks that end by `last_day` take `left` minutes; None if none does."""
    if left <= 0:
        return 0
    until = [room for room in rooms if room.monday <= last_day]
    low, high = 1, ceiling
    if _taken(until, ceiling, ceiling) < left:
        return None
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if _taken(until, middle, ceiling) >= left else (middle + 1, high)
    return low


def _taken(rooms: Sequence[Room], pace: int, ceiling: int) -> int:
    return sum(pace * room.most // ceiling for room in rooms)


def _finish(left: int, pace: int, rooms: Sequence[Room], ceiling: int) -> date | None:
    done = 0
    for room in rooms if left > 0 and pace > 0 else ():
        done += pace * room.most // ceiling
        if done >= left:
            return room.monday + SUNDAY
    return None
