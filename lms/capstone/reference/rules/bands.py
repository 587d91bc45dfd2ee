"""Bands of reference recommendations: percentiles of what implemented ones saved a year. Pure; amounts in cents.

A band is shown only where enough plants stand behind it and none dominates it, by the rules of our own benchmarks.
Percentiles are of whole values (nearest rank above, `ceil(p * n)`), so that each is an amount that really stands there.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from lms.capstone.benchmarks.rules import PROGRAM_RULES, why_hidden
from lms.capstone.lines.rules.kinds import Stream
from lms.capstone.projects.rules import ImplementationStatus
from lms.kernel.money import hround

RECENT_YEARS = 15
"""Amounts are nominal, so a second set looks at the last fiscal years alone."""

MONTHS_E1 = 120  # tenths of a month in a year

STREAMS = {
    **dict.fromkeys(("EC", "ED", "EF", "E1"), Stream.ELECTRICITY),
    **dict.fromkeys(("E2", "E3", "E4", "E5", "E6", "E7", "E8", "E9", "E10", "E11", "E12"), Stream.FUEL),
    **dict.fromkeys(("W0", "W1", "W2", "W3", "W4", "W5", "W6"), Stream.WASTE),
    "R1": Stream.LABOR,
    "R2": Stream.ADMINISTRATIVE,
    "R3": Stream.RAW_MATERIAL,
    "R4": Stream.ANCILLARY_MATERIAL,
    "R5": Stream.WATER,
    "R6": Stream.ONE_TIME,
    "P1": Stream.PRODUCTION,
    "P2": Stream.BY_PRODUCT,
    "P3": Stream.PRODUCTION_AND_ENERGY,
}
"""What the database's resource codes are here. Source: IAC database manual v10.2, resource identification codes."""


@dataclass(frozen=True, slots=True)
class Given:
    """One recommendation as bands look at it. year: 0 where unknown."""

    assessment: str
    year: int
    status: ImplementationStatus | None
    cost: int | None
    saved: int | None
    resource: str | None
    arc: str | None
    naics: str | None


@dataclass(frozen=True, slots=True)
class Band:
    """See `ReferenceBand`."""

    dimension: str
    key: str
    first_year: int
    last_year: int
    decided: int
    implemented: int
    plants: int
    is_shown: bool
    q25_minor: int | None = None
    q50_minor: int | None = None
    q75_minor: int | None = None
    q95_minor: int | None = None
    payback_months_e1: int | None = None


def keys_of(given: Given) -> list[tuple[str, str]]:
    """The bands that a recommendation belongs to."""
    found = []
    if given.resource in STREAMS:
        found.append(("stream", STREAMS[given.resource].value))
    if given.naics and given.naics[:2] in ("31", "32", "33") and len(given.naics) >= 3:
        found.append(("sector", given.naics[:3]))
    if given.arc and len(given.arc) >= 3 and given.arc[1] == ".":
        found.append(("arc", given.arc[:3]))
    return found


def bands_of(rows: Iterable[Given]) -> list[Band]:
    """Every band over all years, and over the last ones, in order."""
    decided = [row for row in rows if row.status in DECIDED and row.year]
    if not decided:
        return []
    last = max(row.year for row in decided)
    found = []
    for first in sorted({min(row.year for row in decided), last - RECENT_YEARS + 1}):
        parts: dict[tuple[str, str], list[Given]] = defaultdict(list)
        for row in decided:
            if row.year >= first:
                for key in keys_of(row):
                    parts[key].append(row)
        found += [_band(dimension, key, first, last, some) for (dimension, key), some in sorted(parts.items())]
    return found


DECIDED = (ImplementationStatus.IMPLEMENTED, ImplementationStatus.NOT_IMPLEMENTED)


def _band(dimension: str, key: str, first: int, last: int, rows: Sequence[Given]) -> Band:
    done = [row for row in rows if row.status is ImplementationStatus.IMPLEMENTED and row.saved is not None]
    by_plant: dict[Hashable, int] = defaultdict(int)
    for row in done:
        by_plant[row.assessment] += row.saved or 0
    saved = sorted(row.saved for row in done if row.saved is not None)
    paid = sorted(
        hround(Fraction(row.cost * MONTHS_E1, row.saved))
        for row in done
        if row.cost is not None and row.cost >= 0 and row.saved and row.saved > 0
    )
    is_shown = why_hidden(by_plant, PROGRAM_RULES) is None
    quarters = [rank(saved, percent) if is_shown else None for percent in (25, 50, 75, 95)]
    return Band(
        dimension=dimension,
        key=key,
        first_year=first,
        last_year=last,
        decided=len(rows),
        implemented=sum(row.status is ImplementationStatus.IMPLEMENTED for row in rows),
        plants=len(by_plant),
        is_shown=is_shown,
        q25_minor=quarters[0],
        q50_minor=quarters[1],
        q75_minor=quarters[2],
        q95_minor=quarters[3],
        payback_months_e1=rank(paid, 50) if is_shown and paid else None,
    )


def rank(ordered: Sequence[int], percent: int) -> int:
    """The value below or at which `percent` of the ordered values stand. Raises IndexError on none."""
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def place_of(minor: int, band: Band) -> str:
    """Where an amount stands in a shown band: "low", "middle", "high" or "beyond" the 95th."""
    if band.q25_minor is None or band.q75_minor is None or band.q95_minor is None or band.q50_minor is None:
        return ""
    for edge, name in ((band.q25_minor, "low"), (band.q75_minor, "middle"), (band.q95_minor, "high")):
        if minor <= edge:
            return name
    return "beyond"
