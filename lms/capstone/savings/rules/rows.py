"""The rows that a command on the ledger writes. Pure; amounts in minor units."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from lms.capstone.lines.rules.kinds import BenefitClass
from lms.capstone.lines.rules.worth import MonthAmount
from lms.capstone.savings.rules.kinds import EntryKind, Level
from lms.capstone.savings.rules.ledger import CLAIMED, Ledger, Posting
from lms.kernel.money import allocate


@dataclass(frozen=True, slots=True)
class NewRow:
    """A row to be written: its month, its class, its amount."""

    period: date
    benefit_class: BenefitClass
    amount_minor: int


def line_total(ledger: Ledger, line_id: int, level: Level) -> int:
    """What one line brings in its first year at `level`."""
    return sum(row.amount_minor for row in ledger.line_rows(line_id, level))


def finance_rows(ledger: Ledger, line_id: int, verified: int) -> list[NewRow]:
    """The rows that bring a line from what stands at finance's level to `verified`, spread as its months are.

    ledger: as it will be with finance's decision in it. Nothing if it already stands at that.
    """
    rows = ledger.line_rows(line_id, Level.VERIFIED)
    difference = verified - sum(row.amount_minor for row in rows)
    if not difference:
        return []
    cells: dict[tuple[date, BenefitClass], int] = {}
    for row in rows:
        if row.benefit_class is not None:
            key = row.period, row.benefit_class
            cells[key] = cells.get(key, 0) + row.amount_minor
    keys = [key for key in sorted(cells) if cells[key]] or sorted(cells)
    weights = [abs(cells[key]) for key in keys] if any(cells.values()) else [1] * len(keys)
    parts = allocate(difference, weights)
    return [NewRow(*key, part) for key, part in zip(keys, parts, strict=True) if part]


def claim_rows(schedule: Sequence[MonthAmount], benefit_class: BenefitClass) -> list[NewRow]:
    """One row for each month of a line's schedule."""
    return [NewRow(part.month, benefit_class, part.minor) for part in schedule]


def waiting_amendments(ledger: Ledger, line_id: int) -> list[Posting]:
    """Amendments of a line that raise it and that finance has not verified yet; another amendment replaces them."""
    return [
        posting
        for posting in ledger.claimed_postings(line_id)
        if posting.kind is EntryKind.AMEND
        and ledger.states[posting.id].level < Level.VERIFIED
        and not ledger.is_downward(posting)
    ]


def amendment_rows(
    ledger: Ledger, line_id: int, schedule: Sequence[MonthAmount], benefit_class: BenefitClass
) -> list[NewRow]:
    """The monthly differences between a new version of a line and what it is reported at, cell by cell.

    ledger: without the amendments that this one replaces. Cells that agree are left out; a change of class takes the
    months out of the old class and puts them into the new one.
    """
    cells = {(part.month, benefit_class): part.minor for part in schedule}
    for posting in ledger.claimed_postings(line_id):
        for row in ledger.rows_of(posting.id):
            if row.benefit_class is not None:
                key = row.period, row.benefit_class
                cells[key] = cells.get(key, 0) - row.amount_minor
    return [NewRow(*key, minor) for key, minor in sorted(cells.items()) if minor]


def ceased_rows(ledger: Ledger, posting: Posting, last_month: date) -> list[NewRow]:
    """What takes a posting's months after `last_month` back to zero; nothing if it has none."""
    return [
        NewRow(row.period, row.benefit_class, -row.amount_minor)
        for row in ledger.rows_of(posting.id)
        if row.benefit_class is not None and row.period > last_month and row.amount_minor
    ]


def to_cease(ledger: Ledger) -> list[Posting]:
    """The postings whose later months end with the firm: claims, amendments and finance's adjustments that stand."""
    kinds = (*CLAIMED, EntryKind.FINANCE_ADJUST)
    return [p for p in ledger.postings if p.kind in kinds and ledger.stands(p)]


def fingerprint(pool_id: int | None, kind: str, rows: Iterable[NewRow]) -> tuple[object, ...]:
    """What two claims share when one is likely a copy of the other: pool, kind, first month, total."""
    ordered = sorted(rows, key=lambda row: row.period)
    return pool_id, kind, ordered[0].period if ordered else None, sum(row.amount_minor for row in ordered)
