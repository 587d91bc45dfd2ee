"""What each cohort week plans on each path through a program, against the week band. Pure.

Minutes are planned minutes of one student; a path is named by its spoke, None where a program has none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from lms.hub.catalog.rules import CoursePlan, VersionPlan, paths, planned_minutes
from lms.kernel.explain import Explained, Step
from lms.kernel.text import N_, say


class Fit(StrEnum):
    """How a week lies to the band."""

    LOW = "low"
    INSIDE = "inside"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Planned:
    """One week of one path."""

    week: int
    spoke: str | None
    minutes: int
    fit: Fit


def fit_of(minutes: int, low: int, high: int) -> Fit:
    """The band belongs to itself at both ends."""
    if minutes < low:
        return Fit.LOW
    return Fit.INSIDE if minutes <= high else Fit.HIGH


def week_plan(plan: VersionPlan) -> list[list[Planned]]:
    """One row a week, one cell a path, in the order of the spokes."""
    ways = list(paths(plan.courses))
    return [
        [_planned(plan, week, spoke, planned_minutes(courses, week)) for spoke, courses in ways]
        for week in range(1, plan.weeks + 1)
    ]


def _planned(plan: VersionPlan, week: int, spoke: str | None, minutes: int) -> Planned:
    return Planned(week, spoke, minutes, fit_of(minutes, plan.week_min_minutes, plan.week_max_minutes))


def explain_week(plan: VersionPlan, week: int, spoke: str | None) -> Explained[int]:
    """Why a week plans what it plans: its units, course by course."""
    courses: Sequence[CoursePlan] = next((c for name, c in paths(plan.courses) if name == spoke), ())
    steps = [
        Step(say(N_("Course %(course)s, unit %(unit)s"), course=course.code, unit=unit.code), unit.minutes_a_week)
        for course in courses
        for unit in course.units
        if unit.first_week <= week <= unit.last_week
    ]
    total = planned_minutes(courses, week)
    return Explained(
        value=total,
        rule=say(
            N_("A week plans the minutes of every unit that runs in it; the band is %(low)s to %(high)s min."),
            low=plan.week_min_minutes,
            high=plan.week_max_minutes,
        ),
        source=say(N_("Policy of this version")),
        steps=(*steps, Step(say(N_("Planned in week %(week)s"), week=week), total)),
    )
