"""When a cell of a published table may be shown, and which others have to go with one that may not. Pure.

Sources: US Federal Committee on Statistical Methodology, Working Paper 22 (threshold, dominance and p-percent rules,
complementary suppression); US Bureau of Labor Statistics and Census practice. A cell is a mapping from whoever
contributes (a firm, a plant) to what they contribute, in minor units.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from lms.kernel.money import BASIS_POINTS
from lms.kernel.text import N_

K = TypeVar("K", bound=Hashable)
Cell = Mapping[Hashable, int]


class Hidden(StrEnum):
    """Why a cell is not shown."""

    FEW = "few"
    DOMINATED = "dominated"
    P_PERCENT = "p_percent"
    COMPLEMENT = "complement"


WORDS: Mapping[Hidden, str] = {
    Hidden.FEW: N_("not shown (too few firms)"),
    Hidden.DOMINATED: N_("not shown (one firm is most of it)"),
    Hidden.P_PERCENT: N_("not shown (one firm could work out another)"),
    Hidden.COMPLEMENT: N_("not shown (another one could be worked out from it)"),
}


@dataclass(frozen=True, slots=True)
class Rules:
    """The numbers of the rules; version: kept with each snapshot.

    least: so many contributors. largest_bp: the largest one's share of the sum at most. p_bp: what is left beside the
    two largest must be at least this part of the largest.
    """

    least: int
    largest_bp: int = 5_000
    p_bp: int = 1_500
    version: int = 1


PROGRAM_RULES = Rules(least=5)
"""For people of the program and its firms. Source: the method, 4.7; agencies use minimum 3 or 5."""

PUBLIC_RULES = Rules(least=10)
"""For everybody else."""


def why_hidden(cell: Cell, rules: Rules) -> Hidden | None:
    """What forbids to show the cell on its own; None if nothing does. Amounts below zero count as large as above."""
    sizes = sorted((abs(minor) for minor in cell.values()), reverse=True)
    if len(sizes) < rules.least:
        return Hidden.FEW
    total = sum(sizes)
    if sizes[0] * BASIS_POINTS > total * rules.largest_bp:
        return Hidden.DOMINATED
    if (total - sizes[0] - sizes[1]) * BASIS_POINTS < sizes[0] * rules.p_bp:
        return Hidden.P_PERCENT
    return None


def union(cells: Sequence[Cell]) -> dict[Hashable, int]:
    """What several cells are together."""
    found: dict[Hashable, int] = {}
    for cell in cells:
        for who, minor in cell.items():
            found[who] = found.get(who, 0) + minor
    return found


def difference(whole: Cell, part: Cell) -> dict[Hashable, int] | None:
    """What is left of `whole` without `part`, if `part` lies inside of it; None if it does not."""
    if any(who not in whole for who in part):
        return None
    return {who: minor - part.get(who, 0) for who, minor in whole.items() if minor != part.get(who, 0)}


def suppress(cells: Mapping[K, Cell], sums: Sequence[tuple[K, Sequence[K]]], rules: Rules) -> dict[K, Hidden]:
    """The cells that may not be shown, with why. sums: (total, parts) of the table, each total the sum of its parts.

    First what breaks a rule by itself. Then, until nothing is left to find: the hidden parts of a shown total must
    together be a cell that might be shown, else the smallest shown part goes with them (or the total, if none is left);
    and two shown cells, one inside the other, must not differ by what might not be shown, else the smaller one goes.
    """
    hidden = {key: why for key, cell in cells.items() if (why := why_hidden(cell, rules)) is not None}
    while (found := _next_complement(cells, sums, rules, hidden)) is not None:
        hidden[found] = Hidden.COMPLEMENT
    return hidden


def _next_complement(
    cells: Mapping[K, Cell], sums: Sequence[tuple[K, Sequence[K]]], rules: Rules, hidden: Mapping[K, Hidden]
) -> K | None:
    for total, parts in sums:
        if total in hidden:
            continue
        missing = [cells[part] for part in parts if part in hidden]
        if missing and why_hidden(union(missing), rules) is not None:
            shown = [part for part in parts if part not in hidden]
            return min(shown, key=lambda part: _size(cells[part])) if shown else total
    return _next_difference(cells, rules, hidden)


def _next_difference(cells: Mapping[K, Cell], rules: Rules, hidden: Mapping[K, Hidden]) -> K | None:
    shown = sorted((key for key in cells if key not in hidden), key=lambda key: _size(cells[key]))
    for place, inner in enumerate(shown):
        for outer in shown[place + 1 :]:
            left = difference(cells[outer], cells[inner])
            if left and why_hidden(left, rules) is not None:
                return inner
    return None


def _size(cell: Cell) -> int:
    return sum(abs(minor) for minor in cell.values())


def two_digits(minor: int) -> int:
    """An amount to two significant figures, half away from zero: 42,837 becomes 43,000."""
    size, sign = abs(minor), -1 if minor < 0 else 1
    step: int = 10 ** max(0, len(str(size)) - 2)
    return sign * ((size + step // 2) // step * step)


ROI_STEP_BP = 500


def five_points(bp: int) -> int:
    """A return to five points: 4,014 basis points become 4,000."""
    size, sign = abs(bp), -1 if bp < 0 else 1
    return sign * ((size + ROI_STEP_BP // 2) // ROI_STEP_BP * ROI_STEP_BP)
