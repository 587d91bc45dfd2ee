"""Ranking, seats and the window in which a spoke may be chosen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.hub.enrollment.kinds import Status
from lms.kernel.errors import RuleBroken
from lms.spokes.rules import (
    Offer,
    Window,
    check_decline,
    check_may_choose,
    check_ranking,
    check_seat,
    dissatisfaction,
    seats_left,
)

WINDOW = Window(12, 16)


@pytest.mark.parametrize(("week", "may"), [(11, False), (12, True), (16, True), (17, False)])
def test_a_spoke_is_chosen_within_the_window(week: int, may: bool) -> None:
    if may:
        check_may_choose(WINDOW, week, Status.ACTIVE)
    else:
        with pytest.raises(RuleBroken):
            check_may_choose(WINDOW, week, Status.ACTIVE)


def test_who_has_withdrawn_does_not_choose() -> None:
    with pytest.raises(RuleBroken):
        check_may_choose(WINDOW, 13, Status.WITHDRAWN)


def test_a_bad_ranking_names_everything_at_once() -> None:
    with pytest.raises(RuleBroken) as caught:
        check_ranking([1, 1, 9], offered=[1, 2, 3, 4], wanted=4)
    assert len(caught.value.also) == 2


def test_a_site_with_fewer_spokes_asks_for_fewer_ranks() -> None:
    check_ranking([2, 1], offered=[1, 2], wanted=3)


def test_a_seat_is_given_until_none_is_left() -> None:
    offer = Offer(site=1, spoke=7, seats=2)
    check_seat(offer, {(1, 7): 1})
    with pytest.raises(RuleBroken, match="All 2 seats"):
        check_seat(offer, {(1, 7): 2})
    with pytest.raises(RuleBroken, match="not offered"):
        check_seat(None, {})


@given(st.integers(0, 50), st.integers(0, 80))
def test_seats_left_are_never_negative(seats: int, taken: int) -> None:
    assert seats_left(Offer(1, 1, seats), {(1, 1): taken}) == max(seats - taken, 0)


def test_a_choice_is_declined_with_a_word() -> None:
    with pytest.raises(RuleBroken):
        check_decline(" ")
    check_decline("Seats are full; choose again by Friday.")


@given(st.integers(1, 6))
def test_no_rank_costs_more_than_the_last_rank(ranked: int) -> None:
    costs = [dissatisfaction(rank, ranked) for rank in range(1, ranked + 1)]
    assert costs == sorted(costs)
    assert dissatisfaction(None, ranked) > costs[-1]
