"""From a ledger to what comes in month by month, in the ledger and beyond it. Pure; amounts in minor units."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from lms.capstone import roi
from lms.capstone.lines.rules.worth import WINDOW_MONTHS, Line, counts_in_headline, run_rate, schedule
from lms.capstone.savings.rules.kinds import EntryKind, Level
from lms.capstone.savings.rules.ledger import Ledger
from lms.kernel.money import hround
from lms.kernel.months import add_months

HORIZON_MONTHS = 36
"""How far the multi-year view looks. Source: the method, money rule 7."""


def run_rate_at(ledger: Ledger, versions: Mapping[int, Line], level: Level) -> int:
    """What a full year of the counted recurring lines brings at `level`; 0 once the firm has ceased."""
    if has_ceased(ledger):
        return 0
    found = 0
    for line_id, line in standing_lines(ledger, versions, level).items():
        found += hround(run_rate(line) * kept_part(ledger, line_id, line, level))
    return found


def flows(
    ledger: Ledger, versions: Mapping[int, Line], level: Level, cost: int, months: int = HORIZON_MONTHS
) -> list[int]:
    """The cost at the start, then each month's benefit: ledger entries, and after them what lines go on to bring."""
    by_month = ledger.months(level)
    if not has_ceased(ledger):
        for line_id, line in standing_lines(ledger, versions, level).items():
            part = kept_part(ledger, line_id, line, level)
            for later in schedule(line, months)[WINDOW_MONTHS:]:
                by_month[later.month] = by_month.get(later.month, 0) + hround(later.minor * part)
    start = min(by_month, default=None)
    return [-cost, *(_in_month(by_month, start, n) for n in range(months))]


def _in_month(by_month: Mapping[date, int], start: date | None, n: int) -> int:
    return by_month.get(add_months(start, n), 0) if start else 0


def standing_lines(ledger: Ledger, versions: Mapping[int, Line], level: Level) -> dict[int, Line]:
    """The counted line versions that figures at `level` rest on, by line id."""
    found = {}
    for line_id in sorted({p.line_id for p in ledger.postings if p.line_id is not None}):
        version_id = ledger.version_at(line_id, level)
        if version_id is not None and counts_in_headline(versions[version_id]):
            found[line_id] = versions[version_id]
    return found


def kept_part(ledger: Ledger, line_id: int, line: Line, level: Level) -> Fraction:
    """What part of a line's own first-year schedule stands after finance's adjustments; 1 where it has none."""
    planned = sum(part.minor for part in schedule(line))
    if planned == 0:
        return Fraction(1)
    return Fraction(sum(row.amount_minor for row in ledger.line_rows(line_id, level)), planned)


def has_ceased(ledger: Ledger) -> bool:
    """Whether the firm has ceased, so that nothing goes on beyond the ledger."""
    return any(posting.kind is EntryKind.FIRM_CEASED for posting in ledger.postings)


def break_even_month(ledger: Ledger, versions: Mapping[int, Line], level: Level, cost: int) -> date | None:
    """The month in which benefits so far have covered the cost for good; None if they do not within the horizon."""
    paid = roi.payback_period(flows(ledger, versions, level, cost))
    start = min(ledger.months(level), default=None)
    if paid.value is None or start is None:
        return None
    return add_months(start, max(0, -(-paid.value.numerator // paid.value.denominator) - 1))
