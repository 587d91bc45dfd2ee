"""Grades folded from scores: weights, dropped, exempt and missing work."""

from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.hub.grading import gradebook
from lms.hub.grading.gradebook import Category, Cell
from lms.hub.grading.rules import Status
from lms.kernel.errors import RuleBroken

LABS, QUIZZES = Category("LAB", "Labs", 6_000), Category("QUIZ", "Quizzes", 4_000)


@st.composite
def cells_of(draw, categories=("LAB", "QUIZ"), statuses=tuple(Status), weighed=True):
    found = []
    for number in range(draw(st.integers(0, 7))):
        status = draw(st.sampled_from(statuses))
        possible = draw(st.integers(1, 100))
        earned = Fraction(draw(st.integers(0, possible * 10)), 10) if status in gradebook.COUNTED else None
        weight = draw(st.none() | st.integers(1, 5)) if weighed else None
        found.append(Cell(f"a{number}", draw(st.sampled_from(categories)), possible, status, earned, weight))
    return found


def cell(activity, category, earned, possible=100, status=Status.GRADED):
    return Cell(activity, category, possible, status, None if earned is None else Fraction(earned))


def test_categories_count_with_their_weights():
    cells = [cell("l1", "LAB", 80), cell("l2", "LAB", 60), cell("q1", "QUIZ", 5, 10)]
    assert gradebook.fold_course(cells, [LABS, QUIZZES]).grade == Fraction(70 * 6 + 50 * 4, 1_000)


def test_a_category_without_scores_takes_no_part():
    assert gradebook.fold_course([cell("l1", "LAB", 80)], [LABS, QUIZZES]).grade == Fraction(80, 100)
    assert gradebook.fold_course([], [LABS, QUIZZES]).grade is None


def test_exempt_counts_as_nothing_zero_as_zero_and_dropped_is_neither():
    graded = cell("l1", "LAB", 80)
    exempt = cell("l2", "LAB", None, status=Status.EXEMPT)
    zero = cell("l3", "LAB", 0, status=Status.ZERO)
    dropping = Category("LAB", "Labs", 10_000, drop_lowest=1)
    plain = Category("LAB", "Labs", 10_000)
    assert gradebook.fold_course([graded, exempt], [plain]).grade == Fraction(80, 100)
    assert gradebook.fold_course([graded, zero], [plain]).grade == Fraction(40, 100)
    folded = gradebook.fold_course([graded, exempt, zero], [dropping])
    assert folded.grade == Fraction(80, 100)
    assert folded.parts[0].dropped == (zero,)


def test_the_last_score_is_never_dropped():
    dropping = Category("LAB", "Labs", 10_000, drop_lowest=3)
    assert gradebook.fold_course([cell("l1", "LAB", 10)], [dropping]).grade == Fraction(10, 100)


def test_with_unequal_points_the_drop_that_helps_most_is_made():
    # 2 of 10 is the lowest percentage but dropping 48 of 100 helps more. Kept: 9/10 and 2/10.
    cells = [cell("a", "LAB", 9, 10), cell("b", "LAB", 2, 10), cell("c", "LAB", 48, 100)]
    folded = gradebook.fold_course(cells, [Category("LAB", "Labs", 10_000, drop_lowest=1)])
    assert folded.grade == Fraction(11, 20)


@given(cells_of(categories=("LAB",), statuses=(Status.GRADED,)), st.integers(0, 4))
def test_dropping_finds_the_best_choice_there_is(cells, drop):
    part = gradebook.fold_category(Category("LAB", "Labs", 10_000, drop_lowest=drop), cells)
    keep = gradebook.how_many_kept(part.category, len(cells))
    best = max(
        (sum(c.gained for c in some) / sum(c.worth for c in some) for some in combinations(cells, keep) if some),
        default=None,
    )
    assert part.grade == best
    assert len(part.counted) == keep
    assert len(part.counted) + len(part.dropped) == len(cells)


@given(cells_of())
def test_a_grade_lies_between_the_worst_and_the_best_score(cells):
    grade = gradebook.fold_course(cells, [LABS, QUIZZES]).grade
    quotients = [c.earned / c.possible for c in cells if c.status in gradebook.COUNTED]
    assert (grade is None) == (not quotients)
    assert grade is None or min(quotients) <= grade <= max(quotients)


