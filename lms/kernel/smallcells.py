"""Counts of people that a reader may see only if they point at nobody. Pure.

A count from 1 to `SMALLEST` - 1 is hidden. Where the total is shown too, what is hidden must not come out by
subtraction: at least two counts are hidden then, and together they are at least `SMALLEST`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

SMALLEST = 5  # people; fewer could be recognized


@dataclass(frozen=True, slots=True)
class Cells:
    """Counts as they may be shown, in the given order; None is hidden. total: of all of them, if it may be shown."""

    counts: tuple[int | None, ...]
    total: int | None


def shown(counts: Sequence[int], smallest: int = SMALLEST) -> Cells:
    """These counts and their total, with whatever would point at somebody hidden."""
    hidden = {index for index, count in enumerate(counts) if 0 < count < smallest}
    rest = sorted((count, index) for index, count in enumerate(counts) if count >= smallest)
    while hidden and rest and not _is_safe(counts, hidden, smallest):
        hidden.add(rest.pop(0)[1])
    is_told = not hidden or _is_safe(counts, hidden, smallest)
    return Cells(
        tuple(None if index in hidden else count for index, count in enumerate(counts)),
        sum(counts) if is_told else None,
    )


def _is_safe(counts: Sequence[int], hidden: set[int], smallest: int) -> bool:
    return len(hidden) > 1 and sum(counts[index] for index in hidden) >= smallest
