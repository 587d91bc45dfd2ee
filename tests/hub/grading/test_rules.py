"""Points, lateness, what is missing, which score stands."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.hub.coursework.kinds import Counts
from lms.hub.grading import rules
from lms.hub.grading.rules import LatePolicy, MissingPolicy, ScoreKind, Status
from lms.kernel.errors import NotAllowed, RuleBroken

DUE = datetime(2026, 10, 19, 3, 59, tzinfo=UTC)
DAY = 86_400


@dataclass(frozen=True)
class Criterion:
    code: str
    points: int


@dataclass(frozen=True)
class Score:
    attempt: int
    points: int | None
    late_seconds: int = 0
    kind: ScoreKind = ScoreKind.POINTS


policies = st.builds(
    LatePolicy,
    rate_bp=st.integers(0, 10_000),
    interval_seconds=st.sampled_from([3_600, DAY]),
    floor_bp=st.integers(0, 10_000),
)
scored = st.integers(1, 20_000).flatmap(lambda possible: st.tuples(st.integers(0, possible), st.just(possible)))
late = st.integers(0, 40 * DAY)


@pytest.mark.parametrize(
    ("points", "late_seconds", "left"),
    [
        (9_000, 0, 9_000),
        (9_000, 3 * 3_600, 8_000),  # one interval begun: 10 percent of the possible points
        (9_000, DAY + 300, 7_000),  # 24 h 5 min are two intervals
        (9_000, 30 * DAY, 5_000),  # the floor
        (5_500, 3 * DAY, 5_000),
        (4_000, 3 * DAY, 4_000),  # under the floor already: untouched
    ],
)
def test_late_work_loses_ten_percent_a_day_down_to_half(points, late_seconds, left):
    assert rules.penalize(points, 10_000, late_seconds, LatePolicy()).points == left


@given(scored, late, policies)
def test_lateness_never_adds_points_nor_takes_more_than_the_policy_says(pair, late_seconds, policy):
    points, possible = pair
    penalty = rules.penalize(points, possible, late_seconds, policy)
    floor = Fraction(possible * policy.floor_bp, 10_000)
    assert min(points, floor) <= penalty.points <= points
    assert penalty.points + penalty.deducted == points
    assert penalty.deducted <= Fraction(possible * policy.rate_bp * penalty.intervals, 10_000)


@given(scored, late, st.integers(0, 3 * DAY), policies)
def test_later_work_never_counts_more(pair, late_seconds, more, policy):
    points, possible = pair
    earlier = rules.penalize(points, possible, late_seconds, policy).points
    assert rules.penalize(points, possible, late_seconds + more, policy).points <= earlier


@given(scored, late, policies)
def test_the_steps_of_a_score_reproduce_it(pair, late_seconds, policy):
    points, possible = pair
    explained = rules.explain_score(points, possible, late_seconds, policy)
    given_points, *_, counted = (step.value for step in explained.steps)
    taken = sum(step.value for step in explained.steps if step.text.message.startswith("taken"))
    assert counted == given_points + taken
    assert Fraction(counted) * 100 == explained.value == rules.penalize(points, possible, late_seconds, policy).points


RUBRIC = [Criterion("SAFE", 4_000), Criterion("FIT", 6_000)]


def test_a_score_is_the_sum_of_one_mark_for_each_criterion():
    assert rules.points_from_marks(RUBRIC, {"SAFE": 4_000, "FIT": 2_550}) == 6_550


@pytest.mark.parametrize(
    ("marks", "fields"),
    [
        ({"SAFE": 1}, {"mark-FIT"}),
        ({"SAFE": -1, "FIT": 6_001}, {"mark-SAFE", "mark-FIT"}),
        ({"SAFE": 0, "FIT": 0, "X": 1}, {"mark-X"}),
        ({}, {"mark-SAFE", "mark-FIT"}),
    ],
)
def test_marks_that_do_not_fit_the_rubric_are_all_named(marks, fields):
    with pytest.raises(RuleBroken) as broken:
        rules.points_from_marks(RUBRIC, marks)
    assert set(broken.value.by_field()) == fields


@pytest.mark.parametrize(
    "criteria",
    [
        [],
        [Criterion("A", 5_000), Criterion("A", 5_000)],
        [Criterion("A", 9_999)],
        [Criterion("A", 0), Criterion("B", 10_000)],
    ],
)
def test_a_rubric_comes_to_the_points_of_its_activity(criteria):
    with pytest.raises(RuleBroken):
        rules.check_rubric(criteria, 10_000)
    rules.check_rubric(RUBRIC, 10_000)


def test_points_lie_between_zero_and_what_is_possible():
    assert rules.check_points(0, 100) == 0
    for points in (-1, 101):
        with pytest.raises(RuleBroken):
            rules.check_points(points, 100)


def test_nothing_handed_in_is_missing_long_before_it_counts_as_zero():
    policy = MissingPolicy(after_days=14)

    def status(**after: float) -> Status:
        return rules.status_of(DUE + timedelta(**after), DUE, 15, policy, None, is_in=False)

    assert status(minutes=15) is Status.OPEN
    assert status(minutes=16) is Status.MISSING
    assert status(days=14) is Status.MISSING
    assert status(days=14, minutes=16) is Status.ZERO
    assert not rules.missing_counts(DUE + timedelta(days=999), DUE, 15, MissingPolicy(after_days=None))


@given(st.timedeltas(timedelta(days=-9), timedelta(days=99)), st.sampled_from(ScoreKind))
def test_a_score_beats_every_other_status(after, kind):
    found = {rules.status_of(DUE + after, DUE, 15, MissingPolicy(), kind, is_in=is_in) for is_in in (True, False)}
    assert found == {Status.EXEMPT if kind is ScoreKind.EXEMPT else Status.GRADED}


@given(st.timedeltas(timedelta(days=-9), timedelta(days=99)))
def test_ungraded_work_is_never_missing(after):
    assert rules.status_of(DUE + after, DUE, 15, MissingPolicy(), None, is_in=True) is Status.IN


def test_the_latest_or_the_highest_attempt_stands_after_lateness():
    scores = [Score(1, 8_000), Score(2, 9_000, late_seconds=2 * DAY), Score(3, 7_500)]
    assert rules.which_stands(scores, Counts.LATEST, 10_000, LatePolicy()).attempt == 3
    assert rules.which_stands(scores, Counts.HIGHEST, 10_000, LatePolicy()).attempt == 1
    assert rules.which_stands([], Counts.LATEST, 10_000, LatePolicy()) is None


def test_an_exemption_stands_whatever_else_was_scored():
    exempt = Score(1, None, kind=ScoreKind.EXEMPT)
    assert rules.which_stands([Score(2, 9_000), exempt], Counts.HIGHEST, 10_000, LatePolicy()) is exempt
    assert rules.counted_points(exempt, 10_000, LatePolicy()) is None


def test_a_score_is_released_from_its_release_on():
    assert rules.is_released(DUE, DUE)
    assert not rules.is_released(DUE + timedelta(seconds=1), DUE)
    assert not rules.is_released(None, DUE)


def test_a_change_after_release_needs_a_reason():
    with pytest.raises(RuleBroken) as broken:
        rules.check_change("  ok ", was_released=True)
    assert broken.value.field == "reason"
    rules.check_change("criterion 2 was read wrongly", was_released=True)
    rules.check_change("", was_released=False)


def test_a_lateness_set_by_hand_needs_a_reason_and_is_not_negative():
    rules.check_late_override(None, "")
    rules.check_late_override(0, "the server was down")
    for seconds, reason in [(0, ""), (-1, "the server was down")]:
        with pytest.raises(RuleBroken):
            rules.check_late_override(seconds, reason)


def test_nobody_grades_their_own_work():
    with pytest.raises(NotAllowed):
        rules.check_not_self(7, 7)
    rules.check_not_self(8, 7)


@pytest.mark.parametrize(
    ("value", "places", "shown"),
    [
        ("0.05", 1, "0.1"),
        ("-0.05", 1, "-0.1"),
        ("0.0499", 1, "0.0"),
        ("-0.0499", 1, "0.0"),
        ("2.5", 0, "3"),
        ("89.95", 1, "90.0"),
    ],
)
def test_halves_are_rounded_away_from_zero(value, places, shown):
    assert str(rules.round_half_away(Fraction(value), places)) == shown


@given(st.fractions(-(10**12), 10**12), st.integers(0, 4))
def test_rounding_moves_by_at_most_half_a_place_and_is_symmetric(value, places):
    rounded = rules.round_half_away(value, places)
    assert abs(Fraction(rounded) - value) <= Fraction(1, 2 * 10**places)
    assert rules.round_half_away(-value, places) == -rounded


def test_points_and_durations_read_well():
    assert rules.shown_points(6_550) == Decimal("65.50")
    assert rules.shown_duration(86_701) == "24:06"
