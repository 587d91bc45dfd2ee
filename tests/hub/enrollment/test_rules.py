"""Which status may follow which, leave, and that nobody is at two places at once."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.hub.enrollment.kinds import Status, StatusReason
from lms.hub.enrollment.rules import (
    ENDED,
    MAY_FOLLOW,
    at_or_none,
    check_change,
    check_free,
    check_leave,
    leave_days,
    overlap,
    status_on,
)
from lms.kernel.errors import RuleBroken

DAY = date(2026, 9, 7)


@dataclass(frozen=True)
class Change:
    status: Status
    effective_on: date = DAY
    recorded_at: datetime = datetime(2026, 9, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Stretch:
    from_day: date
    to_day: date | None = None


def stretch(start: int, length: int | None) -> Stretch:
    return Stretch(DAY + timedelta(start), None if length is None else DAY + timedelta(start + length))


STRETCHES = st.builds(stretch, st.integers(0, 60), st.none() | st.integers(0, 40))


@pytest.mark.parametrize("before", [None, *Status])
@pytest.mark.parametrize("after", list(Status))
def test_a_status_follows_only_where_the_table_says_so(before: Status | None, after: Status) -> None:
    changes = [Change(before)] if before else []
    if after in MAY_FOLLOW[before]:
        check_change(changes, after, DAY, StatusReason.WORK)
    else:
        with pytest.raises(RuleBroken):
            check_change(changes, after, DAY, StatusReason.WORK)


def test_nothing_follows_an_end() -> None:
    assert all(not MAY_FOLLOW[status] for status in ENDED)


def test_a_change_before_the_last_one_is_refused() -> None:
    with pytest.raises(RuleBroken, match="later change"):
        check_change([Change(Status.ACTIVE)], Status.WITHDRAWN, DAY - timedelta(1), StatusReason.WORK)


def test_another_reason_for_leaving_has_to_be_said() -> None:
    with pytest.raises(RuleBroken) as caught:
        check_change([Change(Status.ACTIVE)], Status.WITHDRAWN, DAY, StatusReason.OTHER, "  ")
    assert caught.value.field == "note"


def test_the_status_of_a_day_is_the_last_that_came_into_force() -> None:
    changes = [Change(Status.ON_LEAVE, DAY + timedelta(7)), Change(Status.ACTIVE)]
    assert status_on(changes, DAY - timedelta(1)) is None
    assert status_on(changes, DAY + timedelta(6)) is Status.ACTIVE
    assert status_on(changes, DAY + timedelta(7)) is Status.ON_LEAVE


@given(STRETCHES, STRETCHES)
def test_overlap_is_symmetric_and_means_a_shared_day(a: Stretch, b: Stretch) -> None:
    days = [DAY + timedelta(n) for n in range(150)]
    shared = any(at_or_none([a], day) and at_or_none([b], day) for day in days)
    assert overlap(a, b) == overlap(b, a) == shared


@given(st.lists(STRETCHES, max_size=6))
def test_rows_let_in_one_by_one_never_share_a_day(rows: list[Stretch]) -> None:
    standing: list[Stretch] = []
    for row in rows:
        try:
            check_free(standing, row)
        except RuleBroken:
            continue
        standing.append(row)
    for n in range(150):
        day = DAY + timedelta(n)
        assert sum(at_or_none([row], day) is not None for row in standing) <= 1


def test_leave_days_count_both_ends_and_stay_inside() -> None:
    assert leave_days([stretch(0, 6)], DAY + timedelta(3), DAY + timedelta(30)) == 4


def test_leave_needs_a_return_an_active_student_and_at_most_180_days() -> None:
    check_leave([], stretch(0, 179), Status.ACTIVE)
    with pytest.raises(RuleBroken, match="day of return"):
        check_leave([], stretch(0, None), Status.ACTIVE)
    with pytest.raises(RuleBroken, match="Only a student who is active"):
        check_leave([], stretch(0, 5), Status.WITHDRAWN)
    with pytest.raises(RuleBroken, match="181 days"):
        check_leave([], stretch(0, 180), Status.ACTIVE)
    with pytest.raises(RuleBroken, match="overlaps"):
        check_leave([stretch(0, 10)], stretch(10, 3), Status.ACTIVE)


def test_an_end_before_the_start_is_refused() -> None:
    with pytest.raises(RuleBroken, match="before the first"):
        check_free([], stretch(5, -1))
