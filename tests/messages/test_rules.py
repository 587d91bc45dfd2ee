"""When a letter is sent, put off or dropped."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.kernel.text import Sentence
from lms.messages.letters import LETTERS
from lms.messages.rules import LONGEST_WAIT, MOST_TRIES, Topic, is_stale, leaves_at, next_try

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


@pytest.mark.parametrize("name", sorted(LETTERS))
def test_every_letter_can_be_said(name: str) -> None:
    values = defaultdict(lambda: "x", program="x")
    for sentence in (LETTERS[name].subject, *LETTERS[name].body):
        assert "%" not in str(Sentence(sentence, values))
