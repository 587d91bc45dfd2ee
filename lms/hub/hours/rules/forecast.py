"""Where the approved pace leads: the finish, what a week needs, and how many fuller weeks lead back (H24). Pure.

Whole minutes. Pace is of a full week; one with breaks, holidays or leave does its part (`enrollment.rules.pace`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil

from lms.hub.enrollment.rules.pace import Plan, Room, catch_up, finish
from lms.hub.hours.rules.week import HANDBOOK
from lms.kernel.explain import Explained, Step
from lms.kernel.text import N_, Sentence, say
from lms.kernel.units import Points, Span

PACE_WEEKS = 6  # H24: the last weeks that were over and asked for something
SOON = 3  # a way back should not take longer, as long as a week takes it
HALF_HOUR = 30  # people plan in half hours


@dataclass(frozen=True, slots=True)
class Counted:
    """A week that is over. asked: its least; a week that asked for nothing says nothing about the pace."""

    monday: date
    approved: int
    asked: int


def explain_pace(weeks: Iterable[Counted]) -> Explained[int]:
    """Approved minutes a week over the last six weeks that counted, rounded down; 0 before there was one."""
    last = sorted((week for week in weeks if week.asked), key=lambda week: week.monday)[-PACE_WEEKS:]
    pace = max(sum(week.approved for week in last) // len(last), 0) if last else 0
    return Explained(
        pace,
        rule=say(N_("The mean of the approved hours of the last six weeks that are over and asked for something.")),
        source=say(HANDBOOK),
        steps=(
            *(Step(say(N_("Week of %(monday)s"), monday=week.monday), week.approved) for week in last),
            Step(say(N_("A week on average")), pace),
        ),
    )


def explain_finish(
    remaining: int, pace: int, rooms: Sequence[Room], ceiling: int, last_day: date
) -> Explained[date | None]:
    """The Sunday on which nothing is left at `pace`, at most `ceiling` a week; None if the pace leads nowhere."""
    if pace <= 0 < remaining:
        return Explained(
            None,
            rule=say(N_("Without approved hours there is no pace, and so no finish.")),
            source=say(HANDBOOK),
            steps=(
                Step(say(N_("Minutes that the program still asks for")), Span(remaining)),
                Step(say(N_("Finished on")), None),
            ),
        )
    found = finish(remaining, max(min(pace, ceiling), 1), rooms, ceiling, last_day)
    return Explained(found.value.done_on, found.rule, found.source, found.facts, found.steps)


def explain_needed(remaining: int, rooms: Sequence[Room], ceiling: int, last_day: date) -> Explained[int | None]:
    """Minutes that each full week has to do so that nothing is left on `last_day`; None if no week is left."""
    weeks = sum((Fraction(room.most, ceiling) for room in rooms if room.monday <= last_day), Fraction(0))
    needed = ceil(Fraction(max(remaining, 0)) / weeks) if weeks else (0 if remaining <= 0 else None)
    return Explained(
        needed,
        rule=say(
            N_("What the program still asks for, shared by the weeks to its end; a shorter week is a part of one.")
        ),
        source=say(HANDBOOK),
        steps=(
            Step(say(N_("Minutes that the program still asks for")), max(remaining, 0)),
            Step(say(N_("Full weeks until the end")), Points(int(weeks * 100))),
            Step(say(N_("A full week has to do")), needed),
        ),
    )


def way_back(behind: int, rooms: Sequence[Room], full: tuple[int, int], last_day: date) -> Explained[Plan] | None:
    """The slowest pace in half hours that makes good for `behind` within three weeks; else the fastest there is.

    full: least and most of a full week. None where nothing is behind.
    """
    least, most = full
    if behind <= 0 or most <= 0:
        return None
    for pace in (*range(least + HALF_HOUR, most, HALF_HOUR), most):
        found = catch_up(behind, pace, rooms, most, last_day)
        if found.value.is_possible and weeks_of_work(found.value) <= SOON:
            return found
    return catch_up(behind, most, rooms, most, last_day)


def weeks_of_work(plan: Plan) -> int:
    """The weeks of a plan in which something is to be done; a break in between is none."""
    return sum(1 for week in plan.weeks if week.minutes)


def say_way_back(plan: Plan | None) -> Sentence:
    """The plan in words: "3 weeks of 12 h 30 bring you back by June 14"."""
    if plan is None:
        return say(N_("You have done what was expected so far."))
    if not plan.is_possible:
        return say(
            N_("Even %(pace)s a week does not make good for %(behind)s before the end. Talk to your coordinator."),
            pace=Span(plan.pace),
            behind=Span(plan.open_minutes),
        )
    weeks, values = weeks_of_work(plan), {"pace": Span(plan.pace), "day": plan.done_on}
    if weeks == 1:
        return say(N_("One week of %(pace)s brings you back by %(day)s."), **values)
    return say(N_("%(weeks)s weeks of %(pace)s bring you back by %(day)s."), weeks=weeks, **values)
