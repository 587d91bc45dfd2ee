"""The rules of quizzes, with bare values; where a law holds for all of them, with Hypothesis."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.hub.catalog.kinds import QuestionKind
from lms.hub.quizzes import rules
from lms.hub.quizzes.rules.drawing import PoolToDraw, draw
from lms.hub.quizzes.rules.keys import ChoiceKey, Key, NumberKey, TextKey, check_key, fold, key_of
from lms.hub.quizzes.rules.marking import (
    Answer,
    Outcome,
    Slot,
    check_answer,
    check_shape,
    explain_mark,
    explain_total,
    mark,
    outcome_of,
    share_of,
    total,
)
from lms.hub.quizzes.rules.numbers import in_unit, read_amount, shown_number
from lms.hub.quizzes.rules.statistics import (
    LEAST,
    Marked,
    difficulty,
    discrimination,
    distribution,
    explain_difficulty,
    explain_discrimination,
    marked,
)
from lms.kernel.errors import RuleBroken

AT = datetime(2026, 10, 28, 14, tzinfo=UTC)
SHAFT = NumberKey(Fraction("25.4"), Fraction("0.1"), unit="mm", factors={"in": Fraction("25.4")}, needs_unit=True)
places = st.frozensets(st.integers(0, 7))
decimals = st.decimals(min_value=-1_000_000, max_value=1_000_000, places=4).map(Fraction)


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("12", "12", ""), (" 12.5 ", "12.5", ""), ("12,5", "12.5", ""), (",5", "0.5", ""), ("3.", "3", ""),
        ("-0,25 mm", "-0.25", "mm"), ("\u22124 in", "-4", "in"), ("+7%", "7", "%"), ("2.5e-3 in", "0.0025", "in"),
        ("12\u00a0mm", "12", "mm"), ("1e3", "1000", ""), ("5 parts / h", "5", "parts / h"),
    ],
)  # fmt: skip
def test_a_number_is_read_as_people_write_it(text: str, value: str, unit: str) -> None:
    found = read_amount(text)
    assert (found.value, found.unit) == (Fraction(value), unit)


@pytest.mark.parametrize(
    "text", ["", "about 12", "mm", "1.2.3", "1,234,567", "1,234.5", "1 234.5.6", "--3", "3/8", "12..5"]
)
def test_what_is_no_number_is_refused_with_words(text: str) -> None:
    if text == "3/8":
        with pytest.raises(RuleBroken, match="is not taken here"):
            in_unit(read_amount(text), "mm", {}, needs_unit=False)
        return
    with pytest.raises(RuleBroken, match=r"number"):
        read_amount(text)


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("25.4 mm", 1), ("25.5 mm", 1), ("25.3 mm", 1), ("25.501 mm", 0), ("25.299 mm", 0), ("1 in", 1),
        ("1.0039 in", 1), ("1.004 in", 0), ("25,4mm", 1), ("25.4", 0), ("1 ft", 0), ("25.4 MM", 0), ("none", 0),
        ("", 0),
    ],
)  # fmt: skip
def test_a_number_counts_within_its_tolerance_and_in_an_accepted_unit(text: str, share: int) -> None:
    assert share_of(SHAFT, Answer(text=text)) == share


def test_a_unit_that_is_not_needed_may_be_left_out_and_a_number_without_one_takes_none() -> None:
    free = NumberKey(Fraction(10), unit="mm")
    assert share_of(free, Answer(text="10")) == share_of(free, Answer(text="10 mm")) == 1
    bare = NumberKey(Fraction(10))
    assert share_of(bare, Answer(text="10 mm")) == 0
    for key, text, said in ((bare, "10 mm", "alone"), (SHAFT, "1", "Write the unit"), (SHAFT, "1 ft", "not taken")):
        with pytest.raises(RuleBroken, match=said) as broken:
            check_answer(key, Answer(text=text), "answer-Q1")
        assert broken.value.field == "answer-Q1"
    check_answer(SHAFT, Answer(), "answer-Q1")  # nothing is no wrong number
    check_answer(ChoiceKey(frozenset({0})), Answer(text="x"), "answer-Q1")


@given(value=decimals, percent=st.integers(0, 50), off=st.fractions(0, 2))
def test_a_percentage_is_of_the_value_and_both_ends_count(value: Fraction, percent: int, off: Fraction) -> None:
    key = NumberKey(value, Fraction(percent), is_percent=True)
    assert key.margin == abs(value) * percent / 100
    edge = Answer(text=shown(value + key.margin))
    if Fraction(edge.text) == value + key.margin:
        assert share_of(key, edge) == 1
    if off:
        outside = value + key.margin + off
        assert share_of(key, Answer(text=f"{shown(outside)}9")) == (
            abs(Fraction(f"{shown(outside)}9") - value) <= key.margin
        )


def shown(value: Fraction) -> str:
    text = shown_number(value)
    return text if "." in text else f"{text}.0"


@given(
    value=decimals, margin=st.fractions(0, 10, max_denominator=1000), factor=st.sampled_from(["25.4", "0.001", "1000"])
)
def test_the_same_length_counts_the_same_in_every_accepted_unit(value: Fraction, margin: Fraction, factor: str) -> None:
    key = NumberKey(Fraction(5), margin, unit="mm", factors={"x": Fraction(factor)})
    in_other = value / Fraction(factor)
    if Fraction(shown_number(in_other)) == in_other:
        assert share_of(key, Answer(text=f"{shown_number(value)} mm")) == share_of(
            key, Answer(text=f"{shown_number(in_other)} x")
        )


@given(right=places.filter(bool), chosen=places)
def test_partial_credit_lies_between_nothing_and_all_and_is_all_only_for_exactly_the_right_ones(
    right: frozenset[int], chosen: frozenset[int]
) -> None:
    share = share_of(ChoiceKey(right, partial=True), Answer(chosen)) or Fraction(0)
    assert 0 <= share <= 1
    assert (share == 1) == (chosen == right)
    assert share_of(ChoiceKey(right), Answer(chosen)) == (chosen == right)
    if chosen:
        assert share == max(len(chosen & right) - len(chosen - right), 0) / Fraction(len(right))


@given(right=places.filter(bool), chosen=places, turn=st.permutations(range(8)))
def test_the_order_in_which_options_are_shown_does_not_matter(
    right: frozenset[int], chosen: frozenset[int], turn: list[int]
) -> None:
    moved = ChoiceKey(frozenset(turn[place] for place in right), partial=True)
    assert share_of(ChoiceKey(right, partial=True), Answer(chosen)) == share_of(
        moved, Answer(frozenset(turn[place] for place in chosen))
    )


def test_a_text_counts_whatever_its_case_and_spaces_and_another_one_waits_or_is_wrong() -> None:
    key = TextKey(frozenset({fold("Takt time")}), by_hand=True)
    assert share_of(key, Answer(text="  takt\u00a0 TIME. ")) == 1
    assert share_of(key, Answer(text="cycle time")) is None
    assert share_of(TextKey(key.accepted, by_hand=False), Answer(text="cycle time")) == 0
    assert share_of(key, Answer(text="   ")) == 0, "nothing is not read by anybody"


keys = st.one_of(
    st.builds(ChoiceKey, places.filter(bool), st.booleans()),
    st.just(SHAFT),
    st.builds(TextKey, st.just(frozenset({"takt"})), st.booleans(), st.just(("Takt",))),
)
answers = st.one_of(
    st.builds(Answer, chosen=places), st.builds(Answer, text=st.sampled_from(["", "Takt", "1 in", "x", "25.45 mm"]))
)
slots = st.builds(Slot, st.sampled_from(["Q1", "Q2"]), st.integers(1, 1_000), keys, answers)


@given(slot=slots, with_key=st.booleans())
def test_why_an_answer_got_its_points_ends_in_them(slot: Slot, with_key: bool) -> None:
    found = explain_mark(slot, with_key=with_key)
    assert found.value == mark(slot)
    if found.value is not None:
        assert 0 <= found.value <= slot.points
        assert found.steps[-1].value == Fraction(found.value, 100)


@given(key=keys, answer=answers)
def test_without_the_key_no_step_tells_it(key: Key, answer: Answer) -> None:
    slot = Slot("Q1", 100, key, answer)
    told = [step.text.message for step in explain_mark(slot, with_key=False).steps]
    for secret in ("the right value", "tolerance on each side", "difference", "all right ones", "on the list"):
        assert secret not in told


@given(marks=st.lists(st.one_of(st.none(), st.integers(0, 10_000))))
def test_the_points_of_a_quiz_are_the_sum_of_its_questions(marks: list[int | None]) -> None:
    found = explain_total([(f"Q{n}", points) for n, points in enumerate(marks, 1)])
    expected = None if None in marks else sum(points or 0 for points in marks)
    assert found.value == total(marks) == expected
    assert len(found.steps) == len(marks) + 1


def test_points_that_a_grader_gave_instead_are_told_with_those_of_the_key() -> None:
    slot = Slot("Q1", 300, SHAFT, Answer(text="26 mm"))
    found = explain_mark(slot, with_key=False, given=150)
    assert (found.value, found.steps[-1].value) == (150, Fraction("1.5"))
    assert [step.value for step in found.steps][-2] == 0
    outcomes = [outcome_of(points, 300, Answer(text="x")) for points in (None, 0, 150, 300)]
    assert outcomes == [Outcome.BY_HAND, Outcome.WRONG, Outcome.PARTLY, Outcome.RIGHT]
    assert outcome_of(0, 300, Answer()) is Outcome.EMPTY


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        (QuestionKind.SINGLE, Answer(frozenset({3}))),
        (QuestionKind.SINGLE, Answer(frozenset({0, 1}))),
        (QuestionKind.SEVERAL, Answer(text="0")),
        (QuestionKind.NUMBER, Answer(frozenset({0}))),
        (QuestionKind.TEXT, Answer(text="x" * 2_001)),
    ],
)
def test_an_answer_that_no_page_sends_is_refused(kind: QuestionKind, answer: Answer) -> None:
    with pytest.raises(RuleBroken):
        check_shape(kind, 3, answer, "answer-Q1")


@given(st.integers(0, 50), st.integers(1, 8), st.booleans())
def test_a_draw_is_the_same_again_has_no_question_twice_and_shows_every_option(
    seed: int, asked: int, shuffle: bool
) -> None:
    pool = PoolToDraw(asked, {f"q{n}": n % 5 for n in range(8)})
    first = draw([pool, PoolToDraw(1, {"z": 3})], str(seed), shuffle=shuffle)
    assert first == draw([pool, PoolToDraw(1, {"z": 3})], str(seed), shuffle=shuffle)
    assert [one.slot for one in first] == [f"Q{n}" for n in range(1, asked + 2)]
    assert len({one.question for one in first}) == asked + 1
    for one in first[:-1]:
        assert sorted(one.order) == list(range(pool.questions[one.question]))
    if not shuffle:
        assert [one.question for one in first] == sorted(one.question for one in first)


@given(st.integers(0, 50))
def test_a_retake_is_asked_what_was_not_seen_as_far_as_the_pool_reaches(seed: int) -> None:
    pool = PoolToDraw(3, {f"q{n}": 0 for n in range(5)})
    first = {one.question for one in draw([pool], str(seed))}
    second = {one.question for one in draw([pool], f"{seed}-2", first)}
    assert len(second - first) == 2, "two are left, the third is one of the first"


def test_an_attempt_ends_with_its_time_or_when_the_quiz_closes() -> None:
    closes = AT + timedelta(minutes=20)
    assert rules.ends_at(AT, 30, closes) == closes
    assert rules.ends_at(AT, 15, closes) == AT + timedelta(minutes=15)
    assert rules.ends_at(AT, None, None) is None
    end = AT + timedelta(minutes=15)
    assert not rules.is_over(end, end + rules.GRACE)
    assert rules.is_over(end, end + rules.GRACE + timedelta(seconds=1))
    assert not rules.is_over(None, AT)
    assert rules.received_at(end, end + timedelta(hours=1)) == end
    assert rules.received_at(end, AT) == AT
    why = rules.explain_end(AT, 10, 15, closes)
    assert why.value == end == why.steps[-1].value
    assert [step.value for step in why.steps] == [AT, 10, 15, closes, end]


def test_the_key_is_open_only_when_the_score_was_shown_and_nothing_can_be_handed_in() -> None:
    due, closes = AT, AT + timedelta(days=14)
    later = closes + timedelta(seconds=1)
    assert rules.is_key_open(True, closes, due, 1, later)
    assert not rules.is_key_open(False, closes, due, 0, later)
    assert not rules.is_key_open(True, closes, due, 0, closes)
    assert rules.is_key_open(True, None, due, 0, later)
    assert not rules.is_key_open(True, None, due, 1, later)
    assert not rules.is_key_open(True, None, due, None, later)
    assert not rules.is_key_open(True, None, due, 0, due)


def test_a_key_comes_back_from_what_is_stored_and_one_that_cannot_be_is_refused() -> None:
    stored = {"value": "25.4", "tolerance": "0.1", "unit": "mm", "units": {"in": "25.4"}, "needs_unit": True}
    assert key_of(QuestionKind.NUMBER, stored) == SHAFT
    assert key_of(QuestionKind.NUMBER, {**stored, "tolerance": "2%"}) == NumberKey(
        SHAFT.value, Fraction(2), True, "mm", SHAFT.factors, True
    )
    for kind, wrong in (
        (QuestionKind.SINGLE, {"right": [0, 1], "partial": False}),
        (QuestionKind.SEVERAL, {"right": [9], "partial": True}),
        (QuestionKind.SEVERAL, {"right": [], "partial": True}),
        (QuestionKind.TEXT, {"accepted": [" "], "by_hand": False}),
    ):
        with pytest.raises(RuleBroken) as broken:
            check_key(kind, wrong, 3)
        assert broken.value.field in ("right", "accepted")


def items(*pairs: tuple[int, int]) -> list[Marked]:
    return [Marked(one, 100, rest, 100) for one, rest in pairs]


def test_difficulty_and_discrimination_are_those_of_a_worked_example() -> None:
    found = items((100, 90), (100, 70), (100, 80), (0, 40), (0, 30), (0, 50))
    assert difficulty(found) == Fraction(1, 2)
    assert str(discrimination(found)) == "0.93"  # 1.2 / root(1.5 x 0.28 x 4)
    assert str(discrimination([Marked(100 - one.points, 100, one.rest, 100) for one in found])) == "-0.93"
    assert explain_difficulty(found).value == Fraction(1, 2)
    assert explain_discrimination(found).value == discrimination(found)


def test_nothing_is_said_below_the_least_number_or_where_all_are_alike() -> None:
    few = items(*((100, 50),) * (LEAST - 1))
    assert difficulty(few) is None
    assert discrimination(few) is None
    assert explain_discrimination(few).value is None
    assert explain_difficulty(few).value is None
    alike = items(*((100, rest) for rest in (10, 20, 30, 40, 50)))
    assert difficulty(alike) == 1
    assert discrimination(alike) is None


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(0, 100)), min_size=LEAST, max_size=30))
def test_a_discrimination_lies_between_minus_one_and_one_and_does_not_depend_on_order(
    pairs: list[tuple[int, int]],
) -> None:
    found = discrimination(items(*pairs))
    assert found is None or -1 <= found <= 1
    assert found == discrimination(items(*reversed(pairs)))


def test_an_answer_stands_beside_the_rest_of_its_attempt() -> None:
    found = marked({"Q1": 100, "Q2": 50, "Q3": 0}, {"Q1": 100, "Q2": 100, "Q3": 200}, "Q2")
    assert (found.share, found.rest_share) == (Fraction(1, 2), Fraction(1, 3))
    assert marked({"Q1": 5}, {"Q1": 10}, "Q1").rest_share == 0
    assert distribution(["b", "a", "b", ""]) == [("b", 2), ("", 1), ("a", 1)]
