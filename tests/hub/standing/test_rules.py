"""What is missing is said in words, and a node is met exactly when its parts are."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.hub.catalog.kinds import RequirementKind as K
from lms.hub.catalog.rules import Need
from lms.hub.standing.pace import PACE_NAMES, CourseMark, Pace, PaceFacts, pace
from lms.hub.standing.rules import (
    STATE_NAMES,
    CapstoneFacts,
    CourseFacts,
    State,
    StudentFacts,
    counted_minutes,
    judge,
    standing,
)
from lms.kernel.text import say

MET = CourseFacts("Process controls", 7_000, Fraction(7_000), graded_items=3)
OPEN = CourseFacts("Process controls", 7_000, Fraction(9_000), graded_items=2, open_items=1)
LOW = CourseFacts("Process controls", 7_000, Fraction(20_999, 3), graded_items=3)
UNSEEN = CourseFacts("Process controls", 7_000)


def course(code: str = "PC") -> Need:
    return Need(K.COURSE, "Process controls", course=code)


@pytest.mark.parametrize(
    ("facts", "state", "words"),
    [
        (MET, State.MET, "passed with 70.0 percent"),
        (OPEN, State.IN_PROGRESS, "90.0 percent; activities open: 1"),
        (LOW, State.IN_PROGRESS, "stands at 70.0 percent and needs 70.0"),
        (UNSEEN, State.MISSING, "no released grade yet"),
    ],
)
def test_a_course_is_met_when_everything_is_graded_and_the_unrounded_grade_reaches_the_pass_mark(
    facts: CourseFacts, state: State, words: str
) -> None:
    verdict = judge(course(), StudentFacts({"PC": facts}))
    assert verdict.state is state
    assert words in str(verdict.reason)


def test_a_course_outside_the_plan_is_missing() -> None:
    assert judge(course("ROB"), StudentFacts()).state is State.MISSING


def test_one_of_six_spokes_is_enough() -> None:
    spokes = Need(K.MIN_N_OF, "One spoke", n=1, needs=tuple(course(code) for code in "ABCDEF"))
    assert judge(spokes, StudentFacts({"C": MET})).state is State.MET
    assert judge(spokes, StudentFacts({"C": OPEN})).state is State.IN_PROGRESS
    assert judge(spokes, StudentFacts()).state is State.MISSING


def test_minutes_count_by_kind_and_from_the_evidence_level_up() -> None:
    need = Need(K.MIN_MINUTES, "Labs", minutes=100, hours_kind="lab_in_person", evidence=2)
    facts = StudentFacts(minutes={("lab_in_person", 1): 500, ("lab_in_person", 2): 40, ("lab_in_person", 3): 22})
    verdict = judge(need, facts)
    assert verdict.state is State.IN_PROGRESS
    assert str(verdict.reason).startswith("You still need 38 min of In-person lab at evidence level 2")
    assert counted_minutes(facts.minutes, None, 0) == 562


def test_a_capstone_needs_the_delivered_project_and_the_grade_and_nothing_of_its_savings() -> None:
    need = Need(K.CAPSTONE, "Capstone", course="CAP")
    delivered = CapstoneFacts(say("Reported out."), is_delivered=True)
    running = CapstoneFacts(say("In progress."), is_delivered=False)
    assert judge(need, StudentFacts({"CAP": MET}, capstone=delivered)).state is State.MET
    assert judge(need, StudentFacts({"CAP": MET}, capstone=running)).state is State.IN_PROGRESS
    assert judge(need, StudentFacts({"CAP": OPEN}, capstone=delivered)).state is State.IN_PROGRESS
    assert judge(need, StudentFacts({"CAP": MET})).state is State.MISSING


@pytest.mark.parametrize(
    ("kind", "words"), [(K.COMPETENCY, "is not loaded yet"), (K.CREDENTIAL, "is not on your record")]
)
def test_what_nobody_has_recorded_is_missing_and_says_what_to_do(kind: K, words: str) -> None:
    verdict = judge(Need(kind, "NIMS Level 1", code="nims/1"), StudentFacts())
    assert verdict.state is State.MISSING
    assert words in str(verdict.reason)


def test_what_is_missing_lists_the_leaves_that_are_not_met() -> None:
    tree = Need(K.ALL_OF, "All", needs=(course("PC"), Need(K.ALL_OF, "Hub", needs=(course("MS"), course("LS")))))
    verdict = standing(tree, StudentFacts({"PC": MET, "MS": MET, "LS": OPEN})).value
    assert [leaf.need.course for leaf in verdict.missing] == ["LS"]


STATES = st.sampled_from([MET, OPEN, UNSEEN])


@given(st.lists(STATES, min_size=1, max_size=6), st.data())
def test_n_of_m_is_met_exactly_when_n_parts_are(courses: list[CourseFacts], data: st.DataObject) -> None:
    n = data.draw(st.integers(1, len(courses)))
    needs = tuple(course(str(i)) for i in range(len(courses)))
    verdict = judge(
        Need(K.MIN_N_OF, "some", n=n, needs=needs), StudentFacts(dict(zip("012345", courses, strict=False)))
    )
    assert (verdict.state is State.MET) == (sum(c is MET for c in courses) >= n)
    assert (verdict.missing == ()) == (verdict.state is State.MET)


@given(st.lists(STATES, min_size=1, max_size=6))
def test_the_last_step_of_the_explanation_is_its_value(courses: list[CourseFacts]) -> None:
    needs = tuple(course(str(i)) for i in range(len(courses)))
    explained = standing(Need(K.ALL_OF, "all", needs=needs), StudentFacts(dict(zip("012345", courses, strict=False))))
    said = [say(STATE_NAMES[part.state]) for part in (*explained.value.parts, explained.value)]
    assert [step.value for step in explained.steps] == said


@pytest.mark.parametrize(
    ("logged", "missing", "verdict"),
    [
        (600, 0, Pace.ON_PACE),
        (599, 0, Pace.WATCH),
        (480, 0, Pace.WATCH),
        (479, 0, Pace.BEHIND),
        (600, 1, Pace.WATCH),
        (600, 2, Pace.BEHIND),
    ],
)
def test_pace_by_hours_and_missing_work(logged: int, missing: int, verdict: Pace) -> None:
    assert pace(PaceFacts(600, logged, missing)).value is verdict


def test_a_low_grade_speaks_only_after_three_graded_items() -> None:
    low = Fraction(6_000)
    assert pace(PaceFacts(0, 0, 0, [CourseMark("PC", low, 7_000, 2)])).value is Pace.ON_PACE
    assert pace(PaceFacts(0, 0, 0, [CourseMark("PC", low, 7_000, 3)])).value is Pace.BEHIND


@given(st.integers(0, 2_000), st.integers(0, 2_000), st.integers(0, 5))
def test_the_verdict_is_the_worst_of_its_steps(expected: int, logged: int, missing: int) -> None:
    explained = pace(PaceFacts(expected, logged, missing))
    order = [say(PACE_NAMES[one]) for one in (Pace.ON_PACE, Pace.WATCH, Pace.BEHIND)]
    assert max((step.value for step in explained.steps), key=order.index) == say(PACE_NAMES[explained.value])
