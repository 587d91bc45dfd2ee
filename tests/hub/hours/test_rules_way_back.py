"""The way back in words: weeks, hours and the day (H14 to H18, H24)."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lms.hub.enrollment.rules.pace import Room
from lms.hub.hours.rules.way_back import say_way_back, way_back, weeks_of_work

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


@given(st.integers(1, 20_000), st.lists(st.sampled_from([0, 120, 360, 600]), max_size=12))
def test_h24_a_way_back_makes_good_for_everything_within_what_a_week_takes(behind: int, leasts: list[int]) -> None:
    found = way_back(behind, rooms(*leasts), FULL, END)
    assert found is not None
    extra = sum(week.minutes - week.least for week in found.value.weeks)
    assert extra == behind or found.value.done_on is None
    assert all(week.minutes <= 840 for week in found.value.weeks)
