"""Due dates, windows, attempts and receipts."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.hub.coursework import rules
from lms.hub.coursework.kinds import DueReason
from lms.hub.coursework.rules import Due, DueDates, Progress, Terms, Window
from lms.kernel.errors import RuleBroken

BOSTON, CHICAGO = "America/New_York", "America/Chicago"
ORDER = list(DueReason)
SUNDAY_NIGHT = datetime(2026, 10, 19, 3, 59, tzinfo=UTC)  # Sunday 2026-10-18 23:59 in Boston


class Off(NamedTuple):
    from_day: date
    to_day: date


days = st.dates(date(2026, 1, 1), date(2027, 12, 31))
zones = st.sampled_from([BOSTON, CHICAGO, "America/Phoenix", "UTC", "Europe/Berlin"])
first = datetime(2026, 1, 1, tzinfo=UTC)
instants = st.timedeltas(timedelta(0), timedelta(days=730)).map(lambda since: first + since)
leaves = st.lists(
    st.builds(lambda day, length: Off(day, day + timedelta(days=length)), days, st.integers(0, 40)), max_size=5
)


class More(NamedTuple):
    from_day: date
    to_day: date | None
    extra_days: int


more_days = st.lists(
    st.builds(
        lambda day, length, extra: More(day, None if length > 60 else day + timedelta(days=length), extra),
        days,
        st.integers(0, 80),
        st.integers(1, 20),
    ),
    max_size=3,
)
due_dates = st.builds(
    DueDates,
    base=instants,
    zone=zones,
    section=st.none() | instants,
    extension=st.none() | instants,
    leaves=leaves,
    late_start_weeks=st.integers(0, 6),
    window_days=st.integers(1, 40),
    more_days=more_days,
)
changes = st.one_of(
    st.tuples(st.just("section"), instants),
    st.tuples(st.just("extension"), instants),
    st.tuples(st.just("leaves"), leaves.filter(bool)),
    st.tuples(st.just("more_days"), more_days.filter(bool)),
    st.tuples(st.just("late_start_weeks"), st.integers(1, 6)),
)


def changed(dates: DueDates, name: str, value: Any) -> DueDates:
    """With one thing more that speaks for the student. An extension is replaced by a later one only.

    A section's date and a late start are only added: one that takes another's place leaves no trace of where the
    other had been, and days that an accommodation gave there may have ended before the new place.
    """
    before = getattr(dates, name)
    if name in ("section", "late_start_weeks"):
        return replace(dates, **{name: before or value})
    if name == "extension":
        return replace(dates, extension=max(before or value, value))
    return replace(dates, **{name: before + value})


def test_sunday_night_of_a_cohort_week_is_the_wall_time_of_the_site():
    monday = date(2026, 10, 12)
    assert rules.resolve_due(monday, 6, time(23, 59), BOSTON) == SUNDAY_NIGHT
    assert rules.resolve_due(monday, 6, time(23, 59), CHICAGO) == SUNDAY_NIGHT + timedelta(hours=1)


@pytest.mark.parametrize(
    ("day", "wall", "expected"),
    [
        (date(2026, 3, 8), time(2, 30), datetime(2026, 3, 8, 7, 30, tzinfo=UTC)),  # skipped: read as 03:30 EDT
        (date(2026, 11, 1), time(1, 30), datetime(2026, 11, 1, 6, 30, tzinfo=UTC)),  # twice: the second one
    ],
)
def test_a_wall_time_the_clock_change_skips_or_repeats_is_the_later_instant(day, wall, expected):
    assert rules.to_instant(day, wall, BOSTON) == expected


@given(days, st.times(), zones)
def test_a_resolved_instant_shows_its_wall_time_unless_that_time_does_not_exist(day, wall, zone):
    local = rules.to_instant(day, wall, zone).astimezone(ZoneInfo(zone))
    assert local.replace(tzinfo=None, fold=0) == datetime.combine(day, wall) or local.date() >= day


@given(instants, st.integers(1, 400), zones)
def test_moving_by_days_keeps_the_wall_time_or_a_time_the_clock_change_allows(at, count, zone):
    before = at.astimezone(ZoneInfo(zone))
    after = rules.shift_days(at, count, zone).astimezone(ZoneInfo(zone))
    assert (after.date() - before.date()).days == count
    assert abs((after.replace(tzinfo=None) - before.replace(tzinfo=None)) - timedelta(days=count)) <= timedelta(hours=1)


@given(due_dates)
def test_the_effective_due_date_is_never_before_any_date_that_applies(dates):
    due = rules.effective_due(dates)
    assert due.at >= max(at for at in (dates.base, dates.section, dates.extension) if at is not None)
    assert due.at in [at for _, at in rules.due_candidates(dates)]
    assert due.base_at == dates.base


@given(due_dates, st.lists(changes, min_size=1, max_size=3))
def test_nothing_that_is_added_for_a_student_makes_work_due_earlier(dates, said):
    for name, value in said:
        more = changed(dates, name, value)
        assert rules.effective_due(more).at >= rules.effective_due(dates).at, name
        dates = more


@given(due_dates, st.randoms())
def test_the_order_in_which_things_were_said_does_not_matter(dates, random):
    shuffled = {
        name: random.sample(list(getattr(dates, name)), len(getattr(dates, name))) for name in ("leaves", "more_days")
    }
    assert rules.effective_due(replace(dates, **shuffled)) == rules.effective_due(dates)


@given(due_dates)
def test_the_reason_names_a_date_that_is_the_one_that_holds(dates):
    due = rules.effective_due(dates)
    assert (due.reason, due.at) in rules.due_candidates(dates)
    general = [at for reason, at in rules.due_candidates(dates) if ORDER.index(reason) < ORDER.index(due.reason)]
    assert all(at < due.at for at in general), "of equal dates the most general one is named"


def test_a_later_date_of_the_section_does_not_end_the_days_that_somebody_has_more():
    """Ten days more for what is due by October 19: a section that moves it to the 20th takes none of them away."""
    base = DueDates(SUNDAY_NIGHT, BOSTON, more_days=[More(date(2026, 9, 1), date(2026, 10, 19), 10)])
    moved = replace(base, section=SUNDAY_NIGHT + timedelta(days=2))
    assert rules.effective_due(moved).at == rules.effective_due(base).at == SUNDAY_NIGHT + timedelta(days=10)


@given(due_dates, instants)
def test_an_extension_never_takes_time_away(dates, until):
    extended = DueDates(**{name: getattr(dates, name) for name in dates.__slots__} | {"extension": until})
    without = DueDates(**{name: getattr(dates, name) for name in dates.__slots__} | {"extension": None})
    assert rules.effective_due(extended).at == max(rules.effective_due(without).at, until)


@given(due_dates)
def test_the_explanation_of_a_due_date_ends_with_it(dates):
    explained = rules.explain_due(dates)
    assert explained.value == explained.steps[-1].value == max(step.value for step in explained.steps)


@given(days, st.integers(1, 30), leaves)
def test_leave_gives_back_exactly_the_days_it_took(due_day, window_days, spans):
    moved = rules.days_given_back(due_day, window_days, spans)
    start = due_day - timedelta(days=window_days - 1)
    working = [
        start + timedelta(days=n)
        for n in range(window_days + moved)
        if not any(off.from_day <= start + timedelta(days=n) <= off.to_day for off in spans)
    ]
    assert len(working) == window_days
    assert moved == 0 or working[-1] == due_day + timedelta(days=moved)


@given(days, st.integers(0, 30), st.integers(1, 30), leaves)
def test_leave_keeps_the_order_of_dues_with_equal_windows(first, later, window_days, spans):
    second = first + timedelta(days=later)
    moved = [day + timedelta(days=rules.days_given_back(day, window_days, spans)) for day in (first, second)]
    assert moved[0] <= moved[1]


def test_leave_that_lies_before_the_window_moves_nothing():
    assert rules.days_given_back(date(2026, 10, 18), 7, [Off(date(2026, 9, 1), date(2026, 10, 11))]) == 0
    assert rules.days_given_back(date(2026, 10, 18), 7, [Off(date(2026, 9, 1), date(2026, 10, 12))]) == 1


def test_the_reason_says_what_moved_the_date():
    later = SUNDAY_NIGHT + timedelta(days=2)
    assert rules.effective_due(DueDates(SUNDAY_NIGHT, BOSTON)).reason is DueReason.BASE
    assert rules.effective_due(DueDates(SUNDAY_NIGHT, BOSTON, section=later)).reason is DueReason.SECTION
    assert rules.effective_due(DueDates(SUNDAY_NIGHT, BOSTON, extension=later)) == Due(
        later, DueReason.EXTENSION, SUNDAY_NIGHT
    )
    away = Off(date(2026, 10, 5), date(2026, 10, 25))
    moved = rules.effective_due(DueDates(SUNDAY_NIGHT, BOSTON, leaves=[away]))
    assert moved == Due(
        datetime(2026, 11, 9, 4, 59, tzinfo=UTC), DueReason.LEAVE, SUNDAY_NIGHT
    )  # after the clock change


def test_an_earlier_extension_changes_nothing_and_is_not_the_reason():
    due = rules.effective_due(DueDates(SUNDAY_NIGHT, BOSTON, extension=SUNDAY_NIGHT))
    assert due.reason is DueReason.BASE


@pytest.mark.parametrize(
    ("behind", "seconds"),
    [
        (timedelta(minutes=-1), 0),
        (timedelta(minutes=15), 0),
        (timedelta(minutes=15, microseconds=1), 901),
        (timedelta(hours=3), 3 * 3600),
    ],
)
def test_work_within_grace_is_on_time_and_later_work_is_late_from_the_due_date_on(behind, seconds):
    assert rules.late_seconds(SUNDAY_NIGHT, 15, SUNDAY_NIGHT + behind) == seconds


@pytest.mark.parametrize(("late", "count"), [(0, 0), (1, 1), (86_400, 1), (86_401, 2), (86_700, 2)])
def test_a_begun_interval_counts_whole(late, count):
    assert rules.late_intervals(late, 86_400) == count


@given(
    instants,
    st.integers(0, 60),
    st.timedeltas(timedelta(0), timedelta(days=60)),
    st.timedeltas(timedelta(0), timedelta(days=3)),
)
def test_later_work_is_never_less_late(due_at, grace, behind, more):
    received = due_at + behind
    assert rules.late_seconds(due_at, grace, received + more) >= rules.late_seconds(due_at, grace, received)


@given(instants, instants, st.integers(0, 60), st.none() | st.integers(0, 30), zones)
def test_open_late_and_closed_agree_with_lateness_and_cut_off(due_at, now, grace, cutoff_days, zone):
    terms = Terms(grace, cutoff_days)
    closes = rules.closes_at(due_at, terms, zone)
    window = rules.window_at(now, due_at, terms, zone)
    assert (window is Window.CLOSED) == (closes is not None and now > closes)
    if window is not Window.CLOSED:
        assert (window is Window.LATE) == (rules.late_seconds(due_at, grace, now) > 0)


def test_an_activity_without_late_days_still_takes_work_within_grace():
    terms = Terms(grace_minutes=15, cutoff_days=0)
    assert rules.window_at(SUNDAY_NIGHT + timedelta(minutes=15), SUNDAY_NIGHT, terms, BOSTON) is Window.OPEN
    assert rules.window_at(SUNDAY_NIGHT + timedelta(minutes=16), SUNDAY_NIGHT, terms, BOSTON) is Window.CLOSED


def test_progress_goes_from_due_over_late_to_missing_unless_something_is_in():
    terms = Terms(cutoff_days=3)
    at = [SUNDAY_NIGHT - timedelta(days=1), SUNDAY_NIGHT + timedelta(days=1), SUNDAY_NIGHT + timedelta(days=4)]
    found = [rules.progress_at(now, SUNDAY_NIGHT, terms, BOSTON, is_in=False) for now in at]
    assert found == [Progress.DUE, Progress.LATE, Progress.MISSING]
    assert {rules.progress_at(now, SUNDAY_NIGHT, terms, BOSTON, is_in=True) for now in at} == {Progress.DONE}


def test_a_closed_activity_and_used_up_attempts_say_what_to_do():
    with pytest.raises(RuleBroken, match="closed on"):
        rules.check_may_submit(SUNDAY_NIGHT + timedelta(days=9), SUNDAY_NIGHT, Terms(cutoff_days=1), BOSTON, 0)
    with pytest.raises(RuleBroken, match=r"all your attempts \(2\)"):
        rules.check_may_submit(SUNDAY_NIGHT, SUNDAY_NIGHT, Terms(attempts=2), BOSTON, 2)
    rules.check_may_submit(SUNDAY_NIGHT, SUNDAY_NIGHT, Terms(attempts=None), BOSTON, 99)


@pytest.mark.parametrize(
    ("text", "link", "files", "fields"),
    [
        ("  ", "", 0, {"text"}),
        ("x" * 100_001, "javascript:alert(1)", 21, {"text", "link", "files"}),
        ("", "https://", 0, {"link"}),
        ("", "https://a b", 0, {"link"}),
    ],
)
def test_a_submission_that_cannot_be_taken_names_every_field(text, link, files, fields):
    with pytest.raises(RuleBroken) as broken:
        rules.check_content(text, link, files)
    assert set(broken.value.by_field()) == fields


@pytest.mark.parametrize("content", [("done", "", 0), ("", "https://example.org/model?id=1", 0), ("", "", 1)])
def test_a_text_a_link_or_a_file_is_enough(content):
    rules.check_content(*content)


@given(
    st.text(max_size=40), st.text(max_size=40), st.integers(1, 9), instants, st.lists(st.text(max_size=8), max_size=3)
)
def test_a_receipt_changes_with_everything_it_confirms(activity, enrollment, attempt, at, files):
    work = rules.HandedIn(activity, enrollment, attempt, at, "t", tuple(files))
    same = rules.HandedIn(activity, enrollment, attempt, at.astimezone(ZoneInfo(BOSTON)), "t", tuple(files))
    others = [
        rules.HandedIn(activity + "x", enrollment, attempt, at, "t", tuple(files)),
        rules.HandedIn(activity, enrollment, attempt + 1, at, "t", tuple(files)),
        rules.HandedIn(activity, enrollment, attempt, at + timedelta(microseconds=1), "t", tuple(files)),
        rules.HandedIn(activity, enrollment, attempt, at, "u", tuple(files)),
        rules.HandedIn(activity, enrollment, attempt, at, "t", (*files, "f")),
    ]
    receipt = rules.receipt_hash(work)
    assert rules.receipt_hash(same) == receipt
    assert receipt not in {rules.receipt_hash(other) for other in others}
