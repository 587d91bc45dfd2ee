"""When reviews are due, how far they are, what stands on the agenda. Bare values."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.hub.cohorts.rules import Days
from lms.hub.reviews.agenda import SECTIONS, agenda
from lms.hub.reviews.kinds import Party, Stage
from lms.hub.reviews.rules import (
    Terms,
    check_terms,
    content_hash,
    dues,
    explain_due,
    shown_hash,
    signers,
    stage_of,
)
from lms.hub.reviews.whys import explain_weeks, for_reader, read_back, seal, stored
from lms.kernel.canonical import canonical
from lms.kernel.errors import RuleBroken
from lms.kernel.explain import FactRef
from lms.kernel.units import Share, Span

pytestmark = pytest.mark.one_engine
START, END = date(2026, 9, 8), date(2027, 9, 6)
FIGURES = {
    "hours": {"logged": 100, "approved": 40, "expected": 600, "missing_weeks": [3, 4]},
    "progress": {"pace": "behind", "missing_items": 2, "finish": "2027-10-10", "is_late": True},
    "attendance": {"share_bp": 8_200, "scheduled": 1_000, "counted": 820},
    "grades": [{"name": "Process controls", "grade_bp": 6_000, "pass_bp": 7_000}],
    "capstone": {"state": "", "overdue": 0},
}


def days_away() -> st.SearchStrategy[list[Days]]:
    one = st.builds(
        lambda day, length: Days(START + timedelta(days=day), START + timedelta(days=day + length)),
        st.integers(-10, 370),
        st.integers(0, 40),
    )
    return st.lists(one, max_size=5)


def test_a_review_is_due_after_every_twelve_weeks() -> None:
    found = dues(START, END, [], Terms())
    assert [due.due_on for due in found] == [START + timedelta(days=84 * n - 1) for n in (1, 2, 3, 4)]
    assert found[1].from_day == found[0].due_on + timedelta(days=1)
    assert dues(None, END, [], Terms()) == []


def test_three_weeks_of_leave_move_the_review_by_three_weeks_and_the_explanation_says_so() -> None:
    leave = Days(date(2026, 10, 5), date(2026, 10, 25))
    (first, *_) = dues(START, END, [leave], Terms())
    assert (first.due_on, first.away) == (START + timedelta(days=84 + 21 - 1), 21)
    explained = explain_due(first, Terms())
    assert explained.value == first.due_on
    assert [step.value for step in explained.steps] == [START, 84, 21, first.due_on]


@given(days_away(), st.integers(4, 52))
def test_between_two_reviews_lie_exactly_the_weeks_of_presence_and_none_falls_on_a_day_away(
    away: list[Days], weeks: int
) -> None:
    year = [START + timedelta(days=n) for n in range(400)]
    off = {day for day in year for d in away if d.to_day and d.from_day <= day <= d.to_day}
    for due in dues(START, END, away, Terms(weeks, 5, 10)):
        span = [due.from_day + timedelta(days=n) for n in range((due.due_on - due.from_day).days + 1)]
        assert sum(day not in off for day in span) == weeks * 7
        assert due.away == sum(day in off for day in span)
        assert due.due_on not in off


@pytest.mark.parametrize(
    ("terms", "field"),
    [(Terms(3, 5, 10), "every_weeks"), (Terms(12, 0, 10), "remind_days"), (Terms(12, 10, 10), "escalate_days")],
)
def test_terms_that_nobody_could_keep_are_refused(terms: Terms, field: str) -> None:
    with pytest.raises(RuleBroken) as caught:
        check_terms(terms)
    assert caught.value.field == field


def test_a_review_goes_from_coming_over_late_and_open_to_signed() -> None:
    due = date(2026, 11, 30)
    assert stage_of(due, due, is_begun=False, is_asked=False, missing=()) is Stage.COMING
    assert stage_of(due + timedelta(days=1), due, is_begun=False, is_asked=False, missing=()) is Stage.LATE
    assert stage_of(due, due, is_begun=True, is_asked=False, missing=()) is Stage.OPEN
    assert stage_of(due, due, is_begun=True, is_asked=True, missing=[Party.STUDENT]) is Stage.TO_SIGN
    assert stage_of(due, due, is_begun=True, is_asked=True, missing=()) is Stage.SIGNED
    assert Party.SUPERVISOR not in signers(has_supervisor=False)


def test_the_agenda_names_what_stands_out_and_leaves_out_what_is_hidden() -> None:
    said = [str(point.sentence) for point in agenda(FIGURES)]
    for text in (
        "500 min behind",
        "60 min are logged",
        "week 3, 4",
        "missing: 2",
        "No capstone project",
        "Process controls",
    ):
        assert any(text in one for one in said), text
    whys = {point.section: point.why.value for point in reversed(agenda(FIGURES))}  # of each section the first
    assert whys["hours"] == Span(500)
    assert (whys["attendance"], whys["grades"]) == (Share(8_200), Share(6_000))
    assert all(point.why.steps[-1].value == point.why.value for point in agenda(FIGURES))
    assert agenda(FIGURES, frozenset(SECTIONS)) == []
    assert all(point.section != "grades" for point in agenda(FIGURES, frozenset({"grades"})))


@given(st.text(max_size=20), st.text(max_size=20))
def test_any_change_of_what_is_signed_changes_its_hash_and_hiding_changes_what_was_shown(one: str, two: str) -> None:
    first = content_hash("r", START, None, FIGURES, one, [(Party.STUDENT, END, two)])
    assert first == content_hash("r", START, None, FIGURES, one, [(Party.STUDENT, END, two)])
    assert first != content_hash("r", START, None, FIGURES, one + "x", [(Party.STUDENT, END, two)])
    assert first != content_hash("r", START, None, FIGURES, one, [(Party.STUDENT, END, two + "x")])
    assert first != content_hash("r", START, START, FIGURES, one, [(Party.STUDENT, END, two)])
    assert shown_hash(first, FIGURES, []) != shown_hash(first, FIGURES, ["grades"])


WEEKS = st.lists(st.tuples(st.integers(1, 52), st.integers(0, 6_000)), max_size=8)
MOMENT = datetime(2026, 10, 28, 14, 0, 0, 5, tzinfo=UTC)


@given(WEEKS)
def test_a_stored_explanation_reads_back_as_it_was_and_its_steps_make_its_value(weeks: list[tuple[int, int]]) -> None:
    facts = [FactRef("hours_entry", f"e{number}", MOMENT) for number, _ in weeks]
    why = explain_weeks(weeks, "Minutes.", facts)
    assert why.value == Span(sum(minutes for _, minutes in weeks)) == why.steps[-1].value
    kept = stored({"hours.logged": why, "grades.PC": why, "progress.pace": why})
    assert read_back(json.loads(canonical(kept))) == dict.fromkeys(kept, why)
    assert seal(kept) == seal(json.loads(canonical(kept)))
    mine = for_reader(read_back(kept), {"grades"}, is_of_firm=False)
    assert set(mine) == {"hours.logged", "progress.pace"}
    firm = for_reader(read_back(kept), {"grades"}, is_of_firm=True)
    assert firm["hours.logged"].steps == why.steps
    assert firm["progress.pace"].steps == why.steps[-1:]
    assert {fact.public_id for one in firm.values() for fact in one.facts} <= {None}
