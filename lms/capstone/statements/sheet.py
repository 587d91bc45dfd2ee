"""The entries behind a statement as rows of a sheet: one row a savings entry, as its reader may see it."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from lms.capstone.ledger import ShownRow, shown_rows_of
from lms.capstone.projects.models import Project
from lms.capstone.statements.models import Statement
from lms.capstone.statements.queries import projects_of
from lms.kernel.money import decimal_text
from lms.people.access import Actor

COLUMNS = (
    "project", "project_id", "posting", "entry", "kind", "line", "period", "class", "cost_kind", "payer", "amount",
    "currency", "level_at_posting", "reason", "recorded_at", "by", "posting_id", "entry_id", "note",
)  # fmt: skip
HIDDEN = "sum of entries that would tell an hourly rate"


def entry_rows(actor: Actor, statement: Statement) -> list[tuple[object, ...]]:
    """A row an entry that was known at the statement's moment, project by project, sums last. Two queries."""
    projects = projects_of(statement)
    found = shown_rows_of(actor, projects, statement.as_of)
    return [cells for project in projects for cells in _cells(project, found[project.id])]


def entries_plain(actor: Actor, statement: Statement) -> list[dict[str, object]]:
    """The same rows for a program: by column, amounts as decimal text."""
    return [
        {name: str(cell) if isinstance(cell, Decimal) else cell for name, cell in zip(COLUMNS, row, strict=True)}
        for row in entry_rows(actor, statement)
    ]


def _cells(project: Project, rows: Sequence[ShownRow]) -> Iterator[tuple[object, ...]]:
    for shown in rows:
        costs = (shown.cost_kind and shown.cost_kind.value, shown.payer and shown.payer.value)
        money = (Decimal(decimal_text(shown.minor, project.currency)), project.currency)
        if shown.row is None:
            yield (project.title, project.public_id, *(None,) * 6, *costs, *money, *(None,) * 6, HIDDEN)
            continue
        entry, posting = shown.row.entry, shown.row.posting
        yield (
            project.title, project.public_id, posting.number, entry.number, posting.kind.value, shown.row.line_title,
            shown.period, entry.benefit_class and entry.benefit_class.value, *costs, *money,
            f"V{posting.level.value}", posting.reason, entry.recorded_at, shown.row.by, posting.public_id,
            entry.public_id, None,
        )  # fmt: skip
