"""What a week plans on each path, and which courses stand on their own inside the box."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.hub.catalog.kinds import CourseKind
from lms.hub.catalog.policy import Policy
from lms.hub.catalog.profile import Box, explain_profile, least_minutes_a_week, profile_of, simulate
from lms.hub.catalog.rules import VersionPlan
from lms.hub.catalog.weekplan import Fit, explain_week, fit_of, week_plan
from tests.hub.catalog.test_rules import Course, Unit, course, plan

BOX = Policy().box


@pytest.mark.parametrize(
    ("weeks", "hours", "inside"),
    [(14, "10.8", True), (12, "12", False), (15, "12", False), (8, "18.75", True), (7, "30", False), (14, "43", False)],
)
def test_the_box_holds_what_the_statute_holds(weeks: int, hours: str, inside: bool) -> None:
    minutes = Fraction(hours) * 60
    assert simulate(weeks, int(minutes), BOX).is_inside is inside


def test_what_is_missed_is_said_in_words() -> None:
    (why,) = simulate(12, 720, BOX).misses
    assert str(why) == "144 h are fewer than 150."


@given(st.integers(1, 20))
def test_the_least_hours_a_week_are_the_least(weeks: int) -> None:
    least = least_minutes_a_week(weeks, BOX)
    if least is None:
        assert not any(BOX.holds(weeks * minutes, weeks) for minutes in range(0, 10_000, 50))
    else:
        assert BOX.holds(weeks * least, weeks)
        assert not BOX.holds(weeks * (least - 1), weeks)


@given(st.lists(st.tuples(st.integers(1, 900), st.integers(1, 20), st.integers(0, 20)), max_size=5))
def test_a_profile_is_the_sum_of_its_steps(units: list[tuple[int, int, int]]) -> None:
    rows = tuple(Unit(f"U{n}", m, first, first + more) for n, (m, first, more) in enumerate(units))
    one = Course("PC", units=rows)
    found = explain_profile(one, BOX)
    assert found.steps[-1].value == sum(step.value for step in found.steps[:-1]) == profile_of(one, BOX).minutes
    assert found.value is profile_of(one, BOX).is_inside


@pytest.mark.parametrize(("minutes", "fit"), [(599, Fit.LOW), (600, Fit.INSIDE), (840, Fit.INSIDE), (841, Fit.HIGH)])
def test_the_band_belongs_to_itself(minutes: int, fit: Fit) -> None:
    assert fit_of(minutes, 600, 840) is fit


def test_every_path_has_its_own_column_and_explains_itself() -> None:
    found: VersionPlan = plan(
        course("PC", minutes=400), course("ROB", CourseKind.SPOKE, 300), course("MAC", CourseKind.SPOKE, 100)
    )
    rows = week_plan(found)
    assert [(cell.spoke, cell.minutes, cell.fit) for cell in rows[1]] == [
        ("ROB", 700, Fit.INSIDE),
        ("MAC", 500, Fit.LOW),
    ]
    why = explain_week(found, 2, "MAC")
    assert (why.value, [step.value for step in why.steps]) == (500, [400, 100, 500])


def test_a_box_is_a_versions_own() -> None:
    own = Policy(
        box_name="Massachusetts", box_min_hours=300, box_below_hours=301, box_min_weeks=1, box_below_weeks=53
    ).box
    assert own == Box("Massachusetts", 300, 301, 1, 53)
    assert simulate(30, 600, own).is_inside
