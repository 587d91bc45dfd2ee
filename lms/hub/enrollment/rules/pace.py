"""How a student catches up or finishes at a pace, week by week, within what a week takes. Pure; whole minutes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from lms.kernel.errors import RuleBroken
from lms.kernel.explain import Explained, Step
from lms.kernel.text import N_, say
from lms.kernel.units import Span

SUNDAY = timedelta(days=6)
HANDBOOK = N_("Program handbook: 10 to 14 hours in a full week")


@dataclass(frozen=True, slots=True)
class Room:
    """What one week asks for and takes at most; both 0 in a break or on leave."""

    monday: date
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class PlanWeek:
    """One week of a plan. minutes: all that is to be done in it. left: what is still open after it."""

    monday: date
    least: int
    minutes: int
    left: int


@dataclass(frozen=True, slots=True)
class Plan:
    """Weeks from the first to the one in which nothing is open any more.

    done_on: that week's Sunday; None if no week of the horizon is enough. is_possible: it lies on or before `last_day`.
    """

    open_minutes: int
    pace: int
    last_day: date
    weeks: tuple[PlanWeek, ...]
    done_on: date | None
    is_possible: bool


def check_pace(pace: int, ceiling: int, floor: int = 1) -> None:
    """Raises RuleBroken unless `pace` minutes may be asked of a full week."""
    if pace > ceiling:
        raise RuleBroken(
            N_("A full week takes at most %(most)s. Choose a slower pace."), field="pace", most=Span(ceiling)
        )
    if pace < floor:
        raise RuleBroken(N_("Choose a pace of at least %(least)s a week."), field="pace", least=Span(floor))


def catch_up(behind: int, pace: int, rooms: Sequence[Room], ceiling: int, last_day: date) -> Explained[Plan]:
    """Every week does what it asks and, up to `pace`, a part of what is `behind`, until that is gone.

    rooms: from the first week of the plan on, beyond `last_day` too, where nothing else is asked. Where it cannot be
    done by `last_day`, the weeks and `done_on` are those of the fastest pace: the first finish that is possible.
    """
    check_pace(pace, ceiling)
    plan = _catch_up(behind, pace, rooms, ceiling, last_day)
    if not plan.is_possible:
        plan = _catch_up(behind, ceiling, rooms, ceiling, last_day)
        plan = Plan(behind, pace, last_day, plan.weeks, plan.done_on, is_possible=False)
    return _explained(
        plan,
        N_("Each week does what it asks and, up to the pace, a part of what is behind; breaks and leave take nothing."),
        N_("Minutes behind"),
        N_("Caught up on"),
    )


def _catch_up(behind: int, pace: int, rooms: Iterable[Room], ceiling: int, last_day: date) -> Plan:
    left, weeks = behind, []
    for room in rooms:
        if left <= 0:
            break
        extra = min(max(_share(pace, room, ceiling) - room.least, 0), left)
        left -= extra
        weeks.append(PlanWeek(room.monday, room.least, room.least + extra, left))
    return _plan(behind, pace, last_day, weeks, left)


def finish(remaining: int, pace: int, rooms: Sequence[Room], ceiling: int, last_day: date) -> Explained[Plan]:
    """Every week does `pace`, pro rata in a shorter one, until `remaining` is reached."""
    check_pace(pace, ceiling)
    left, weeks = remaining, []
    for room in rooms:
        if left <= 0:
            break
        done = min(_share(pace, room, ceiling), left)
        left -= done
        weeks.append(PlanWeek(room.monday, room.least, done, left))
    return _explained(
        _plan(remaining, pace, last_day, weeks, left),
        N_("The minutes that the program still asks for, done at the pace week by week; a shorter week does its part."),
        N_("Minutes that the program still asks for"),
        N_("Finished on"),
    )


def _share(pace: int, room: Room, ceiling: int) -> int:
    """What a week does at `pace`: the whole in a full week, its part in one with breaks, holidays or leave."""
    return pace * room.most // ceiling


def _plan(needed: int, pace: int, last_day: date, weeks: list[PlanWeek], left: int) -> Plan:
    done_on = None if left > 0 else (weeks[-1].monday + SUNDAY if weeks else None)
    is_possible = needed <= 0 or (done_on is not None and done_on <= last_day)
    return Plan(needed, pace, last_day, tuple(weeks), done_on, is_possible)


def _explained(plan: Plan, rule: str, needed: str, done: str) -> Explained[Plan]:
    return Explained(
        plan,
        rule=say(rule),
        source=say(HANDBOOK),
        steps=(
            Step(say(needed), Span(plan.open_minutes)),
            Step(say(N_("Pace of a full week")), Span(plan.pace)),
            *(Step(say(N_("Week of %(monday)s"), monday=week.monday), Span(week.minutes)) for week in plan.weeks),
            Step(say(N_("Planned end of the cohort")), plan.last_day),
            Step(say(done), plan.done_on),
        ),
    )
