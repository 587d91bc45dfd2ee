"""Vague words, overlapping hours, hours without a record: what makes a sheet an exception (H7, H10, D14, P13)."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.hub.catalog.kinds import Kind
from lms.hub.hours.rules.entry import Evidence
from lms.hub.hours.rules.exceptions import evidence_reasons, is_proven, overlap_reasons, vague_reasons
from lms.hub.hours.rules.verdict import Reason, Why
from lms.hub.hours.rules.week import Witnessed
from lms.hub.hours.rules.words import TOLD
from tests.hub.hours.made import ENTRIES, MONDAY, TUESDAY, Made, timed

GOOD = "Read the chart of line 2 and drew its limits again"


def sentences(reasons: list[Reason]) -> list[str]:
    return [str(reason.sentence) for reason in reasons]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "nothing says what was done"),
        ("studied", "7 characters"),
        ("aaaaaaaaaaaaaaaaaaa", "fewer than 3 different words"),
        ("stuff stuff stuff stuff", "fewer than 3 different words"),
        ("read the chart of LINE 2, and drew its limits again!", "the same words"),
    ],
)
def test_h10_words_that_do_not_tell_what_was_done_are_named_with_the_reason(text: str, said: str) -> None:
    (found,) = vague_reasons([Made()], {"e1": text}, earlier=[GOOD])
    assert (found.why, found.needs_note) == (Why.VAGUE, False)
    assert said in str(found.sentence)


def test_h10_words_that_say_what_was_done_are_no_exception_and_old_ones_may_come_back() -> None:
    assert not vague_reasons([Made()], {"e1": GOOD})
    others = ["Solved the exercises of unit 2", "Drew the plan of the cell", "Wrote the report on scrap"]
    assert not vague_reasons([Made()], {"e1": GOOD}, earlier=[GOOD, *others])


def test_h10_the_second_of_two_entries_with_the_same_words_is_named() -> None:
    first, second = Made("a", MONDAY), Made("b", TUESDAY)
    assert sentences(vague_reasons([second, first], {"a": GOOD, "b": GOOD})) == [
        f"{TUESDAY}: the same words as in one of the three entries before"
    ]


@given(ENTRIES)
def test_h10_only_self_study_and_capstone_work_need_their_students_words(entries: list[Made]) -> None:
    assert len(vague_reasons(entries, {})) == sum(entry.kind in TOLD for entry in entries)


def test_h7_an_overlap_with_another_enrollment_is_named_and_touching_ends_are_none() -> None:
    mine = timed(TUESDAY, 8, 60)
    assert [one.why for one in overlap_reasons([mine], [timed(TUESDAY, 8, 30, "other")])] == [Why.OVERLAP]
    assert not overlap_reasons([mine], [timed(TUESDAY, 9, 30, "other"), Made("untimed")])


@pytest.mark.parametrize("kind", [Kind.LAB_IN_PERSON, Kind.SIMULATION])
def test_d14_a_lab_of_which_only_the_student_tells_is_an_exception_until_somebody_saw_it(kind: Kind) -> None:
    entry = Made(kind=kind, minutes=120)
    assert "120 min" in sentences(evidence_reasons([entry]))[0]
    assert not evidence_reasons([entry], Witnessed(kinds=frozenset({(MONDAY, kind)})))
    assert not evidence_reasons([replace(entry, evidence=Evidence.SYSTEM_TRACE), Made(kind=Kind.LECTURE_ONLINE)])


@given(ENTRIES, st.booleans())
def test_h22_a_week_is_proven_only_if_somebody_vouches_for_every_entry(entries: list[Made], seen: bool) -> None:
    witnessed = Witnessed(entries=frozenset(entry.public_id for entry in entries) if seen else frozenset())
    levels = [entry.evidence for entry in entries]
    assert is_proven(entries, witnessed) == (bool(entries) and (seen or min(levels) >= Evidence.COUNTERSIGNED))
