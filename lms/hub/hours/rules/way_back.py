"""How many fuller weeks lead back to where a student should be, in words (H14 to H18, H24). Pure; whole minutes.

Pace is of a full week; one with breaks, holidays or leave does its part (`enrollment.rules.pace`).
"""

from collections.abc import Sequence
from datetime import date

from lms.hub.enrollment.rules.pace import Plan, Room, catch_up
from lms.kernel.explain import Explained
from lms.kernel.text import N_, Sentence, say
from lms.kernel.units import Span

SOON = 3  # weeks: a way back should not take longer, as long as a week takes it
HALF_HOUR = 30  # people plan in half hours


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