@given(cells_of())
def test_what_does_not_count_can_be_left_out(cells):
    counting = [c for c in cells if c.status in gradebook.COUNTED]
    fold = gradebook.fold_course
    assert fold(cells, [LABS, QUIZZES]).grade == fold(counting, [LABS, QUIZZES]).grade


@given(cells_of(), st.randoms())
def test_the_order_of_scores_does_not_matter(cells, random):
    mixed = random.sample(cells, len(cells))
    assert gradebook.fold_course(cells, [LABS, QUIZZES]).grade == gradebook.fold_course(mixed, [LABS, QUIZZES]).grade


@given(cells_of(), st.integers(0, 3))
def test_dropping_more_never_lowers_a_grade(cells, drop):
    def grade(n):
        return gradebook.fold_course(cells, [Category("LAB", "L", 6_000, drop_lowest=n), QUIZZES]).grade or 0

    assert grade(drop) <= grade(drop + 1)


@given(cells_of(statuses=(Status.GRADED, Status.ZERO, Status.EXEMPT, Status.IN)), st.integers(0, 2))
def test_the_steps_of_a_grade_reproduce_it(cells, drop):
    categories = [Category("LAB", "Labs", 6_000, drop_lowest=drop), QUIZZES]
    explained = gradebook.explain_course(cells, categories, {})
    sums, earned, possible = Fraction(0), Fraction(0), Fraction(0)
    weight = 0
    for step in explained.steps:
        if step.text.message.endswith("dropped"):
            continue
        if "activity" in step.text.values:
            points, most = Fraction(step.value), Fraction(step.text.values["possible"])
            counts = step.text.values.get("counts")
            earned += points if counts is None else points / most * counts
            possible += most if counts is None else counts
        elif "weight" in step.text.values:
            sums += earned / possible * Fraction(step.text.values["weight"])
            weight += step.text.values["weight"]
            earned, possible = Fraction(0), Fraction(0)
    assert explained.value == (sums / Fraction(weight) if weight else None)
    assert explained.value == gradebook.fold_course(cells, categories).grade


def test_a_weighed_activity_counts_as_often_as_it_says():
    cells = [Cell("a", "LAB", 10, Status.GRADED, Fraction(10), 1), Cell("b", "LAB", 200, Status.GRADED, Fraction(0), 3)]
    assert gradebook.fold_course(cells, [Category("LAB", "Labs", 10_000)]).grade == Fraction(1, 4)


def test_an_activity_of_an_unknown_category_is_an_error_not_a_silent_loss():
    with pytest.raises(ValueError, match="a1"):
        gradebook.fold_course([cell("a1", "NONE", 5)], [LABS])


@pytest.mark.parametrize(
    "categories",
    [
        [],
        [LABS],
        [LABS, LABS],
        [Category("A", "A", 11_000), Category("B", "B", -1_000)],
        [Category("A", "A", 10_000, drop_lowest=1, keep_highest=2)],
        [Category("A", "A", 10_000, drop_lowest=-1)],
        [Category("A", "A", 10_000, keep_highest=0)],
    ],
)
def test_categories_that_do_not_add_up_or_contradict_themselves_are_refused(categories):
    with pytest.raises(RuleBroken):
        gradebook.check_categories(categories)


def test_good_categories_pass():
    gradebook.check_categories([LABS, QUIZZES])


@pytest.mark.parametrize(
    ("grade", "shown", "frozen"),
    [
        (Fraction(8_345, 10_000), "83.5", 8_345),
        (Fraction(1, 3), "33.3", 3_333),
        (Fraction(2, 3), "66.7", 6_667),
        (Fraction(1), "100.0", 10_000),
    ],
)
def test_a_grade_is_rounded_once_when_shown(grade, shown, frozen):
    assert str(gradebook.shown_percent(grade)) == shown
    assert gradebook.frozen_percent(grade) == frozen


def test_the_pass_mark_compares_the_unrounded_grade():
    almost = Fraction(6_999_999, 10_000_000)
    assert str(gradebook.shown_percent(almost)) == "70.0"
    assert not gradebook.has_passed(almost, 7_000)
    assert gradebook.has_passed(Fraction(7, 10), 7_000)
    assert not gradebook.has_passed(None, 0)
