"""The assignment is the best there is: compared with every other one on small random sites."""

import random
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.spokes.assignment import NEED_WEIGHTS, Given, Passed, Seeker, explain, lot_of, outcome, settle, total_cost
from lms.spokes.solver import assign

SPOKES = (1, 2, 3, 4)
NAMES = {1: "Robotics", 2: "Machining", 3: "Mechatronics", 4: "Design"}


def seekers(*rankings: tuple[int, ...], needed: tuple[frozenset[int], ...] = ()) -> list[Seeker]:
    wants = needed or (frozenset(),) * len(rankings)
    return [
        Seeker(number, ranking, need, lot_of("draw", str(number)))
        for number, (ranking, need) in enumerate(zip(rankings, wants, strict=True))
    ]


def best(people: list[Seeker], seats: dict[int, int], weight: int) -> tuple[int, int]:
    """(students with a seat, least cost) over every possible assignment."""
    found = []
    for choice in product((None, *SPOKES), repeat=len(people)):
        if all(choice.count(spoke) <= seats.get(spoke, 0) for spoke in SPOKES):
            plan = {person.student: spoke for person, spoke in zip(people, choice, strict=True)}
            found.append((-sum(spoke is not None for spoke in choice), total_cost(people, plan, weight)))
    return min(found)


RANKINGS = st.lists(st.permutations(SPOKES).map(lambda order: tuple(order[:3])), min_size=1, max_size=4)


@given(
    RANKINGS,
    st.fixed_dictionaries({spoke: st.integers(0, 2) for spoke in SPOKES}),
    st.sampled_from(NEED_WEIGHTS),
    st.lists(st.frozensets(st.sampled_from(SPOKES)), min_size=4, max_size=4),
)
def test_no_other_assignment_is_better(
    rankings: list[tuple[int, ...]], seats: dict[int, int], weight: int, needed: list[frozenset[int]]
) -> None:
    people = seekers(*rankings, needed=tuple(needed[: len(rankings)]))
    found = assign(people, seats, weight)
    placed = sum(spoke is not None for spoke in found.values())
    assert (-placed, total_cost(people, found, weight)) == best(people, seats, weight)
    assert all(list(found.values()).count(spoke) <= seats[spoke] for spoke in SPOKES)


@given(RANKINGS, st.randoms(use_true_random=False))
def test_the_order_in_which_students_come_changes_nothing(
    rankings: list[tuple[int, ...]], shuffle: random.Random
) -> None:
    people = seekers(*rankings)
    mixed = list(people)
    shuffle.shuffle(mixed)
    seats = {1: 1, 2: 1, 3: 1}
    assert assign(people, seats) == assign(mixed, seats)


def test_between_equals_the_draw_decides() -> None:
    people = seekers((1, 2), (1, 2))
    first = min(people, key=lambda one: one.lot)
    assert assign(people, {1: 1, 2: 1})[first.student] == 1


def test_one_third_choice_costs_more_than_two_second_choices() -> None:
    people = seekers((1, 2, 3), (1, 2, 3), (2, 1, 3))
    found = assign(people, {1: 1, 2: 1, 3: 1})
    assert sorted(found.values()) == [1, 2, 3]
    assert found[2] == 2


def test_an_employers_need_decides_between_equals_and_can_weigh_more() -> None:
    people = seekers((1, 2), (1, 2), needed=(frozenset(), frozenset({1})))
    for weight in (1, 3):
        assert assign(people, {1: 1, 2: 1}, weight)[1] == 1
    last = max(people, key=lambda one: one.lot)
    assert assign(people, {1: 1, 2: 1}, 0)[last.student] == 2


def test_without_students_or_seats_there_is_nothing_to_give() -> None:
    assert assign([], {1: 2}) == {}
    assert assign(seekers((1, 2)), {}) == {0: None}


def test_a_draft_in_numbers_and_in_words() -> None:
    people = seekers((1, 2), (1, 2), (1, 2))
    plan = assign(people, {1: 1, 2: 1})
    given_out = settle(people, plan, {1: 1, 2: 1})
    numbers = outcome(given_out, total_cost(people, plan, 0))
    assert (numbers.first, numbers.second, numbers.nothing, numbers.cost) == (1, 1, 1, 2)
    second = next(one for one in given_out if one.rank == 2)
    said = [str(sentence) for sentence in explain(second, NAMES)]
    assert said[0] == "Machining is choice 2 of yours."
    assert "as you did: 1. Between equals the draw decides" in said[1]


@pytest.mark.parametrize(
    ("passed", "words"),
    [
        (Passed(1, 6, 6, 0, 0), "Free seats of Robotics: 6. They went to students who ranked it higher than you."),
        (Passed(1, 0, 0, 0, 0), "Robotics had no seat left at your site."),
        (Passed(1, 3, 1, 1, 1), "further from their wishes"),
    ],
)
def test_each_spoke_that_was_wanted_more_says_where_its_seats_went(passed: Passed, words: str) -> None:
    said = " ".join(str(sentence) for sentence in explain(Given(0, 2, 2, False, (passed,)), NAMES))
    assert words in said
    assert str(explain(Given(0, 2, 1, False, ()), NAMES)[0]) == "Machining is your first choice."
    assert "all that was left" in str(explain(Given(0, 4, None, False, ()), NAMES)[0])
    assert "coordinator chose" in str(explain(Given(0, 4, None, False, ()), NAMES, is_manual=True)[0])
