"""Local days and the instants behind them, over every kind of clock change."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.kernel import weeks

NEW_YORK, CHICAGO = "America/New_York", "America/Chicago"
ZONES = st.sampled_from(
    [NEW_YORK, CHICAGO, "America/Phoenix", "America/Havana", "America/Santiago", "Australia/Lord_Howe", "Asia/Kolkata"]
)
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2035, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


def at(day: date, hour: int, minute: int = 0, zone: str = NEW_YORK, *, second_pass: bool = False) -> datetime:
    return weeks.clock_time(day, time(hour, minute), zone, second_pass=second_pass).instant


@pytest.mark.parametrize(
    ("day", "zone", "minutes"),
    [
        (date(2026, 11, 1), NEW_YORK, 1500),
        (date(2026, 3, 8), NEW_YORK, 1380),
        (date(2026, 7, 4), NEW_YORK, 1440),
        (date(2026, 3, 8), "America/Phoenix", 1440),
        (date(2026, 4, 5), "Australia/Lord_Howe", 1470),
        (date(2026, 9, 6), "America/Santiago", 1380),  # the clock skips midnight itself
        (date(2011, 12, 30), "Pacific/Apia", 0),  # the island skipped the day
    ],
)
def test_a_day_has_as_many_minutes_as_its_clock_really_passes(day: date, zone: str, minutes: int) -> None:
    assert weeks.minutes_of_day(day, zone) == minutes


def test_h2_a_night_shift_over_the_autumn_change_is_five_hours_long() -> None:
    start, end = at(date(2026, 10, 31), 23), at(date(2026, 11, 1), 3)
    assert weeks.minutes_between(start, end) == 5 * 60


def test_h2_a_night_shift_over_the_spring_change_is_three_hours_long() -> None:
    start, end = at(date(2026, 3, 7), 23), at(date(2026, 3, 8), 3)
    assert weeks.minutes_between(start, end) == 3 * 60


def test_h2_a_skipped_time_becomes_the_later_one_and_says_so() -> None:
    found = weeks.clock_time(date(2026, 3, 8), time(2, 30), NEW_YORK)
    assert found.was_skipped
    assert weeks.local(found.instant, NEW_YORK).time() == time(3, 30)


def test_h2_a_repeated_time_is_said_to_be_one_and_each_pass_can_be_meant() -> None:
    first = weeks.clock_time(date(2026, 11, 1), time(1, 30), NEW_YORK)
    second = weeks.clock_time(date(2026, 11, 1), time(1, 30), NEW_YORK, second_pass=True)
    assert first.is_repeated
    assert second.is_repeated
    assert second.instant - first.instant == timedelta(hours=1)
    assert [weeks.local(t.instant, NEW_YORK).fold for t in (first, second)] == [0, 1]


def test_an_ordinary_time_has_no_second_pass() -> None:
    assert weeks.clock_time(date(2026, 7, 4), time(9), NEW_YORK, second_pass=True) == weeks.clock_time(
        date(2026, 7, 4), time(9), NEW_YORK
    )


def test_h4_one_instant_is_monday_in_new_york_and_sunday_in_chicago() -> None:
    instant = datetime(2026, 9, 14, 4, 30, tzinfo=UTC)
    assert weeks.local_day(instant, NEW_YORK) == date(2026, 9, 14)
    assert weeks.local_day(instant, CHICAGO) == date(2026, 9, 13)
    assert weeks.monday_of(date(2026, 9, 14)) != weeks.monday_of(date(2026, 9, 13))


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        weeks.utc(datetime(2026, 9, 14, 4, 30))  # noqa: DTZ001


def test_a_due_keeps_its_wall_clock_time_over_a_clock_change() -> None:
    before = weeks.in_week(date(2026, 10, 19), weeks.WEDNESDAY, time(12), NEW_YORK, weeks_later=1)
    after = weeks.in_week(date(2026, 10, 26), weeks.WEDNESDAY, time(12), NEW_YORK, weeks_later=1)
    assert after - before == timedelta(days=7, hours=1)
    assert {weeks.local(t, NEW_YORK).time() for t in (before, after)} == {time(12)}


@given(DAYS)
def test_every_day_is_in_the_week_of_its_monday(day: date) -> None:
    assert day in weeks.days_of(weeks.monday_of(day))
    assert weeks.monday_of(day).weekday() == weeks.MONDAY


@given(DAYS, ZONES)
def test_days_follow_each_other_without_gap_or_overlap(day: date, zone: str) -> None:
    assert weeks.ends_at(day, zone) == weeks.starts_at(day + timedelta(days=1), zone)
    assert weeks.local_day(weeks.starts_at(day, zone), zone) == day
    assert weeks.local_day(weeks.ends_at(day, zone) - timedelta(microseconds=1), zone) == day


@given(INSTANTS, st.integers(0, 60 * 60), ZONES)
def test_h3_the_minutes_of_the_days_sum_to_the_minutes_of_the_span(start: datetime, minutes: int, zone: str) -> None:
    start = weeks.whole_minute(start)
    found = weeks.minutes_by_day(start, start + timedelta(minutes=minutes), zone)
    assert sum(found.values()) == minutes
    assert all(0 < spent <= weeks.minutes_of_day(day, zone) for day, spent in found.items())


@given(INSTANTS, ZONES)
def test_an_instant_survives_the_way_to_the_wall_clock_and_back(instant: datetime, zone: str) -> None:
    wall = weeks.local(instant, zone)
    found = weeks.clock_time(wall.date(), wall.time(), zone, second_pass=bool(wall.fold))
    assert found.instant == instant
    assert not found.was_skipped
