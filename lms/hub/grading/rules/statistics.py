"""How a section did on one activity, in exact parts of the full points. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from lms.hub.grading.gradebook import Cell
from lms.hub.grading.rules import Status

BANDS = 10


@dataclass(frozen=True, slots=True)
class Statistics:
    """Of those who have points: how many, mean, median, lowest and highest (1 is everything), and by tenths.

    waiting: handed in, not graded or not counted yet. missing: with those that count as zero, which are in no mean.
    """

    graded: int
    mean: Fraction | None
    median: Fraction | None
    lowest: Fraction | None
    highest: Fraction | None
    bands: tuple[int, ...]
    waiting: int
    missing: int
    exempt: int


def statistics_of(cells: Iterable[Cell]) -> Statistics:
    """Those of one activity's column."""
    column = list(cells)
    of = {status: sum(cell.status is status for cell in column) for status in Status}
    parts = sorted(
        Fraction(cell.earned or 0) / cell.possible
        for cell in column
        if cell.status is Status.GRADED and cell.earned is not None
    )
    return Statistics(
        graded=len(parts),
        mean=sum(parts, Fraction(0)) / len(parts) if parts else None,
        median=median(parts),
        lowest=parts[0] if parts else None,
        highest=parts[-1] if parts else None,
        bands=tuple(sum(band_of(part) == band for part in parts) for band in range(BANDS)),
        waiting=of[Status.IN],
        missing=of[Status.MISSING] + of[Status.ZERO],
        exempt=of[Status.EXEMPT],
    )


def median(parts: Sequence[Fraction]) -> Fraction | None:
    """The middle one of sorted values, or the mean of the two in the middle."""
    if not parts:
        return None
    middle = len(parts) // 2
    return parts[middle] if len(parts) % 2 else (parts[middle - 1] + parts[middle]) / 2


def band_of(part: Fraction) -> int:
    """Which tenth; full points, and more than that, are in the last one."""
    return min(int(part * BANDS), BANDS - 1)
