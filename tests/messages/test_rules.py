"""When a letter is sent, put off or dropped."""

from contextlib import nullcontext
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.kernel.errors import RuleBroken
from lms.kernel.text import Sentence
from lms.kernel.weeks import clock_time
from lms.messages.letters import LETTERS
from lms.messages.rules import (
    LONGEST_WAIT,
    MOST_TRIES,
    NIGHT_SHIFT,
    DayTime,
    Topic,
    check_day,
    is_stale,
    leaves_at,
    next_try,
)

ZONES = st.sampled_from(["America/New_York", "America/Phoenix", "Europe/Madrid", "Asia/Kolkata"])
INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - Hypothesis wants bare bounds


@given(INSTANTS, ZONES)
def test_no_reminder_leaves_at_night_and_none_waits_more_than_a_night(now: datetime, zone: str) -> None:
    leaves = leaves_at(now, zone, Topic.REMINDERS)
    assert 7 <= leaves.astimezone(ZoneInfo(zone)).hour < 21
    assert timedelta() <= leaves - now <= timedelta(hours=11)  # the night on which clocks go back has 11


def test_a_link_to_ones_password_leaves_at_once() -> None:
    night = datetime(2026, 10, 28, 6, tzinfo=UTC)
    assert leaves_at(night, "America/New_York", Topic.ACCOUNT) == night
    assert leaves_at(night, "America/New_York", Topic.RESULTS) == datetime(2026, 10, 28, 11, tzinfo=UTC)


DAY_TIMES = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))


@given(INSTANTS, ZONES, DAY_TIMES, DAY_TIMES)
def test_a_letter_leaves_at_the_next_instant_of_the_persons_own_day(
    now: datetime, zone: str, begins: time, ends: time
) -> None:
    day = DayTime(begins, ends)
    leaves = leaves_at(now, zone, Topic.REMINDERS, day)
    assert timedelta() <= leaves - now <= timedelta(hours=25)
    if not clock_time(leaves.astimezone(ZoneInfo(zone)).date(), begins, zone).was_skipped:
        assert day.holds(leaves.astimezone(ZoneInfo(zone)).time())
    walked = now
    while walked < leaves:
        assert not day.holds(walked.astimezone(ZoneInfo(zone)).time())
        walked += timedelta(minutes=30)


@pytest.mark.parametrize(("hour", "leaves"), [(6, 6), (7, 15), (12, 15), (15, 15), (23, 23)])
def test_the_day_of_a_night_worker_starts_at_three_in_the_afternoon(hour: int, leaves: int) -> None:
    zone = ZoneInfo("America/New_York")
    now = datetime(2026, 10, 28, hour, tzinfo=zone).astimezone(UTC)
    assert leaves_at(now, zone.key, Topic.WORK, NIGHT_SHIFT).astimezone(zone).hour == leaves


@pytest.mark.parametrize(("ends", "is_long_enough"), [(time(18, 59), False), (time(19), True), (time(15), True)])
def test_a_day_has_four_hours_at_least_or_no_end(ends: time, is_long_enough: bool) -> None:
    with nullcontext() if is_long_enough else pytest.raises(RuleBroken, match="at least 4 hours"):
        check_day(DayTime(time(15), ends))


def test_tries_grow_apart_and_end() -> None:
    now = datetime(2026, 10, 28, tzinfo=UTC)
    waits = [next_try(n, now) for n in range(1, MOST_TRIES)]
    assert [wait - now for wait in waits[:3] if wait] == [timedelta(minutes=n) for n in (1, 2, 4)]
    assert max(wait - now for wait in waits if wait) == LONGEST_WAIT
    assert next_try(MOST_TRIES, now) is None


def test_a_reminder_is_of_no_use_after_three_days() -> None:
    written = datetime(2026, 10, 1, tzinfo=UTC)
    limit = LETTERS["sheet-due"].stale_after
    assert not is_stale(written, written + timedelta(hours=72), limit)
    assert is_stale(written, written + timedelta(hours=72, seconds=1), limit)
    assert not is_stale(written, written + timedelta(days=400), LETTERS["score-released"].stale_after)


class Anything(dict[str, str]):
    """A value for every name that a letter may ask for."""

    def __missing__(self, _name: str) -> str:
        return "x"


@pytest.mark.parametrize("name", sorted(LETTERS))
def test_every_letter_can_be_said(name: str) -> None:
    values = Anything(name="x")
    for sentence in (LETTERS[name].subject, *LETTERS[name].body):
        assert "%" not in str(Sentence(sentence, values))
