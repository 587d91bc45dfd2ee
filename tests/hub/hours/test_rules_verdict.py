"""What an approver has to look at, and the hash of it (H9, H13, H14, H19, P5)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.hub.catalog.kinds import Kind
from lms.hub.cohorts.rules import FULL_WEEK, Target
from lms.hub.hours.rules import verdict as rules
from lms.hub.hours.rules.entry import Evidence
from lms.hub.hours.rules.sheet import SECTION, PartKey, Route, ZeroReason, week_times
from lms.hub.hours.rules.verdict import Handed, Verdict, Why
from lms.hub.hours.rules.week import WeekMinutes
from lms.kernel.errors import RuleBroken
from tests.hub.hours.made import ENTRIES, MONDAY, NEW_YORK, TUESDAY, Made

TIMES = week_times(MONDAY, NEW_YORK)


def handed(*minutes: int, target: Target = FULL_WEEK) -> Handed:
    first = MONDAY - timedelta(weeks=len(minutes) - 1)
    weeks = [WeekMinutes(first + timedelta(weeks=n), each, target) for n, each in enumerate(minutes)]
    return Handed(weeks, TIMES, TIMES.opens_at, 1)


def whys(found: Verdict) -> list[Why]:
    return [reason.why for reason in found.reasons]


def test_p5_a_week_in_its_band_handed_in_on_time_is_clean() -> None:
    found = rules.verdict(handed(660), [Made(minutes=660)])
    assert found.is_clean
    assert not found.needs_note


@pytest.mark.parametrize("minutes", [0, 479, 599, 841])
def test_h13_a_week_outside_its_band_is_an_exception(minutes: int) -> None:
    assert whys(rules.verdict(handed(minutes), [])) == [Why.BAND]


def test_h14_a_thin_week_after_strong_ones_is_clean() -> None:
    assert rules.verdict(handed(800, 800, 800, 300), []).is_clean
    assert not rules.verdict(handed(600, 600, 600, 300), []).is_clean


def test_h14_catching_up_after_thin_weeks_is_clean() -> None:
    assert rules.verdict(handed(300, 300, 1000), []).is_clean
    assert not rules.verdict(handed(840, 840, 1000), []).is_clean


def test_h13_more_than_twenty_hours_need_a_comment_even_when_catching_up() -> None:
    found = rules.verdict(handed(0, 0, 0, 1201), [])
    assert whys(found) == [Why.BAND]
    assert found.needs_note


def test_h15_a_break_week_with_some_minutes_is_clean() -> None:
    assert rules.verdict(handed(90, target=Target(0, 0)), []).is_clean


def test_h12_a_week_without_hours_shows_its_reason_once() -> None:
    found = rules.verdict(replace(handed(0), zero_reason=ZeroReason.ILL), [])
    assert [str(reason.sentence) for reason in found.reasons] == ["No hours: Ill"]


def test_a_late_or_repeated_sheet_is_an_exception() -> None:
    late = replace(handed(660), submitted_at=TIMES.due_at + timedelta(minutes=1), version=2)
    assert whys(rules.verdict(late, [])) == [Why.LATE, Why.AGAIN]


def test_h9_hours_logged_after_two_weeks_need_a_comment() -> None:
    assert rules.verdict(handed(660), [Made(lag_days=14)]).is_clean
    found = rules.verdict(handed(660), [Made(lag_days=15)])
    assert whys(found) == [Why.LAG]
    with pytest.raises(RuleBroken) as caught:
        rules.check_note(found, " ")
    assert caught.value.field == "note"
    rules.check_note(found, "Was at sea; the lab book agrees.")


def test_a_clean_sheet_needs_no_comment() -> None:
    rules.check_note(Verdict(), "")


def test_h23_a_lab_both_listed_and_self_reported_is_an_exception() -> None:
    listed = Made("a", kind=Kind.LAB_IN_PERSON, evidence=Evidence.ATTENDANCE)
    own = Made("b", kind=Kind.LAB_IN_PERSON)
    assert whys(rules.verdict(handed(660), [listed, own])) == [Why.DOUBLE]
    assert rules.verdict(handed(660), [listed, replace(own, day=MONDAY)]).is_clean


def hash_of(entries: list[Made], key: PartKey = SECTION) -> str:
    return rules.content_hash("ada", MONDAY, key, entries)


@given(ENTRIES)
def test_h19_the_hash_does_not_depend_on_the_order(entries: list[Made]) -> None:
    assert hash_of(entries) == hash_of(entries[::-1])


@pytest.mark.parametrize(
    "change",
    [
        {"minutes": 91},
        {"day": TUESDAY + timedelta(days=1)},
        {"kind": Kind.OTHER},
        {"unit_id": None},
        {"evidence": Evidence.SYSTEM_TRACE},
        {"paid_by_firm": True},
        {"public_id": "other"},
    ],
)
def test_h19_the_hash_changes_with_everything_that_was_approved(change: dict[str, object]) -> None:
    assert hash_of([Made()]) != hash_of([replace(Made(), **change)])  # type: ignore[arg-type]


def test_h19_the_hash_tells_students_weeks_and_parts_apart() -> None:
    found = {
        hash_of([Made()]),
        hash_of([Made()], PartKey(Route.WORKPLACE, 7)),
        rules.content_hash("eli", MONDAY, SECTION, [Made()]),
        rules.content_hash("ada", MONDAY + timedelta(days=7), SECTION, [Made()]),
        hash_of([]),
    }
    assert len(found) == 5


@given(ENTRIES, st.integers(0, 24))
def test_h19_leaving_one_entry_out_changes_the_hash(entries: list[Made], number: int) -> None:
    if entries:
        fewer = entries[: number % len(entries)] + entries[number % len(entries) + 1 :]
        assert hash_of(fewer) != hash_of(entries)
