"""The life of a week sheet (H9, H11, H12, H19, H20, H21, D15, D16, D17; decisions 10 and 11)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.hub.catalog.kinds import Kind
from lms.hub.hours.rules import sheet as rules
from lms.hub.hours.rules.sheet import SECTION, PartKey, Route, Sheet, State, Step, ZeroReason
from lms.kernel.errors import RuleBroken
from lms.kernel.weeks import local
from tests.hub.hours.made import MONDAY, NEW_YORK

TIMES = rules.week_times(MONDAY, NEW_YORK)
WORKPLACE = PartKey(Route.WORKPLACE, 7)
HOUR = timedelta(hours=1)
OPEN = TIMES.opens_at + HOUR
ADA, BEN = 1, 2


@dataclass(frozen=True)
class Happened:
    step: Step
    key: PartKey | None = SECTION
    version: int = 1
    recorded_at: datetime = OPEN
    open_until: datetime | None = None


def sheet(*events: Happened) -> Sheet:
    return rules.fold(events)


HANDED_IN = (Happened(Step.SUBMITTED), Happened(Step.SUBMITTED, WORKPLACE))


def test_h11_a_week_opens_on_friday_is_due_on_wednesday_and_locks_on_saturday() -> None:
    walls = [local(at, NEW_YORK) for at in (TIMES.opens_at, TIMES.due_at, TIMES.locks_at)]
    assert [f"{wall:%a %H:%M}" for wall in walls] == ["Fri 00:00", "Wed 12:00", "Sat 12:00"]
    assert [(wall.date() - MONDAY).days for wall in walls] == [4, 9, 12]


def test_h11_the_lock_keeps_its_wall_clock_time_over_a_clock_change() -> None:
    times = rules.week_times(date(2026, 10, 26), NEW_YORK)
    assert f"{local(times.locks_at, NEW_YORK):%H:%M}" == "12:00"


@pytest.mark.parametrize(
    ("kind", "spell", "key"),
    [
        (Kind.LAB_IN_PERSON, 7, SECTION),
        (Kind.SELF_STUDY, 7, SECTION),
        (Kind.CAPSTONE_ONSITE, 7, WORKPLACE),
        (Kind.CAPSTONE_ONSITE, 8, SECTION),
        (Kind.CAPSTONE_ONSITE, None, SECTION),
    ],
)
def test_d16_capstone_hours_go_to_the_supervisor_if_there_is_one(kind: Kind, spell: int | None, key: PartKey) -> None:
    assert rules.part_of(kind, spell, supervised={7}) == key


def test_a_sheet_without_events_is_a_draft() -> None:
    assert sheet().state is State.DRAFT


def test_a_sheet_is_approved_when_all_parts_are() -> None:
    once = Happened(Step.APPROVED)
    assert sheet(*HANDED_IN, once).state is State.SUBMITTED
    assert sheet(*HANDED_IN, once, Happened(Step.APPROVED, WORKPLACE)).state is State.APPROVED


def test_a_sheet_is_returned_if_any_part_is() -> None:
    found = sheet(*HANDED_IN, Happened(Step.APPROVED), Happened(Step.RETURNED, WORKPLACE))
    assert found.state is State.RETURNED
    assert found.parts[SECTION] is State.APPROVED


def test_handing_in_again_leaves_approved_parts_alone() -> None:
    again = Happened(Step.SUBMITTED, WORKPLACE, 2)
    found = sheet(*HANDED_IN, Happened(Step.APPROVED), Happened(Step.RETURNED, WORKPLACE), again)
    assert found.state is State.SUBMITTED
    assert found.version == 2
    assert found.parts[SECTION] is State.APPROVED


def test_d15_reopening_opens_every_part() -> None:
    approved = Happened(Step.APPROVED), Happened(Step.APPROVED, WORKPLACE)
    found = sheet(*HANDED_IN, *approved, Happened(Step.REOPENED, None, open_until=OPEN))
    assert found.state is State.REOPENED
    assert set(found.parts.values()) == {State.REOPENED}


def test_a_week_that_was_never_handed_in_can_be_reopened_too() -> None:
    assert sheet(Happened(Step.REOPENED, None)).state is State.REOPENED


@given(st.lists(st.sampled_from([*HANDED_IN, Happened(Step.APPROVED), Happened(Step.RETURNED, WORKPLACE)]), max_size=9))
def test_a_sheet_is_approved_only_if_each_part_is(events: list[Happened]) -> None:
    found = sheet(*events)
    assert (found.state is State.APPROVED) == (set(found.parts.values()) == {State.APPROVED})
    assert (found.state is State.RETURNED) == (State.RETURNED in found.parts.values())


def test_an_open_week_can_be_written_until_the_instant_of_its_lock() -> None:
    assert rules.lock_reason(sheet(), SECTION, TIMES, TIMES.locks_at - HOUR) is None
    assert "Locked" in str(rules.lock_reason(sheet(), SECTION, TIMES, TIMES.locks_at))


def test_decision_10_only_the_returned_part_can_be_written() -> None:
    found = sheet(*HANDED_IN, Happened(Step.RETURNED, WORKPLACE))
    rules.check_writable(found, WORKPLACE, TIMES, OPEN)
    with pytest.raises(RuleBroken, match="Handed in") as caught:
        rules.check_writable(found, SECTION, TIMES, OPEN)
    assert caught.value.field == "day"


def test_hours_of_a_new_part_wait_while_the_sheet_is_handed_in() -> None:
    found = sheet(Happened(Step.SUBMITTED))
    assert rules.lock_reason(found, WORKPLACE, TIMES, OPEN) is not None


def test_h19_an_approved_part_can_not_be_written() -> None:
    with pytest.raises(RuleBroken, match="Approved"):
        rules.check_writable(sheet(Happened(Step.SUBMITTED), Happened(Step.APPROVED)), SECTION, TIMES, OPEN)


def test_a_part_returned_after_the_lock_stays_open_for_a_week() -> None:
    returned_at = TIMES.locks_at + HOUR
    back = Happened(Step.RETURNED, recorded_at=returned_at, open_until=returned_at + rules.WINDOW)
    found = sheet(Happened(Step.SUBMITTED), back)
    assert rules.lock_reason(found, SECTION, TIMES, returned_at + HOUR) is None
    assert rules.lock_reason(found, SECTION, TIMES, returned_at + rules.WINDOW) is not None


def test_a_return_never_shortens_a_week_that_is_still_open() -> None:
    assert sheet(Happened(Step.RETURNED, open_until=OPEN)).closes_at(TIMES) == TIMES.locks_at


def submit(
    found: Sheet | None = None, now: datetime = OPEN, minutes: int = 600, zero: ZeroReason | None = None
) -> None:
    rules.check_submit(found or sheet(), TIMES, now, minutes, zero)


def test_h11_a_week_can_be_handed_in_from_friday_on() -> None:
    submit(now=TIMES.opens_at)
    with pytest.raises(RuleBroken, match="from"):
        submit(now=TIMES.opens_at - HOUR)


def test_h11_after_the_due_it_is_late_and_after_the_lock_refused() -> None:
    assert not rules.is_late(TIMES.due_at, TIMES)
    assert rules.is_late(TIMES.due_at + HOUR, TIMES)
    submit(now=TIMES.locks_at - HOUR)
    with pytest.raises(RuleBroken, match="coordinator"):
        submit(now=TIMES.locks_at)


def test_h12_a_week_without_hours_needs_its_reason() -> None:
    submit(minutes=0, zero=ZeroReason.ILL)
    with pytest.raises(RuleBroken) as caught:
        submit(minutes=0)
    assert caught.value.field == "zero_reason"


def test_h12_a_week_with_hours_takes_no_such_reason() -> None:
    with pytest.raises(RuleBroken):
        submit(zero=ZeroReason.ILL)


@pytest.mark.parametrize("events", [HANDED_IN, (Happened(Step.SUBMITTED), Happened(Step.APPROVED))])
def test_a_sheet_is_not_handed_in_twice(events: tuple[Happened, ...]) -> None:
    with pytest.raises(RuleBroken, match="already"):
        submit(sheet(*events))


@pytest.mark.parametrize(("hours", "days"), [(4, 0), (28, 1), (24 * 15, 15)])
def test_h9_lag_is_counted_in_local_days(hours: int, days: int) -> None:
    midnight = datetime(2026, 9, 14, 4, tzinfo=UTC)
    assert rules.lag_days(MONDAY, midnight + timedelta(hours=hours), NEW_YORK) == days
    assert rules.lag_days(MONDAY, midnight - HOUR, NEW_YORK) == -1


def test_h9_what_is_older_than_six_weeks_is_for_the_coordinator() -> None:
    rules.check_lag(42)
    with pytest.raises(RuleBroken, match="coordinator"):
        rules.check_lag(43)


def test_h20_nobody_decides_on_the_own_hours() -> None:
    rules.check_decides(sheet(*HANDED_IN), SECTION, BEN, ADA)
    with pytest.raises(RuleBroken, match="your own"):
        rules.check_decides(sheet(*HANDED_IN), SECTION, ADA, ADA)


@pytest.mark.parametrize("events", [(), (*HANDED_IN, Happened(Step.APPROVED)), (*HANDED_IN, Happened(Step.RETURNED))])
def test_only_what_is_handed_in_is_decided_on(events: tuple[Happened, ...]) -> None:
    with pytest.raises(RuleBroken, match="not waiting"):
        rules.check_decides(sheet(*events), SECTION, BEN, ADA)


def test_h21_a_return_needs_its_reason_and_marks_entries_of_the_part() -> None:
    rules.check_return("Tuesday twice", {"a": ""}, ["a", "b"])
    rules.check_return("", {"a": "Was it Tuesday?"}, ["a", "b"])
    with pytest.raises(RuleBroken) as caught:
        rules.check_return("  ", {"a": " "}, ["a"])
    assert caught.value.field == "reason"
    with pytest.raises(RuleBroken) as caught:
        rules.check_return("Tuesday twice", {"c": ""}, ["a", "b"])
    assert caught.value.field == "cells"


def reopen(found: Sheet, now: datetime, reason: str = "was in hospital") -> None:
    rules.check_reopen(found, MONDAY, NEW_YORK, now, reason)


def test_h11_a_coordinator_reopens_a_locked_or_an_approved_week_with_a_reason() -> None:
    reopen(sheet(), TIMES.locks_at)
    reopen(sheet(Happened(Step.SUBMITTED), Happened(Step.APPROVED)), OPEN)
    with pytest.raises(RuleBroken) as caught:
        reopen(sheet(), TIMES.locks_at, " ")
    assert caught.value.field == "reason"


def test_a_week_that_is_open_or_waits_is_not_reopened() -> None:
    with pytest.raises(RuleBroken, match="still open"):
        reopen(sheet(), OPEN)
    with pytest.raises(RuleBroken, match="Return it"):
        reopen(sheet(*HANDED_IN), TIMES.locks_at)


def test_h9_a_week_of_more_than_six_weeks_ago_is_adjusted_and_not_reopened() -> None:
    with pytest.raises(RuleBroken, match="adjustment"):
        reopen(sheet(), TIMES.locks_at + timedelta(days=42))


@pytest.mark.parametrize(
    ("minutes", "reason", "approver", "field"),
    [(0, "why", BEN, "minutes"), (-91, "why", BEN, "minutes"), (30, " ", BEN, "reason"), (30, "why", ADA, None)],
)
def test_d17_an_adjustment_without_minutes_reason_or_second_person_is_refused(
    minutes: int, reason: str, approver: int, field: str | None
) -> None:
    with pytest.raises(RuleBroken) as caught:
        rules.check_adjustment(minutes, 90, reason, approver, ADA)
    assert caught.value.field == field


def test_d17_an_adjustment_may_take_all_and_may_add() -> None:
    rules.check_adjustment(-90, 90, "logged twice", BEN, ADA)
    rules.check_adjustment(500, 0, "seven weeks ago", BEN, ADA)


def test_every_state_and_every_reason_has_a_name() -> None:
    assert set(rules.STATE_NAMES) == set(State)
    assert set(rules.ZERO_REASON_NAMES) == set(ZeroReason)
