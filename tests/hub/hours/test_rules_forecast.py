"""The forecast: approved pace, projected finish, what a week needs, the way back in words (H14 to H18, H24)."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lms.hub.enrollment.rules.pace import Room
from lms.hub.hours.rules.forecast import (
    PACE_WEEKS,
    Counted,
    explain_finish,
    explain_needed,
    explain_pace,
    say_way_back,
    way_back,
    weeks_of_work,
)

MONDAY = date(2026, 5, 25)
END = date(2026, 8, 30)
FULL = (600, 840)


def rooms(*leasts: int) -> list[Room]:
    """Weeks from MONDAY on, each with what it asks for; after them full ones until the end, then free ones."""
    found = [Room(MONDAY + timedelta(weeks=n), least, least * 7 // 5) for n, least in enumerate(leasts)]
    while len(found) < 60:
        monday = MONDAY + timedelta(weeks=len(found))
        found.append(Room(monday, 600 if monday <= END else 0, 840))
    return found


def counted(*approved: int, asked: int = 600) -> list[Counted]:
    return [Counted(MONDAY - timedelta(weeks=n + 1), minutes, asked) for n, minutes in enumerate(approved)]


def test_h24_three_weeks_of_twelve_and_a_half_hours_bring_back_by_june_14() -> None:
    found = way_back(450, rooms(), FULL, END)
    assert found is not None
    assert (found.value.pace, weeks_of_work(found.value), found.value.done_on) == (750, 3, date(2026, 6, 14))
    assert str(say_way_back(found.value).message) == "%(weeks)s weeks of %(pace)s bring you back by %(day)s."
    assert found.steps[-1].value == found.value.done_on


def test_h24_one_week_is_said_as_one() -> None:
    found = way_back(20, rooms(), FULL, END)
    assert found is not None
    assert say_way_back(found.value).message.startswith("One week")


def test_h24_who_is_not_behind_needs_no_way_back() -> None:
    assert way_back(0, rooms(), FULL, END) is None
    assert "what was expected" in str(say_way_back(None))


def test_h24_what_cannot_be_made_good_is_said_and_not_promised() -> None:
    found = way_back(50_000, rooms(), FULL, END)
    assert found is not None
    assert not found.value.is_possible
    assert "Talk to your coordinator" in say_way_back(found.value).message


def test_h15_a_break_in_between_is_no_week_of_the_way_back() -> None:
    found = way_back(450, rooms(600, 0, 600), FULL, END)
    assert found is not None
    assert (weeks_of_work(found.value), found.value.done_on) == (3, date(2026, 6, 21))


def test_h16_a_week_with_leave_takes_its_part_of_the_pace() -> None:
    shorter, full = way_back(450, rooms(120), FULL, END), way_back(450, rooms(), FULL, END)
    assert shorter is not None
    assert full is not None
    assert shorter.value.weeks[0].minutes < full.value.weeks[0].minutes


def test_h24_the_pace_is_the_mean_of_the_last_six_weeks_that_counted() -> None:
    assert explain_pace(counted(600, 600, 600, 600, 600, 300, 9999)).value == 550
    assert explain_pace(counted(600, 300)).value == 450
    assert explain_pace([]).value == 0


def test_h15_a_week_that_asked_for_nothing_says_nothing_about_the_pace() -> None:
    breaks = [Counted(MONDAY - timedelta(weeks=1), 0, 0)]
    assert explain_pace([*breaks, *counted(0, 600, asked=600)[1:]]).value == 600


def test_h24_without_a_pace_there_is_no_finish() -> None:
    assert explain_finish(600, 0, rooms(), 840, END).value is None
    assert explain_finish(1200, 600, rooms(), 840, END).value == date(2026, 6, 7)


def test_h24_what_a_week_needs_is_shared_by_the_weeks_that_are_left() -> None:
    assert explain_needed(1400, rooms(), 840, MONDAY + timedelta(days=13)).value == 700
    assert explain_needed(1400, rooms(0), 840, MONDAY + timedelta(days=13)).value == 1400
    assert explain_needed(10, rooms(), 840, MONDAY - timedelta(days=1)).value is None
    assert explain_needed(0, rooms(), 840, MONDAY - timedelta(days=1)).value == 0


@given(st.integers(1, 20_000), st.lists(st.sampled_from([0, 120, 360, 600]), max_size=12))
def test_h24_a_way_back_makes_good_for_everything_within_what_a_week_takes(behind: int, leasts: list[int]) -> None:
    found = way_back(behind, rooms(*leasts), FULL, END)
    assert found is not None
    extra = sum(week.minutes - week.least for week in found.value.weeks)
    assert extra == behind or found.value.done_on is None
    assert all(week.minutes <= 840 for week in found.value.weeks)


@given(st.lists(st.integers(0, 1200), max_size=12))
def test_h24_the_steps_of_a_pace_are_the_weeks_that_it_is_the_mean_of(minutes: list[int]) -> None:
    found = explain_pace(counted(*minutes))
    weeks = [int(step.value) for step in found.steps[:-1]]  # type: ignore[call-overload]
    assert found.value == found.steps[-1].value == (sum(weeks) // len(weeks) if weeks else 0)
    assert len(weeks) <= PACE_WEEKS
