"""Whether a hidden cell of a table can be worked out from everything that is shown, by exact bounds. Pure.

Two shown cells that differ by a hidden one are found by `rules.suppress`. A table says more: a total that is hidden
itself is the sum of another dimension that is shown whole, and gives a single hidden part of a third one away. So each
hidden cell is bounded by what all sums of the table say together, as somebody who adds and subtracts could do; while
the bounds of one lie closer together than the p-percent rule allows, more is hidden.

The sums of a table share nothing but its total, so narrowing the bounds sum by sum until nothing changes gives the same
bounds as a linear program over all of them, and in whole minor units.
Source: US Federal Committee on Statistical Methodology, Working Paper 22, complementary suppression by exact bounds.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lms.capstone.benchmarks.rules import Cell, Hidden, K, Rules, suppress
from lms.kernel.money import BASIS_POINTS


@dataclass(frozen=True, slots=True)
class Bounds:
    """Between which amounts a reader of the table knows a cell to lie; None: no bound."""

    least: int | None
    most: int | None

    def tells(self, value: int, p_bp: int) -> bool:
        """Whether they lie so close together that the cell is as good as shown."""
        if self.least is None or self.most is None:
            return False
        return (self.most - self.least) * BASIS_POINTS < abs(value) * p_bp


def protect(cells: Mapping[K, Cell], sums: Sequence[tuple[K, Sequence[K]]], rules: Rules) -> dict[K, Hidden]:
    """The cells that may not be shown, with why: `suppress`, and more until no hidden one can be worked out."""
    hidden = suppress(cells, sums, rules)
    values = {key: sum(cell.values()) for key, cell in cells.items()}
    while (found := next_to_hide(values, sums, hidden, rules)) is not None:
        hidden[found] = Hidden.COMPLEMENT
    return hidden


def next_to_hide(
    values: Mapping[K, int], sums: Sequence[tuple[K, Sequence[K]]], hidden: Mapping[K, Hidden], rules: Rules
) -> K | None:
    """The smallest shown cell without which no hidden one is told any more; failing that the smallest; None if none is.

    A table in which everything is hidden tells nothing.
    """
    told = told_cells(values, sums, set(hidden), rules)
    if not told:
        return None
    shown = sorted((key for key in values if key not in hidden), key=lambda key: abs(values[key]))
    helps = (key for key in shown if not told_cells(values, sums, {*hidden, key}, rules) & told)
    return next(helps, shown[0] if shown else None)


def told_cells(values: Mapping[K, int], sums: Sequence[tuple[K, Sequence[K]]], hidden: set[K], rules: Rules) -> set[K]:
    """The hidden cells that can be worked out, within what the p-percent rule allows."""
    bounds = bounds_of(values, sums, hidden)
    return {key for key in hidden if values[key] and bounds[key].tells(values[key], rules.p_bp)}


def bounds_of(values: Mapping[K, int], sums: Sequence[tuple[K, Sequence[K]]], hidden: set[K]) -> dict[K, Bounds]:
    """What the sums say about every cell, to somebody who knows which amounts are not below zero."""
    found = {
        key: Bounds(0 if value >= 0 else None, None) if key in hidden else Bounds(value, value)
        for key, value in values.items()
    }
    before: dict[K, Bounds] = {}
    while before != found:
        before = dict(found)
        for total, parts in sums:
            if total in found and parts:
                _narrow(found, total, parts)
    return found


def _narrow(found: dict[K, Bounds], total: K, parts: Sequence[K]) -> None:
    """What one sum says about its total and about each of its parts."""
    found[total] = _both(found[total], _add(found[part] for part in parts))
    for part in parts:
        rest = _add(found[other] for other in parts if other != part)
        found[part] = _both(found[part], _add([found[total], Bounds(_minus(rest.most), _minus(rest.least))]))


def _add(given: Iterable[Bounds]) -> Bounds:
    some = list(given)
    least = [each.least for each in some if each.least is not None]
    most = [each.most for each in some if each.most is not None]
    return Bounds(sum(least) if len(least) == len(some) else None, sum(most) if len(most) == len(some) else None)


def _both(one: Bounds, other: Bounds) -> Bounds:
    least = [each for each in (one.least, other.least) if each is not None]
    most = [each for each in (one.most, other.most) if each is not None]
    return Bounds(max(least, default=None), min(most, default=None))


def _minus(value: int | None) -> int | None:
    return None if value is None else -value
