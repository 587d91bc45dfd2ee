"""A project's ledger, entry by entry, as a page and as CSV; what would tell an hourly rate is shown in sum."""

import csv
import io

from flask import Response

from lms.capstone.ledger import ShownRow, shown_rows
from lms.capstone.projects.queries import find_project
from lms.capstone.projects.services import chain_name
from lms.capstone.queries import project_figures
from lms.capstone.savings.rules.kinds import Level
from lms.guard import current_actor, requires
from lms.kernel import chain
from lms.kernel.money import decimal_text
from lms.people.access import Action
from lms.web.asof import asked_as_of
from lms.web.employer import bp
from lms.web.pages import page

COLUMNS = (
    "posting", "entry", "kind", "line", "period", "class", "cost_kind", "payer", "amount", "currency",
    "level_at_posting", "reason", "recorded_at", "by", "posting_id", "entry_id",
)  # fmt: skip


@bp.get("/projects/<public_id:project>/ledger")
@requires(Action.SAVINGS_READ)
def ledger(project: str) -> Response:
    actor = current_actor()
    found = find_project(actor, project, Action.SAVINGS_READ)
    day, as_of = asked_as_of(actor.zone)
    rows = shown_rows(actor, found, as_of)
    return page(
        "employer/ledger.html",
        project=found,
        day=day,
        rows=rows,
        figures=project_figures(found, as_of),
        levels=list(Level),
        head=chain.head(chain_name(found.id)),
    )


@bp.get("/projects/<public_id:project>/ledger.csv")
@requires(Action.SAVINGS_READ)
def ledger_csv(project: str) -> Response:
    actor = current_actor()
    found = find_project(actor, project, Action.SAVINGS_READ)
    _, as_of = asked_as_of(actor.zone)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows(_cells(shown, found.currency) for shown in shown_rows(actor, found, as_of))
    answer = Response(text.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="ledger-{found.public_id}.csv"'
    return answer


def _cells(shown: ShownRow, currency: str) -> list[object]:
    costs = [shown.cost_kind and shown.cost_kind.value, shown.payer and shown.payer.value]
    money = [decimal_text(shown.minor, currency), currency]
    if shown.row is None:
        return [_safe(cell) for cell in [*[None] * 6, *costs, *money, *[None] * 6]]
    entry, posting = shown.row.entry, shown.row.posting
    cells = [
        posting.number, entry.number, posting.kind.value, shown.row.line_title,
        shown.period.isoformat() if shown.period else None, entry.benefit_class and entry.benefit_class.value,
        *costs, *money, f"V{posting.level.value}", posting.reason, entry.recorded_at.isoformat(), shown.row.by,
        posting.public_id, entry.public_id,
    ]  # fmt: skip
    return [_safe(cell) for cell in cells]


def _safe(cell: object) -> object:
    """Text that a spreadsheet would run as a formula gets a quote before it; numbers stay numbers."""
    runs = isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r")
    return f"'{cell}" if runs and not _is_number(str(cell)) else "" if cell is None else cell


def _is_number(text: str) -> bool:
    return text.lstrip("-").replace(".", "", 1).isdigit()
