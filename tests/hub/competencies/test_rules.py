"""A level counts while as many assessors as are asked for vouch for it, and only with what the framework asks for."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.hub.competencies.rules import (
    Asked,
    Completion,
    Outside,
    Signed,
    best_of,
    check_outside,
    check_sign,
    expires_on,
    explain,
    fold,
    statement_hash,
)
from lms.kernel.errors import RuleBroken

DAY = date(2026, 10, 28)
ONE = Asked("Tunes a loop", Completion.DEMONSTRATION, demonstrations=1)
TWO = Asked("Locks out", Completion.DEMONSTRATION, demonstrations=1, assessors=2)
BOTH = Asked("Bench", Completion.HYBRID, least_minutes=600, demonstrations=2)


def signed(level: int, assessor: int = 1, until: date | None = None) -> Signed:
    return Signed(assessor, level, DAY, until)


def test_the_level_is_what_as_many_different_assessors_vouch_for() -> None:
    assert fold(TWO, 0, 1, [signed(3, 1)], DAY).level == 0
    assert fold(TWO, 0, 1, [signed(3, 1), signed(2, 2)], DAY).level == 2
    assert fold(TWO, 0, 1, [signed(3, 1), signed(2, 1)], DAY).level == 0


def test_a_sign_off_counts_up_to_its_last_day() -> None:
    last = DAY + timedelta(days=10)
    assert fold(ONE, 0, 1, [signed(2, until=last)], last).level == 2
    gone = fold(ONE, 0, 1, [signed(2, until=last)], last + timedelta(days=1))
    assert (gone.level, gone.expired_on) == (0, last)
    assert expires_on(DAY, None) is None


def test_hybrid_asks_for_the_minutes_and_the_demonstrations() -> None:
    for minutes, shown, complete in ((600, 2, True), (599, 2, False), (600, 1, False)):
        assert fold(BOTH, minutes, shown, [], DAY).is_complete is complete


def test_nobody_signs_their_own_or_too_early_and_every_fault_is_named() -> None:
    with pytest.raises(RuleBroken, match="Nobody signs off their own") as caught:
        check_sign(fold(BOTH, 500, 1, [], DAY), 9, 3, is_own=True)
    said = [str(one.sentence) for one in caught.value.also]
    assert any("100 min more approved" in text for text in said)
    assert any("2 demonstrations are needed" in text for text in said)
    assert any("level from 1 to 3" in text for text in said)
    check_sign(fold(BOTH, 600, 2, [], DAY), 3, 3, is_own=False)


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 5)), max_size=8), st.integers(1, 2))
def test_one_more_sign_off_never_lowers_the_level(rows: list[tuple[int, int]], assessors: int) -> None:
    asked = Asked("x", Completion.DEMONSTRATION, assessors=assessors)
    levels = [
        fold(asked, 0, 0, [signed(level, who) for who, level in rows[:n]], DAY).level for n in range(len(rows) + 1)
    ]
    assert levels == sorted(levels)


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 5)), max_size=8))
def test_the_last_step_of_the_explanation_is_the_level(rows: list[tuple[int, int]]) -> None:
    held = fold(ONE, 0, 1, [signed(level, who) for who, level in rows], DAY)
    assert explain(held).steps[-1].value == explain(held).value == held.level


def test_the_hash_covers_the_sentence_and_everything_it_is_about() -> None:
    one = statement_hash("I saw it", ("a", 1))
    assert one != statement_hash("I saw it", ("a", 2)) != statement_hash("I saw it.", ("a", 2))
    assert len(one) == 64


def test_of_several_records_of_a_credential_the_valid_verified_one_counts() -> None:
    old = Outside("NIMS", True, False, DAY - timedelta(days=1))
    new = Outside("NIMS", True, False, DAY + timedelta(days=1))
    waiting = Outside("NIMS", False, False, None)
    assert best_of([old, new, waiting], DAY) is new
    assert not old.holds_on(DAY)
    assert best_of([], DAY) is None


def test_a_credential_names_what_it_is_and_cannot_expire_before_it_began() -> None:
    with pytest.raises(RuleBroken) as caught:
        check_outside("", "", None, None, DAY)
    assert len(caught.value.also) == 2
    with pytest.raises(RuleBroken, match="cannot expire before"):
        check_outside("NIMS", "NIMS", DAY, DAY - timedelta(days=1), DAY)
