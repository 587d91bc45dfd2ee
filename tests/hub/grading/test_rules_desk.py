"""Laws of shared drafts, of sharing work out, of two marks, of releases; with bare values."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.hub.grading.rules.drafts import merge, written_by_others
from lms.hub.grading.rules.marking import (
    AgreedBy,
    Grader,
    Piece,
    Stage,
    Way,
    agreed_points,
    needs_talk,
    pseudonym,
    share_out,
    stage_for,
)
from lms.hub.grading.rules.releases import Mode, Plan, Said, check_plan, check_release, is_due, is_news, shows_itself
from lms.kernel.errors import RuleBroken

NOW = datetime(2026, 10, 28, 14, tzinfo=UTC)
HOUR = timedelta(hours=1)
PARTS = ("mark-A", "mark-B", "comment", "late")
written = st.dictionaries(st.sampled_from(PARTS), st.integers(0, 3))


@given(written, written, st.sets(st.sampled_from(PARTS)), st.sets(st.sampled_from(PARTS)))
def test_two_graders_lose_nothing_whatever_parts_they_change(
    one: dict[str, int], two: dict[str, int], by_one: set[str], by_two: set[str]
) -> None:
    first = merge({}, {}, one, by_one, 0, 1)
    second = merge(first.parts, first.stamps, two, by_two, 0, 2)
    assert first.clashes == frozenset()
    for name in by_one - by_two:
        assert second.parts.get(name) == one.get(name)
    for name in by_two - by_one:
        assert second.parts.get(name) == two.get(name)
    for name in by_one & by_two:  # the same part: the same value, or both are told of
        assert one.get(name) == two.get(name) or (name in second.clashes) is (first.parts.get(name) is not None)


@given(written, st.sets(st.sampled_from(PARTS)))
def test_who_has_read_the_last_version_never_clashes(mine: dict[str, int], touched: set[str]) -> None:
    stored = {"mark-A": 9, "comment": 9}
    found = merge(stored, {"mark-A": 3, "comment": 2}, mine, touched, 3, 4)
    assert not found.clashes
    assert written_by_others(found.stamps, 4, ()) == frozenset()


pieces = st.lists(
    st.builds(Piece, st.integers(1, 10_000), st.integers(100, 140), st.sampled_from([1, 2])),
    max_size=40,
    unique_by=lambda piece: piece.key,
)
BOTH = frozenset({1, 2})


@given(pieces, st.integers(1, 5))
def test_work_is_shared_out_evenly_and_sharing_again_moves_nothing(work: list[Piece], number: int) -> None:
    graders = [Grader(person, BOTH) for person in range(1, number + 1)]
    found = share_out(work, graders, Way.EVEN)
    counts = Counter(found.values())
    assert set(found) == {piece.key for piece in work}
    assert max(counts.values(), default=0) - min((counts[g.person] for g in graders), default=0) <= 1
    held = [Piece(p.key, p.student, p.section, found[p.key]) for p in work]
    assert share_out(held, graders, Way.EVEN) == found


@given(pieces, st.sets(st.integers(0, 39)))
def test_what_was_begun_stays_and_nobody_marks_their_own_or_another_section(work: list[Piece], begun: set[int]) -> None:
    graders = [Grader(1, BOTH), Grader(2, frozenset({1})), Grader(3, frozenset({2})), Grader(120, BOTH)]
    held = [
        Piece(p.key, p.student, p.section, 1, is_begun=True) if number in begun else p for number, p in enumerate(work)
    ]
    found = share_out(held, graders, Way.EVEN)
    sections = {grader.person: grader.sections for grader in graders}
    for piece in held:
        assert found[piece.key] == 1 if piece.is_begun else piece.section in sections[found[piece.key]]
        assert found[piece.key] != piece.student


def test_by_load_whoever_has_more_waiting_gets_less_and_by_section_each_is_shared_alone() -> None:
    work = [Piece(number, 500 + number, 1) for number in range(6)]
    loaded = [Grader(1, BOTH, load=4), Grader(2, BOTH)]
    assert Counter(share_out(work, loaded, Way.LOAD).values()) == {2: 5, 1: 1}
    mixed = [*work, Piece(50, 600, 2), Piece(51, 601, 2)]
    found = share_out(mixed, [Grader(1, frozenset({1})), Grader(2, BOTH)], Way.SECTION)
    assert Counter(found.values()) == {1: 3, 2: 5}
    with pytest.raises(RuleBroken):
        share_out([Piece(1, 2, 3)], [Grader(1, BOTH)], Way.EVEN)


@given(st.integers(0, 1_000), st.integers(0, 1_000), st.integers(0, 10_000))
def test_two_marks_come_to_something_between_them_and_their_order_does_not_matter(a: int, b: int, gap: int) -> None:
    assert needs_talk(a, b, 1_000, gap) is needs_talk(b, a, 1_000, gap)
    if needs_talk(a, b, 1_000, gap):
        with pytest.raises(RuleBroken):
            agreed_points(a, b, 1_000, gap, AgreedBy.MEAN)
        return
    mean = agreed_points(a, b, 1_000, gap, AgreedBy.MEAN)
    assert min(a, b) <= mean.value <= max(a, b)
    assert mean.value == agreed_points(b, a, 1_000, gap, AgreedBy.MEAN).value


@pytest.mark.parametrize(
    ("person", "has_score", "has_second", "is_settled", "stage"),
    [
        (1, False, False, False, Stage.MARK),
        (1, True, False, False, Stage.MARK),
        (2, True, False, False, Stage.SECOND),
        (1, True, True, False, Stage.AGREE),
        (2, True, True, False, Stage.AGREE),
        (2, True, True, True, Stage.MARK),
    ],
)
def test_what_somebody_can_do_with_work_that_has_two_markers(
    person: int, has_score: bool, has_second: bool, is_settled: bool, stage: Stage
) -> None:
    of = {"has_score": has_score, "has_second": has_second, "is_settled": is_settled}
    assert stage_for(person, is_double=True, scored_by=1 if has_score else None, **of) is stage
    assert stage_for(person, is_double=False, scored_by=1 if has_score else None, **of) is Stage.MARK


def test_a_student_has_another_name_on_each_activity() -> None:
    assert pseudonym("ada", "a1") == pseudonym("ada", "a1")
    assert len({pseudonym("ada", "a1"), pseudonym("ada", "a2"), pseudonym("zoe", "a1")}) == 3


@pytest.mark.parametrize(
    ("plan", "itself", "by_hand"),
    [
        (Plan(), False, True),
        (Plan(Mode.AT_ONCE), True, True),
        (Plan(Mode.HIDDEN), False, False),
        (Plan(Mode.SCHEDULED, NOW + HOUR), False, False),
        (Plan(Mode.SCHEDULED, NOW), True, True),
    ],
)
def test_a_plan_says_when_a_score_is_shown(plan: Plan, itself: bool, by_hand: bool) -> None:
    assert shows_itself(plan, NOW) is itself
    assert is_due(plan, NOW) is (itself and plan.mode is Mode.SCHEDULED)
    if by_hand:
        check_release(plan, NOW)
    else:
        with pytest.raises(RuleBroken):
            check_release(plan, NOW)


def test_a_schedule_needs_a_time_to_come_and_only_what_differs_is_news() -> None:
    for at in (None, NOW - HOUR):
        with pytest.raises(RuleBroken):
            check_plan(Plan(Mode.SCHEDULED, at), NOW)
    said = Said(80, {"A": 80}, 0, {"comment": "Good."})
    assert is_news(None, said)
    assert not is_news(said, Said(80, {"A": 80}, 0, {"comment": "Good."}))
    assert is_news(said, Said(80, {"A": 80}, 0, {"comment": "Good!"}))
