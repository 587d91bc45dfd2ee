"""Hours by the clock: nights, clock changes and week boundaries (H2, H4, H5, P6, P8)."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.hub.hours.rules.clock import by_instants, by_the_clock
from lms.hub.hours.rules.entry import Draft
from lms.kernel.errors import RuleBroken
from lms.kernel.weeks import local_day, minutes_between, monday_of
from tests.hub.hours.made import MONDAY, draft, instant

CHICAGO = "America/Chicago"
SUNDAY = MONDAY + timedelta(days=6)


def on(day: date, zone: str = "America/New_York") -> Draft:
    return draft(1, day, zone)


def test_minutes_are_those_between_the_instants() -> None:
    (found,) = by_the_clock(on(MONDAY), time(9), time(10, 30)).drafts
    assert (found.day, found.minutes) == (MONDAY, 90)
    assert (found.starts_at, found.ends_at) == (instant(MONDAY, 9), instant(MONDAY, 10, 30))


def test_p6_an_end_before_the_start_is_on_the_next_day_and_says_so() -> None:
    found = by_the_clock(on(MONDAY), time(22), time(2))
    assert [(d.day, d.minutes) for d in found.drafts] == [(MONDAY, 240)]
    assert "next day" in str(found.notes[0])


def test_h5_a_night_within_the_week_stays_one_entry() -> None:
    assert len(by_the_clock(on(SUNDAY - timedelta(days=1)), time(22), time(2)).drafts) == 1


def test_h5_a_night_over_the_week_boundary_becomes_two_entries_at_midnight() -> None:
    found = by_the_clock(on(SUNDAY), time(22), time(2)).drafts
    assert [(d.day, d.minutes) for d in found] == [(SUNDAY, 120), (SUNDAY + timedelta(days=1), 120)]
    assert found[0].ends_at == found[1].starts_at == instant(SUNDAY + timedelta(days=1), 0)


def test_h2_a_night_over_the_autumn_change_counts_five_hours_and_splits_at_the_week() -> None:
    # 31 October 2026 is a Saturday: no week boundary. 1 November is its Sunday.
    assert [d.minutes for d in by_the_clock(on(date(2026, 10, 31)), time(23), time(3)).drafts] == [300]
    assert [d.minutes for d in by_the_clock(on(date(2026, 11, 1)), time(23), time(3)).drafts] == [60, 180]


def test_h2_a_night_over_the_spring_change_counts_three_hours() -> None:
    assert [d.minutes for d in by_the_clock(on(date(2026, 3, 7)), time(23), time(3)).drafts] == [180]


def test_h2_a_skipped_start_is_moved_and_flagged() -> None:
    found = by_the_clock(on(date(2026, 3, 8)), time(2, 30), time(4))
    assert [d.minutes for d in found.drafts] == [30]
    assert "skipped" in str(found.notes[0])


@pytest.mark.parametrize(("second", "minutes"), [(False, 150), (True, 90)])
def test_h2_a_repeated_start_asks_which_one(second: bool, minutes: int) -> None:
    with pytest.raises(RuleBroken) as caught:
        by_the_clock(on(date(2026, 11, 1)), time(1, 30), time(3))
    assert caught.value.field == "start"
    found = by_the_clock(on(date(2026, 11, 1)), time(1, 30), time(3), second_start=second)
    assert [d.minutes for d in found.drafts] == [minutes]


def test_h2_a_repeated_end_asks_which_one() -> None:
    with pytest.raises(RuleBroken) as caught:
        by_the_clock(on(date(2026, 11, 1)), time(0, 30), time(1, 30))
    assert caught.value.field == "end"


def test_h4_one_instant_belongs_to_different_weeks_in_different_zones() -> None:
    start = datetime(2026, 9, 14, 4, 30, tzinfo=UTC)
    for zone, day in (("America/New_York", MONDAY), (CHICAGO, MONDAY - timedelta(days=1))):
        first = by_instants(on(MONDAY, zone), start, start + timedelta(minutes=10)).drafts[0]
        assert first.day == day


@pytest.mark.parametrize("minutes", [0, -5, 961])
def test_h1_a_span_of_no_or_of_too_many_minutes_is_refused(minutes: int) -> None:
    start = instant(SUNDAY, 20)
    with pytest.raises(RuleBroken) as caught:
        by_instants(on(SUNDAY), start, start + timedelta(minutes=minutes))
    assert caught.value.field == "end"


def test_the_same_start_and_end_is_a_whole_day_and_too_long() -> None:
    with pytest.raises(RuleBroken):
        by_the_clock(on(MONDAY), time(9), time(9))


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001
    st.integers(1, 960),
    st.sampled_from(["America/New_York", CHICAGO, "America/Santiago", "Australia/Lord_Howe"]),
)
def test_h5_splitting_loses_no_minute_and_every_part_lies_in_one_week(start: datetime, minutes: int, zone: str) -> None:
    found = by_instants(on(MONDAY, zone), start, start + timedelta(minutes=minutes)).drafts
    assert sum(d.minutes for d in found) == minutes
    assert 1 <= len(found) <= 2
    for part in found:
        assert part.starts_at is not None
        assert part.ends_at is not None
        assert part.day == local_day(part.starts_at, zone)
        assert part.minutes == minutes_between(part.starts_at, part.ends_at)
        last_day = local_day(part.ends_at - timedelta(seconds=1), zone)
        assert monday_of(part.day) == monday_of(last_day)
