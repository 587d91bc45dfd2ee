"""Whether a course stands on its own inside a box of clock hours and weeks, as funding rules draw one. Pure.

Time is minutes; a clock hour is 60 of them. The box is a version's own (`Policy.box_...`); as it comes it is that of
Workforce Pell in the United States: at least 150 and fewer than 600 clock hours, at least 8 and fewer than 15 weeks.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from lms.hub.catalog.rules import CoursePlan
from lms.kernel.explain import Explained, Step
from lms.kernel.text import N_, Sentence, say

HOUR = 60


@dataclass(frozen=True, slots=True)
class Box:
    """From `min_...` on, and below `below_...`."""

    name: str
    min_hours: int = 150
    below_hours: int = 600
    min_weeks: int = 8
    below_weeks: int = 15

    def holds(self, minutes: int, weeks: int) -> bool:
        """Whether so many minutes in so many weeks lie inside."""
        return not self.misses(minutes, weeks)

    def misses(self, minutes: int, weeks: int) -> list[Sentence]:
        """Each bound that is missed, in words; none for what lies inside."""
        values = {
            "hours": _hours(minutes),
            "weeks": weeks,
            "min_hours": self.min_hours,
            "below_hours": self.below_hours,
            "min_weeks": self.min_weeks,
            "below_weeks": self.below_weeks,
        }
        found = []
        if minutes < self.min_hours * HOUR:
            found.append(say(N_("%(hours)s h are fewer than %(min_hours)s."), **values))
        if minutes >= self.below_hours * HOUR:
            found.append(say(N_("%(hours)s h are not below %(below_hours)s."), **values))
        if weeks < self.min_weeks:
            found.append(say(N_("%(weeks)s weeks are fewer than %(min_weeks)s."), **values))
        if weeks >= self.below_weeks:
            found.append(say(N_("%(weeks)s weeks are not below %(below_weeks)s."), **values))
        return found


@dataclass(frozen=True, slots=True)
class Profile:
    """A course as a module of its own. weeks: from the first to the last planned one. misses: why it is outside."""

    code: str
    minutes: int
    weeks: int
    misses: tuple[Sentence, ...]

    @property
    def is_inside(self) -> bool:
        return not self.misses


def profile_of(course: CoursePlan, box: Box) -> Profile:
    """The profile of one course; a course without units has none of either."""
    minutes = sum(u.minutes_a_week * max(u.last_week - u.first_week + 1, 0) for u in course.units)
    weeks = _span(course)
    return Profile(course.code, minutes, weeks, tuple(box.misses(minutes, weeks)))


def profiles(courses: Iterable[CoursePlan], box: Box) -> list[Profile]:
    """Every course's, in their order."""
    return [profile_of(course, box) for course in courses]


def _span(course: CoursePlan) -> int:
    if not course.units:
        return 0
    return max(u.last_week for u in course.units) - min(u.first_week for u in course.units) + 1


def explain_profile(course: CoursePlan, box: Box) -> Explained[bool]:
    """Why a course lies inside or outside of the box."""
    found = profile_of(course, box)
    steps = [
        Step(
            say(
                N_("%(unit)s: %(weeks)s weeks of %(minutes)s min"),
                unit=unit.code,
                weeks=unit.last_week - unit.first_week + 1,
                minutes=unit.minutes_a_week,
            ),
            unit.minutes_a_week * max(unit.last_week - unit.first_week + 1, 0),
        )
        for unit in course.units
    ]
    return Explained(
        value=found.is_inside,
        rule=say(
            N_(
                "Inside %(box)s: from %(min_hours)s and below %(below_hours)s clock hours, from %(min_weeks)s and "
                "below %(below_weeks)s weeks, counted from the first to the last week in which something is planned."
            ),
            box=box.name,
            min_hours=box.min_hours,
            below_hours=box.below_hours,
            min_weeks=box.min_weeks,
            below_weeks=box.below_weeks,
        ),
        source=say(N_("Policy of this version")),
        steps=(*steps, Step(say(N_("Together")), found.minutes)),
    )


@dataclass(frozen=True, slots=True)
class Trial:
    """What a number of weeks with the same hours in each comes to."""

    weeks: int
    minutes_a_week: int
    minutes: int
    misses: tuple[Sentence, ...]

    @property
    def is_inside(self) -> bool:
        return not self.misses


def simulate(weeks: int, minutes_a_week: int, box: Box) -> Trial:
    """What so many weeks with so many minutes in each come to."""
    minutes = weeks * minutes_a_week
    return Trial(weeks, minutes_a_week, minutes, tuple(box.misses(minutes, weeks)))


def least_minutes_a_week(weeks: int, box: Box) -> int | None:
    """The fewest minutes a week with which so many weeks lie inside; None if no number does."""
    if not box.min_weeks <= weeks < box.below_weeks:
        return None
    least = -(-box.min_hours * HOUR // weeks)
    return least if box.holds(least * weeks, weeks) else None


def _hours(minutes: int) -> str:
    """Hours with one decimal where they are not whole; for reading, no rule compares it."""
    tenths = minutes * 10 // HOUR
    return f"{tenths // 10}.{tenths % 10}" if tenths % 10 else str(tenths // 10)
