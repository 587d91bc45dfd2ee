"""A cohort's calendar from any start weekday, and what its weeks ask for."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.hub.cohorts import rules
from lms.hub.cohorts.rules import FULL_WEEK, Days, Target
from lms.kernel.errors import RuleBroken
from lms.kernel.explain import FactRef
from lms.kernel.weeks import days_of

TUESDAY = date(2026, 9, 1)
MONDAY = date(2026, 8, 31)
STARTS = st.dates(date(2023, 1, 1), date(2032, 12, 31))
BREAKS = st.builds(
    lambda day, length: Days(day, day + timedelta(days=length)),
    st.dates(date(2026, 8, 1), date(2027, 10, 1)),
    st.integers(0, 30),
)


def day(number: int, starts_on: date = TUESDAY) -> date:
    return starts_on + timedelta(days=number)


@given(STARTS)
def test_d3_a_cohort_has_52_monday_weeks_whatever_weekday_it_starts_on(starts_on: date) -> None:
    weeks = rules.weeks_from(starts_on)
    assert [week.number for week in weeks] == list(range(1, 53))
    assert all(week.monday.weekday() == 0 for week in weeks)
    assert all(b.monday - a.monday == timedelta(days=7) for a, b in pairwise(weeks))
    assert weeks[0].monday <= starts_on <= weeks[0].sunday


@given(STARTS, st.integers(0, 363))
def test_d3_every_day_of_the_year_is_in_exactly_one_cohort_week(starts_on: date, number: int) -> None:
    today = rules.monday_of_week(1, rules.weeks_from(starts_on)[0].monday) + timedelta(days=number)
    holding = [week for week in rules.weeks_from(starts_on) if today in days_of(week.monday)]
    assert [week.number for week in holding] == [rules.week_number(today, rules.weeks_from(starts_on)[0].monday)]


def test_d3_blocks_of_seven_days_from_a_tuesday_put_52_days_into_the_wrong_week() -> None:
    wrong = [n for n in range(364) if rules.week_number(day(n), MONDAY) != n // 7 + 1]
    assert len(wrong) == 52


def test_a_day_before_the_first_week_has_no_positive_number() -> None:
    assert rules.week_number(MONDAY - timedelta(days=1), MONDAY) == 0


@pytest.mark.parametrize("starts_on", [date(2026, 12, 28), date(2028, 2, 28), date(2024, 2, 26)])
def test_years_of_53_weeks_and_leap_years_change_nothing(starts_on: date) -> None:
    assert rules.last_day(starts_on) - rules.weeks_from(starts_on)[0].monday == timedelta(days=363)


def test_a_calendar_whose_first_monday_is_another_weeks_is_refused() -> None:
    with pytest.raises(RuleBroken) as caught:
        rules.check_calendar(TUESDAY, rules.last_day(TUESDAY), TUESDAY)
    assert caught.value.field == "week_one_monday"


def test_a_calendar_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(RuleBroken) as caught:
        rules.check_calendar(TUESDAY, MONDAY, MONDAY)
    assert caught.value.field == "ends_on"


def target(monday: date, *, breaks: tuple[Days, ...] = (), leaves: tuple[Days, ...] = ()) -> Target:
    return rules.week_target(monday, TUESDAY, rules.last_day(TUESDAY), breaks, leaves)


def test_a_full_week_asks_for_10_to_14_hours() -> None:
    assert target(MONDAY + timedelta(weeks=1)) == Target(600, 840)


def test_h17_a_first_week_from_tuesday_asks_for_four_fifths() -> None:
    assert target(MONDAY) == Target(480, 672)


def test_h17_a_last_week_that_ends_on_wednesday_asks_for_three_fifths() -> None:
    monday = date(2027, 8, 23)
    assert rules.week_target(monday, TUESDAY, monday + timedelta(days=2)) == Target(360, 504)


def test_h15_a_break_week_asks_for_nothing() -> None:
    week = date(2026, 12, 21)
    assert target(week, breaks=(Days(week, week + timedelta(days=6)),)) == Target(0, 0)


def test_d4_a_holiday_on_thursday_takes_a_fifth_and_one_on_sunday_takes_nothing() -> None:
    week = date(2026, 11, 23)
    thursday, sunday = week + timedelta(days=3), week + timedelta(days=6)
    assert target(week, breaks=(Days(thursday, thursday),)) == Target(480, 672)
    assert target(week, breaks=(Days(sunday, sunday),)) == FULL_WEEK


def test_h16_leave_takes_its_days_and_a_holiday_inside_it_is_not_taken_twice() -> None:
    week = date(2026, 11, 23)
    away = Days(week, week + timedelta(days=3))
    holiday = Days(week + timedelta(days=3), week + timedelta(days=3))
    assert target(week, breaks=(holiday,), leaves=(away,)) == Target(120, 168)


def test_h16_a_leave_without_an_end_takes_every_later_day() -> None:
    assert target(date(2027, 6, 7), leaves=(Days(date(2026, 12, 1), None),)) == Target(0, 0)


def test_fractions_of_a_minute_are_given_to_the_student() -> None:
    monday = MONDAY + timedelta(weeks=1)
    found = rules.week_target(monday, monday, monday, full=Target(601, 841))
    assert found == Target(120, 169)


@given(st.integers(0, 51), st.lists(BREAKS, max_size=3), st.lists(BREAKS, max_size=3))
def test_breaks_and_leave_never_raise_a_target(number: int, breaks: list[Days], leaves: list[Days]) -> None:
    monday = MONDAY + timedelta(weeks=number)
    less = target(monday, breaks=tuple(breaks), leaves=tuple(leaves))
    assert 0 <= less.least <= target(monday).least
    assert less.least <= less.most <= target(monday).most


@given(st.integers(0, 51), st.lists(BREAKS, max_size=3), st.lists(BREAKS, max_size=3))
def test_the_steps_of_a_target_reproduce_it(number: int, breaks: list[Days], leaves: list[Days]) -> None:
    monday = MONDAY + timedelta(weeks=number)
    found = rules.explain_week_target(monday, TUESDAY, rules.last_day(TUESDAY), breaks, leaves)
    full, days, _, present, least = (step.value for step in found.steps)
    assert isinstance(full, int)
    assert isinstance(days, int)
    assert isinstance(present, int)
    assert least == full * present // days == found.value.least
    assert found.value == target(monday, breaks=tuple(breaks), leaves=tuple(leaves))


def test_a_target_names_the_breaks_of_its_week_and_no_others() -> None:
    facts = [FactRef("break", name, None) for name in ("this", "other")]
    week = date(2026, 11, 23)
    breaks = [Days(week, week, facts[0]), Days(MONDAY, MONDAY, facts[1])]
    found = rules.explain_week_target(week, TUESDAY, rules.last_day(TUESDAY), breaks)
    assert found.facts == (facts[0],)


def test_h18_expected_minutes_count_from_the_own_start() -> None:
    last = rules.last_day(TUESDAY)
    joined = rules.own_first_day(TUESDAY, MONDAY, 4)
    assert joined == MONDAY + timedelta(weeks=4)
    assert rules.own_first_day(TUESDAY, MONDAY, 0) == TUESDAY
    through = MONDAY + timedelta(weeks=5)
    assert rules.expected_minutes(through, TUESDAY, last) == 480 + 5 * 600
    assert rules.expected_minutes(through, joined, last) == 2 * 600


@given(st.integers(0, 60), st.lists(BREAKS, max_size=3))
def test_the_steps_of_what_is_expected_reproduce_it(number: int, breaks: list[Days]) -> None:
    through, last = MONDAY + timedelta(weeks=number), rules.last_day(TUESDAY)
    found = rules.explain_expected_minutes(through, TUESDAY, last, breaks)
    *parts, total = (step.value for step in found.steps)
    assert sum(part for part in parts if isinstance(part, int)) == total == found.value
    assert found.value == rules.expected_minutes(through, TUESDAY, last, breaks)


def test_h18_nothing_is_expected_before_the_start_or_after_the_end() -> None:
    last = rules.last_day(TUESDAY)
    assert rules.expected_minutes(MONDAY - timedelta(days=1), TUESDAY, last) == 0
    whole = rules.expected_minutes(last, TUESDAY, last)
    assert rules.expected_minutes(last + timedelta(days=90), TUESDAY, last) == whole == 480 + 51 * 600


@pytest.mark.parametrize(
    ("attended", "planned", "credited"),
    [
        (60, 60, 60),
        (50, 60, 60),  # the ten minutes of break belong to the hour
        (45, 60, 55),
        (0, 60, 0),
        (420, 420, 420),  # seven hours are seven hours, not 8.4
        (350, 420, 360),
        (125, 180, 135),
        (150, 150, 150),
        (500, 60, 60),
    ],
)
def test_d19_a_clock_hour_credits_attended_minutes_and_its_break(attended: int, planned: int, credited: int) -> None:
    assert rules.clock_hour_minutes(attended, planned) == credited


@given(st.integers(0, 600), st.integers(0, 600))
def test_d19_credit_never_exceeds_what_was_planned(attended: int, planned: int) -> None:
    assert rules.clock_hour_minutes(attended, planned) <= planned
