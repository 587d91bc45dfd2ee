"""A savings pool: what one account, meter or process improved by, so that no cent of it is claimed twice. Pure.

What a line takes from its pool is its attributed amount (gross times attribution, a year), before confidence.
"""

from collections.abc import Iterable

from lms.kernel.errors import RuleBroken
from lms.kernel.money import BASIS_POINTS, Money
from lms.kernel.text import N_


def room_left(measured: int, taken: Iterable[int]) -> int:
    """What of the measured improvement nobody has claimed yet; never below zero."""
    return max(0, measured - sum(taken))


def capped(measured: int, taken: Iterable[int], wanted: int) -> int:
    """What a further claim may take: 45k wanted of a pool of 90k with 60k taken is 30k. A dis-benefit is not capped."""
    return min(wanted, room_left(measured, taken))


def attribution_left(taken_bp: Iterable[int]) -> int:
    """The share of a pool, in basis points, that other projects have not claimed as their doing."""
    return max(0, BASIS_POINTS - sum(taken_bp))


def check_room(measured: int, taken: Iterable[int], wanted: int, currency: str) -> None:
    """Raises RuleBroken if a claim at finance's level takes more than the pool has left; the sentence says how much."""
    left = room_left(measured, taken)
    if wanted > left:
        raise RuleBroken(
            N_(
                "Other projects have claimed the rest of this pool: %(left)s a year are left. Verify at most that, or"
                " measure the pool again."
            ),
            field="amount",
            left=Money(left, currency),
        )
