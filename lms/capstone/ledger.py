"""The ledger row by row as somebody may see it: sums stay the same whoever reads them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from lms.capstone.lines.rules.kinds import CostKind, Payer
from lms.capstone.projects.models import Project
from lms.capstone.savings.queries import LedgerRow, ledger_rows
from lms.capstone.wages import Sight, sight_of
from lms.people.access import Actor


@dataclass(frozen=True, slots=True)
class ShownRow:
    """One entry, or a sum whose parts may not be seen; then row is None, and cost_kind if it is of all costs."""

    row: LedgerRow | None
    minor: int
    period: date | None = None
    cost_kind: CostKind | None = None
    payer: Payer | None = None


def shown_rows(actor: Actor, project: Project, as_of: datetime | None = None) -> list[ShownRow]:
    """The entries of a project in order, sums last. One query."""
    return shown_rows_of(actor, [project], as_of)[project.id]


def shown_rows_of(
    actor: Actor, projects: Sequence[Project], as_of: datetime | None = None
) -> dict[int, list[ShownRow]]:
    """The same of several projects, by the project's row number. One query."""
    found: dict[int, list[LedgerRow]] = {project.id: [] for project in projects}
    for row in ledger_rows(projects, as_of):
        found[row.entry.project_id].append(row)
    return {project.id: _shown(found[project.id], sight_of(actor, project.firm_id)) for project in projects}


def _shown(found: Sequence[LedgerRow], sight: Sight) -> list[ShownRow]:
    hidden = [row for row in found if _is_hidden(row, sight)]
    apart = {row.entry.id for row in hidden}
    shown = [
        ShownRow(row, row.entry.amount_minor, row.entry.period, row.entry.cost_kind, row.entry.payer)
        for row in found
        if row.entry.id not in apart
    ]
    if hidden:
        kind = CostKind.WAGES if sight is Sight.SUM else None
        shown.append(ShownRow(None, _sum(hidden), cost_kind=kind, payer=Payer.FIRM))
    return shown


def _is_hidden(row: LedgerRow, sight: Sight) -> bool:
    if sight is Sight.EACH or row.entry.cost_kind is None:
        return False
    if sight is Sight.SUM:
        return row.entry.cost_kind is CostKind.WAGES
    return row.entry.payer is Payer.FIRM


def _sum(rows: Iterable[LedgerRow]) -> int:
    return sum(row.entry.amount_minor for row in rows)
