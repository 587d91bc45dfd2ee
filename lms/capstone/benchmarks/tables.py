"""From what each firm saved to the cells of a snapshot: summed by stream, sector, size and cohort. Pure.

A cell shows how many firms stand behind it, their sum to two significant figures and the quartiles of their returns to
five points; a hidden one only why it is hidden.
"""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any

from lms.capstone.benchmarks.bounds import protect
from lms.capstone.benchmarks.rules import (
    PROGRAM_RULES,
    PUBLIC_RULES,
    Rules,
    five_points,
    two_digits,
)
from lms.kernel.money import BASIS_POINTS, hround

AUDIENCES: Mapping[str, Rules] = {"program": PROGRAM_RULES, "public": PUBLIC_RULES}
ALL = ("all", "all")
DIMENSIONS = ("stream", "sector", "size", "cohort")
UNKNOWN = "unknown"

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one firm's projects of one cohort saved in one stream, verified. sector, size: of the firm."""

    firm: int
    minor: int
    stream: str
    sector: str
    size: str
    cohort: str


@dataclass(frozen=True, slots=True)
class FirmReturn:
    """What a firm's projects came to together, for the quartiles; those that saved nothing are in it."""

    firm: int
    benefit_minor: int
    cost_minor: int
    sector: str
    size: str
    cohorts: frozenset[str]


def table_of(given: Sequence[Contribution]) -> tuple[dict[Key, dict[Hashable, int]], list[tuple[Key, list[Key]]]]:
    """The cells, firm by firm, and which are sums of which. A firm that contributes nothing is in no cell."""
    cells: dict[Key, dict[Hashable, int]] = defaultdict(lambda: defaultdict(int))
    for one in given:
        keys = [ALL, *((dimension, getattr(one, dimension)) for dimension in DIMENSIONS)]
        for key in keys:
            cells[key][one.firm] += one.minor
    found = {key: {who: minor for who, minor in cell.items() if minor} for key, cell in cells.items()}
    sums = [(ALL, [key for key in sorted(found) if key[0] == dimension]) for dimension in DIMENSIONS]
    return found, sums if ALL in found else []


def cells_of(given: Sequence[Contribution], returns: Sequence[FirmReturn]) -> dict[str, list[dict[str, Any]]]:
    """The cells for each audience as plain values, in order; the same facts give the same cells."""
    cells, sums = table_of(given)
    made: dict[str, list[dict[str, Any]]] = {}
    for audience, rules in AUDIENCES.items():
        hidden = protect(cells, sums, rules)
        made[audience] = [
            {"dimension": dimension, "key": key, **_shown(cells[dimension, key], hidden.get((dimension, key)))}
            | ({} if (dimension, key) in hidden else _quartiles(_of_cell(returns, dimension, key), rules))
            for dimension, key in sorted(cells)
        ]
    return made


def rules_plain() -> dict[str, Any]:
    """The numbers of the rules, to be kept with a snapshot."""
    return {audience: asdict(rules) for audience, rules in AUDIENCES.items()}


def _shown(cell: Mapping[Hashable, int], hidden: str | None) -> dict[str, Any]:
    if hidden is not None:
        return {"hidden": str(hidden)}
    return {"hidden": None, "firms": len(cell), "total": two_digits(sum(cell.values()))}


def _of_cell(returns: Sequence[FirmReturn], dimension: str, key: str) -> list[FirmReturn]:
    if dimension == "all":
        return list(returns)
    if dimension == "cohort":
        return [one for one in returns if key in one.cohorts]
    return [one for one in returns if getattr(one, dimension, None) == key]


def _quartiles(returns: Sequence[FirmReturn], rules: Rules) -> dict[str, Any]:
    """Quartiles of the firms' returns to five points; none where too few have a cost, and none by stream."""
    ordered = sorted(
        Fraction(one.benefit_minor - one.cost_minor, one.cost_minor) for one in returns if one.cost_minor > 0
    )
    if len(ordered) < rules.least:
        return {"roi": None}
    return {"roi": [five_points(hround(_quantile(ordered, part) * BASIS_POINTS)) for part in (1, 2, 3)]}


def _quantile(ordered: Sequence[Fraction], quarters: int) -> Fraction:
    """The quartile, linear between the two values around it (Excel's QUARTILE.INC)."""
    place = Fraction((len(ordered) - 1) * quarters, 4)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)
