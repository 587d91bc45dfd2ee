"""Where dates go, and that weeks, weekdays and wall times survive every start, leap year and clock change."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.hub.calendar.kinds import Clash, Push
from lms.hub.calendar.rules.cascade import DueSlot, Grounds, Slot, cascade
from lms.hub.calendar.rules.clash import clash_of
from lms.hub.calendar.rules.items import revision
from lms.hub.calendar.rules.moves import Closed, check_time, moved_due, moved_session, open_days
from lms.hub.calendar.rules.pattern import Dated, Weekly, carried, carried_day, collisions, weekly_series
from lms.hub.cohorts.rules import FULL_WEEK, TEACHING_DAYS, Target, last_day, week_number, week_target, weeks_from
from lms.hub.enrollment.kinds import Shift
from lms.kernel.errors import RuleBroken
from lms.kernel.weeks import clock_time, days_of, local, local_day, minutes_between, minutes_of_day, monday_of

NEW_YORK, OAKLAND, LORD_HOWE = "America/New_York", "America/Los_Angeles", "Australia/Lord_Howe"
ZONES = st.sampled_from([NEW_YORK, OAKLAND, "America/Phoenix", LORD_HOWE, "Asia/Kolkata", "Europe/Madrid"])
# Every weekday, leap days, ISO years of 53 weeks (2026, 2032) and their ends.
STARTS = st.one_of(
    st.dates(date(2023, 1, 1), date(2033, 12, 31)),
    st.sampled_from([date(2024, 2, 29), date(2028, 2, 28), date(2026, 12, 28), date(2027, 1, 3), date(2032, 12, 27)]),
)
CLOCKS = st.times(time(0), time(23, 59)).map(lambda clock: clock.replace(second=0, microsecond=0))


def at(day: date, clock: time, zone: str = NEW_YORK) -> datetime:
    return clock_time(day, clock, zone, second_pass=True).instant


# ---- weeks


@given(STARTS)
def test_every_start_has_52_weeks_whose_targets_are_pro_rata_of_the_days_in_the_cohort(starts_on: date) -> None:
    ends_on = last_day(starts_on)
    weeks = weeks_from(starts_on)
    for week in weeks:
        days = [d for d in days_of(week.monday) if d.weekday() in TEACHING_DAYS and starts_on <= d <= ends_on]
        least, most = FULL_WEEK.least * len(days) // 5, -(-FULL_WEEK.most * len(days) // 5)
        assert week_target(week.monday, starts_on, ends_on) == Target(least, most)
    assert all(week_target(week.monday, starts_on, ends_on) == FULL_WEEK for week in weeks[1:])
    assert [week_number(week.monday, weeks[0].monday) for week in weeks] == list(range(1, 53))


@pytest.mark.parametrize("weekday", range(7))
def test_d4_the_first_week_asks_for_the_part_that_is_left_of_it(weekday: int) -> None:
    starts_on = date(2026, 8, 31) + timedelta(days=weekday)
    left = max(5 - weekday, 0)
    assert week_target(date(2026, 8, 31), starts_on, last_day(starts_on)) == Target(120 * left, 168 * left)


def test_the_week_in_which_the_clocks_go_back_has_169_hours() -> None:
    monday = date(2026, 10, 26)
    assert sum(minutes_of_day(day, NEW_YORK) for day in days_of(monday)) == 169 * 60
    assert sum(minutes_of_day(day, "America/Phoenix") for day in days_of(monday)) == 168 * 60
    lab = moved_session(
        at(date(2026, 10, 30), time(23)),
        at(date(2026, 10, 31), time(1)),
        NEW_YORK,
        Push.NEXT_DAY,
        [Closed(date(2026, 10, 30), date(2026, 10, 30))],
        date(2027, 1, 1),
    )
    assert lab is not None
    assert minutes_between(*lab) == 120
    assert local(lab[0], NEW_YORK).time() == time(23)


# ---- carrying dates into a new cohort


@given(STARTS, STARTS, st.integers(0, 363))
def test_p22_a_carried_day_keeps_its_cohort_week_and_weekday(old: date, new: date, number: int) -> None:
    old_one, new_one = monday_of(old), monday_of(new)
    day = old_one + timedelta(days=number)
    carried_to = carried_day(day, old_one, new_one)
    assert carried_to.weekday() == day.weekday()
    assert week_number(carried_to, new_one) == week_number(day, old_one)


@given(STARTS, STARTS, st.integers(0, 363), CLOCKS, ZONES)
def test_p22_a_carried_instant_keeps_its_wall_time_but_where_a_clock_skips_it(
    old: date, new: date, number: int, clock: time, zone: str
) -> None:
    then = at(monday_of(old) + timedelta(days=number), clock, zone)
    now = carried(then, zone, monday_of(old), monday_of(new))
    skipped = clock_time(local_day(now, zone), local(then, zone).time(), zone).was_skipped
    assert skipped or local(now, zone).time() == local(then, zone).time()


def test_a_lab_before_the_clock_change_and_one_after_it_start_at_the_same_time_of_the_clock() -> None:
    pattern = Weekly(8, 9, 3, time(17), 120)
    found = weekly_series(pattern, date(2026, 9, 7), NEW_YORK, [], date(2026, 9, 8), date(2027, 9, 5))
    assert [start for start, _ in found.times] == [
        datetime(2026, 10, 29, 21, tzinfo=UTC),
        datetime(2026, 11, 5, 22, tzinfo=UTC),
    ]


@given(STARTS, st.integers(1, 52), st.integers(0, 51), st.integers(0, 6), CLOCKS, st.integers(1, 720), ZONES)
def test_a_weekly_session_is_there_in_each_week_or_says_that_it_was_left_out(
    starts_on: date, first: int, more: int, weekday: int, clock: time, minutes: int, zone: str
) -> None:
    last = min(first + more, 52)
    closed = [Closed(starts_on + timedelta(days=30), starts_on + timedelta(days=50))]
    pattern = Weekly(first, last, weekday, clock, minutes)
    found = weekly_series(pattern, monday_of(starts_on), zone, closed, starts_on, last_day(starts_on))
    assert len(found.times) + len(found.skipped) == last - first + 1
    for start, end in found.times:
        day = local_day(start, zone)
        assert not closed[0].from_day <= day <= closed[0].to_day
        assert minutes_between(start, end) == minutes


def test_holidays_collide_with_what_lies_on_them_at_their_own_site_only() -> None:
    thanksgiving = date(2026, 11, 26)
    dated = [
        Dated(thanksgiving, "Lab", "North", 1),
        Dated(thanksgiving, "Lab", "South", 2),
        Dated(thanksgiving, "Report", "", None),
        Dated(thanksgiving + timedelta(days=1), "Lab", "North", 1),
    ]
    found = collisions(dated, [(1, thanksgiving, "Thanksgiving Day")])
    assert [(one.what, one.where) for one in found] == [("Report", ""), ("Lab", "North")]


# ---- days without teaching

SPANS = st.builds(
    lambda day, length: Closed(day, day + timedelta(days=length)),
    st.dates(date(2026, 9, 7), date(2027, 9, 5)),
    st.integers(0, 20),
)
DAYS = st.dates(date(2026, 9, 7), date(2027, 9, 5))


@given(DAYS, st.sampled_from([Push.NEXT_DAY, Push.SAME_WEEKDAY]), st.lists(SPANS, max_size=5))
def test_a_moved_date_lands_on_a_free_day_and_weekdays_are_kept_where_asked(
    day: date, push: Push, closed: list[Closed]
) -> None:
    last = date(2027, 9, 5)
    for found in open_days(day, push, closed, last):
        assert day < found <= last
        assert not any(span.from_day <= found <= span.to_day for span in closed)
        assert push is Push.NEXT_DAY or found.weekday() == day.weekday()


@given(DAYS, CLOCKS, st.integers(1, 720), st.lists(SPANS, max_size=4), ZONES)
def test_a_moved_session_stays_as_long_as_it_was_and_never_meets_another(
    day: date, clock: time, minutes: int, closed: list[Closed], zone: str
) -> None:
    start = at(day, clock, zone)
    end = start + timedelta(minutes=minutes)
    other = (start + timedelta(days=1), end + timedelta(days=1))
    found = moved_session(start, end, zone, Push.NEXT_DAY, closed, date(2027, 12, 31), [other])
    assert found is not None
    assert found[1] - found[0] == end - start
    assert not (found[0] < other[1] and other[0] < found[1])


def test_a_due_date_that_finds_no_free_day_stays_and_one_on_a_cancelled_day_moves_on() -> None:
    day = date(2026, 11, 12)
    closed = [Closed(day, day)]
    due = at(day, time(23, 59))
    assert moved_due(due, NEW_YORK, Push.NEXT_DAY, closed, day) == due
    assert moved_due(due, NEW_YORK, Push.CANCEL, closed, date(2027, 1, 1)) == at(day + timedelta(days=1), time(23, 59))


def test_p21_a_section_in_oakland_moves_at_its_own_midnight_and_not_at_bostons() -> None:
    day = date(2026, 11, 12)
    closed = {None: [Closed(day, day)], "west": [Closed(day, day)]}
    dues = [
        DueSlot("A", None, at(day, time(23, 59)), NEW_YORK),
        DueSlot("A", "west", at(day, time(23, 59), OAKLAND), OAKLAND),
    ]
    found = cascade([], dues, Grounds(closed, closed, Push.NEXT_DAY, date(2027, 9, 5)))
    friday = day + timedelta(days=1)
    assert [move.to for move in found.dues] == [at(friday, time(23, 59)), at(friday, time(23, 59), OAKLAND)]


def test_a_section_that_follows_the_cohort_is_not_moved_twice() -> None:
    day = date(2026, 11, 12)
    closed = {None: [Closed(day, day)], "north": [Closed(day, day)]}
    due = at(day, time(23, 59))
    dues = [DueSlot("A", None, due, NEW_YORK), DueSlot("A", "north", due, NEW_YORK, is_own=False)]
    found = cascade([], dues, Grounds(closed, closed, Push.NEXT_DAY, date(2027, 9, 5)))
    assert [move.slot.section for move in found.dues] == [None]


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(6, 20)), max_size=8, unique=True), SPANS)
def test_after_a_cascade_no_session_lies_in_the_closed_days_and_none_overlap(
    wanted: list[tuple[int, int]], span: Closed
) -> None:
    monday = date(2026, 11, 9)
    slots = [
        Slot(
            str(n), "s", at(monday + timedelta(days=d), time(h)), at(monday + timedelta(days=d), time(h, 59)), NEW_YORK
        )
        for n, (d, h) in enumerate(wanted)
    ]
    grounds = Grounds({"s": [span]}, {"s": [span]}, Push.NEXT_DAY, date(2028, 1, 1))
    found = cascade(slots, [], grounds)
    to = {move.slot.key: move.to for move in found.sessions}
    times = sorted(to.get(slot.key, (slot.starts_at, slot.ends_at)) or () for slot in slots)
    assert all(not span.from_day <= local_day(time[0], NEW_YORK) <= span.to_day for time in times)
    assert all(a[1] <= b[0] for a, b in pairwise(times))


@pytest.mark.parametrize(
    ("start", "end", "field"), [(time(17), time(17), "ends"), (time(1), time(14), "ends"), (time(1), time(2), "day")]
)
def test_times_that_cannot_be_are_refused(start: time, end: time, field: str) -> None:
    day = date(2026, 11, 12) if field == "ends" else date(2028, 1, 1)
    with pytest.raises(RuleBroken) as caught:
        check_time(at(day, start), at(day, end), NEW_YORK, date(2026, 9, 8), date(2027, 9, 5))
    assert caught.value.field == field


# ---- shifts

THURSDAY, SATURDAY = date(2026, 11, 12), date(2026, 11, 14)


@pytest.mark.parametrize(
    ("shift", "day", "start", "clash"),
    [
        (Shift.DAY, THURSDAY, time(14), Clash.OVERLAPS),
        (Shift.DAY, THURSDAY, time(15), None),
        (Shift.DAY, SATURDAY, time(9), None),
        (Shift.EVENING, THURSDAY, time(17), Clash.OVERLAPS),
        (Shift.NIGHT, THURSDAY, time(17), None),
        (Shift.NIGHT, THURSDAY, time(6), Clash.OVERLAPS),  # the night that began on Wednesday
        (Shift.NIGHT, SATURDAY, time(6), None),  # Friday's night is free
        (Shift.ROTATING, SATURDAY, time(9), Clash.ROTATING),
        (None, THURSDAY, time(9), None),
    ],
)
def test_a_session_in_the_shift_is_marked(shift: Shift | None, day: date, start: time, clash: Clash | None) -> None:
    starts_at = at(day, start)
    assert clash_of(shift, starts_at, starts_at + timedelta(hours=2), NEW_YORK) is clash


def test_a_revision_grows_with_the_last_change() -> None:
    first = datetime(2026, 9, 1, tzinfo=ZoneInfo(NEW_YORK))
    assert 0 < revision(first) < revision(first + timedelta(seconds=1)) < 2**31
