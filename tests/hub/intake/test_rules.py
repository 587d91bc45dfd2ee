"""Durations, minutes of a day and points of a score, for every value that a sender may find."""

from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.hub.coursework.kinds import Counts
from lms.hub.intake.rules import ReportedScore, explain_minutes, minutes_of, points_of, replaces
from lms.hub.intake.rules.durations import seconds_in
from lms.kernel.errors import RuleBroken
from lms.kernel.explain import FactRef
from lms.kernel.units import Span

PARTS = st.integers(0, 9_999)


@dataclass(frozen=True)
class Said:
    sitting: str
    seconds: int | None

    @property
    def ref(self) -> FactRef:
        return FactRef("reported_result", self.sitting, None)


SAID = st.lists(st.builds(Said, st.sampled_from("abc"), st.none() | st.integers(0, 50_000)), max_size=8)


@given(PARTS, PARTS, PARTS, PARTS, st.integers(0, 99))
def test_a_duration_is_the_sum_of_its_parts(days: int, hours: int, minutes: int, seconds: int, hundredths: int) -> None:
    text = f"P{days}DT{hours}H{minutes}M{seconds}.{hundredths:02}S"
    whole = ((days * 24 + hours) * 60 + minutes) * 60 + seconds
    assert seconds_in(text) == whole + Fraction(hundredths, 100)
    assert seconds_in(text.replace(".", ",")) == seconds_in(text)


@pytest.mark.parametrize(
    ("text", "seconds"), [("PT45M", 2700), ("P2W", 1_209_600), ("PT1.5H", 5400), ("P0Y0M1D", 86_400)]
)
def test_short_forms_are_durations_too(text: str, seconds: int) -> None:
    assert seconds_in(text) == seconds


@given(st.text(alphabet="P1D2T.HMSYW-", max_size=9))
def test_what_is_taken_has_a_unit_behind_every_number(text: str) -> None:
    try:
        seconds = seconds_in(text)
    except RuleBroken:
        return
    assert seconds >= 0
    assert text.startswith("P")
    assert text[-1] in "WDHMSY"


@pytest.mark.parametrize("text", ["P", "PT", "P1DT", "P1Y", "P2M", "PT1.5H3M", "P1W1D", "-PT1H", "PT1H ", "45", "PT٤M"])
def test_what_has_no_one_length_is_no_duration(text: str) -> None:
    with pytest.raises(RuleBroken):
        seconds_in(text)


@given(SAID)
def test_the_steps_of_a_day_add_up_and_one_sitting_counts_once(said: list[Said]) -> None:
    found = explain_minutes(said)
    *sittings, total = found.steps
    assert total.value == Span(found.value)
    assert sum(int(str(step.value)) for step in sittings) // 60 == found.value == minutes_of(said)
    assert len(sittings) == len({one.sitting for one in said if one.seconds})


@given(SAID)
def test_saying_it_again_changes_no_minutes_and_more_never_takes_away(said: list[Said]) -> None:
    assert minutes_of([*said, *said]) == minutes_of(said)
    assert all(minutes_of(said[:number]) <= minutes_of(said) for number in range(len(said)))


@given(st.fractions(0, 1), st.integers(1, 50_000))
def test_a_scaled_score_and_the_same_raw_score_give_the_same_points(part: Fraction, possible: int) -> None:
    points = points_of(ReportedScore(scaled=part), possible)
    assert points == points_of(ReportedScore(raw=part * 40 + 10, least=Fraction(10), most=Fraction(50)), possible)
    assert 0 <= points <= possible
    assert abs(points - part * possible) <= Fraction(1, 2)


def test_a_raw_score_alone_is_in_points() -> None:
    assert points_of(ReportedScore(raw=Fraction("72.5")), 10_000) == 7_250


@pytest.mark.parametrize(
    ("score", "field"),
    [
        (ReportedScore(scaled=Fraction(-1, 2)), "score.scaled"),
        (ReportedScore(scaled=Fraction(11, 10)), "score.scaled"),
        (ReportedScore(), "score"),
        (ReportedScore(raw=Fraction(101)), "score.raw"),
        (ReportedScore(raw=Fraction(1), least=Fraction(5), most=Fraction(5)), "score.max"),
    ],
)
def test_a_score_that_fits_nothing_names_its_part(score: ReportedScore, field: str) -> None:
    with pytest.raises(RuleBroken) as caught:
        points_of(score, 10_000)
    assert caught.value.field == field


def test_the_highest_or_the_latest_reported_score_stays_as_the_activity_says() -> None:
    early, late = datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 10, 2, tzinfo=UTC)
    assert replaces(10, early, None, None, Counts.LATEST)
    assert replaces(10, late, 50, early, Counts.LATEST)
    assert not replaces(10, early, 50, late, Counts.LATEST)
    assert not replaces(10, late, 50, early, Counts.HIGHEST)
    assert replaces(60, early, 50, late, Counts.HIGHEST)
