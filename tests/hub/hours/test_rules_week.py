"""What a week adds up to and how it stands to its target (H6, H13, H14, H15)."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.hub.catalog.kinds import Kind
from lms.hub.cohorts.rules import FULL_WEEK, Target
from lms.hub.hours.rules import week as rules
from lms.hub.hours.rules.entry import Evidence
from lms.hub.hours.rules.week import Band, WeekMinutes
from tests.hub.hours.made import ENTRIES, MONDAY, TUESDAY, Made

NEXT_MONDAY = MONDAY + timedelta(days=7)
FREE = Target(0, 0)


@given(ENTRIES)
def test_h6_weeks_kinds_units_days_and_levels_all_sum_to_the_entries(entries: list[Made]) -> None:
    found = rules.totals(entries)
    truth = sum(entry.minutes for entry in entries)
    weeks = rules.by_week(entries)
    assert found.minutes == truth
    assert sum(rules.totals(week).minutes for week in weeks.values()) == truth
    assert sum(rules.week_minutes(monday, entries) for monday in weeks) == truth
    for breakdown in (found.by_day, found.by_kind, found.by_unit, found.by_evidence):
        assert sum(breakdown.values()) == truth


@given(ENTRIES)
def test_the_steps_of_a_sum_reproduce_it_and_name_every_entry(entries: list[Made]) -> None:
    found = rules.explain_minutes(entries)
    *parts, last = (step.value for step in found.steps)
    assert sum(part for part in parts if isinstance(part, int)) == last == found.value
    assert {fact.public_id for fact in found.facts} == {entry.public_id for entry in entries}


@given(ENTRIES, st.randoms())
def test_the_order_of_entries_changes_nothing(entries: list[Made], random: object) -> None:
    other = list(reversed(entries))
    assert rules.totals(entries) == rules.totals(other)
    assert rules.explain_minutes(entries).value == rules.explain_minutes(other).value


def test_h4_an_entry_of_sunday_is_not_in_the_week_that_starts_on_monday() -> None:
    entries = [Made(day=MONDAY - timedelta(days=1)), Made(day=MONDAY, minutes=30), Made(day=NEXT_MONDAY)]
    assert rules.week_minutes(MONDAY, entries) == 30


def test_a_breakdown_keeps_kinds_units_and_levels_apart() -> None:
    entries = [
        Made(minutes=60, kind=Kind.LAB_IN_PERSON, unit_id=2, evidence=Evidence.ATTENDANCE),
        Made(minutes=30),
        Made(minutes=15, unit_id=None),
    ]
    found = rules.totals(entries)
    assert found.by_kind == {Kind.LAB_IN_PERSON: 60, Kind.SELF_STUDY: 45}
    assert found.by_unit == {2: 60, 1: 30, None: 15}
    assert found.by_evidence == {Evidence.ATTENDANCE: 60, Evidence.SELF_REPORT: 45}
    assert found.by_day == {TUESDAY: 105}


def test_d14_what_somebody_saw_is_countersigned_and_attendance_stays_better() -> None:
    entries = [Made("a"), Made("b", kind=Kind.LAB_IN_PERSON), Made("c", evidence=Evidence.ATTENDANCE), Made("d")]
    seen = rules.Witnessed(frozenset({"a", "c"}), frozenset({(MONDAY, Kind.LAB_IN_PERSON)}))
    assert [rules.level(entry, seen) for entry in entries] == [2, 2, 3, 0]
    assert rules.totals(entries, seen).by_evidence == {2: 180, 3: 90, 0: 90}


@pytest.mark.parametrize(
    ("minutes", "found"),
    [
        (0, Band.RED),
        (479, Band.RED),
        (480, Band.LOW),
        (599, Band.LOW),
        (600, Band.MET),
        (840, Band.MET),
        (841, Band.HIGH),
        (1200, Band.HIGH),
        (1201, Band.EXCESSIVE),
    ],
)
def test_h13_the_band_has_exactly_these_edges(minutes: int, found: Band) -> None:
    assert rules.band(minutes) is found
    assert rules.explain_band(minutes, FULL_WEEK).value is found


def test_h13_red_follows_the_target_of_a_shorter_week() -> None:
    short = Target(360, 504)
    assert [rules.band(minutes, short) for minutes in (287, 288, 360, 505)] == [
        Band.RED,
        Band.LOW,
        Band.MET,
        Band.HIGH,
    ]


def test_h15_minutes_of_a_break_week_count_and_are_not_judged() -> None:
    assert rules.week_minutes(MONDAY, [Made(minutes=90)]) == 90
    assert [rules.band(minutes, FREE) for minutes in (0, 90, 1200)] == [Band.FREE] * 3
    assert rules.band(1201, FREE) is Band.EXCESSIVE


def weeks(*minutes: int, target: Target = FULL_WEEK) -> list[WeekMinutes]:
    return [WeekMinutes(MONDAY + timedelta(weeks=n), each, target) for n, each in enumerate(minutes)]


def test_h14_four_weeks_are_judged_together() -> None:
    assert rules.rolling_band(weeks(700, 700, 700, 300)) is Band.MET
    assert rules.rolling_band(weeks(600, 600, 600, 300)) is Band.LOW


def test_h14_only_the_last_four_weeks_count() -> None:
    assert rules.rolling_band(weeks(0, 0, 600, 600, 600, 600)) is Band.MET


def test_h14_a_break_lends_its_minutes_and_asks_for_none() -> None:
    found = [*weeks(600, 600), *weeks(300, target=FREE), *weeks(300)]
    assert rules.rolling_band(found) is Band.MET


def test_only_what_the_firm_paid_is_paid() -> None:
    assert rules.paid_minutes([Made(minutes=60, paid_by_firm=True), Made(minutes=45)]) == 60


@given(st.integers(0, 3000), st.integers(0, 900), st.integers(0, 900))
def test_more_minutes_never_lower_the_band(minutes: int, least: int, more: int) -> None:
    order = [Band.RED, Band.LOW, Band.MET, Band.HIGH, Band.EXCESSIVE]
    target = Target(least + 1, least + 241)
    assert order.index(rules.band(minutes, target)) <= order.index(rules.band(minutes + more, target))
