"""A project's ledger: every savings entry and cost, and what counts at each level."""

from datetime import date, datetime

from lms.api.kit import operation
from lms.api.shapes import Amount, AsOf, Shape, Why, why
from lms.api.v1.projects import PROJECT, level_name
from lms.api.v1.returns import ReturnQuery, project_return_of
from lms.capstone.ledger import ShownRow, shown_rows
from lms.capstone.projects.queries import find_project
from lms.capstone.savings.queries import ledger_of
from lms.capstone.savings.rules.kinds import Level
from lms.capstone.savings.rules.ledger import Ledger
from lms.people.access import Action, Actor


class EntryOut(Shape):
    """One amount of one posting in one period: a month's first day, for wages the Monday of the week.

    A benefit has a class and counts up to `level`; a cost has a kind and a payer. `line`: what is saved. `is_sum`:
    costs whose parts you may not see, since they would tell an hourly rate; without `cost_kind` all that the firm paid.
    """

    is_sum: bool
    id: str | None
    posting: str | None
    posting_number: int | None
    posting_kind: str | None
    line: str | None
    period: date | None
    amount: Amount
    benefit_class: str | None
    cost_kind: str | None
    payer: str | None
    level: str | None
    recorded_at: datetime | None
    recorded_by: str | None


class LevelOut(Shape):
    """The first-year net hard benefit that counts at a level; each level includes those above it."""

    level: str
    benefit: Amount


class LedgerOut(Shape):
    """Entries in the order of their postings, and their sum at each level."""

    as_of: datetime | None
    currency: str
    levels: list[LevelOut]
    entries: list[EntryOut]


@operation(f"GET {PROJECT}/ledger", Action.SAVINGS_READ, gives=LedgerOut, query=AsOf)
def get_ledger(actor: Actor, project: str, query: AsOf) -> LedgerOut:
    """The ledger as it was known at `as_of`, or as it stands."""
    found = find_project(actor, project, Action.SAVINGS_READ)
    ledger = ledger_of(found, query.as_of)
    counted = [level for level in Level if level is not Level.DRAFT]
    return LedgerOut(
        as_of=query.as_of,
        currency=found.currency,
        levels=[
            LevelOut(level=level_name(level), benefit=Amount.of(ledger.headline(level), found.currency))
            for level in counted
        ],
        entries=[_entry(row, ledger, found.currency) for row in shown_rows(actor, found, query.as_of)],
    )


@operation(f"GET {PROJECT}/ledger/explain", Action.SAVINGS_READ, gives=Why, query=ReturnQuery)
def explain_ledger(actor: Actor, project: str, query: ReturnQuery) -> Why:
    """Why the ledger comes to this benefit at the level: what was folded, and by which rule."""
    found = find_project(actor, project, Action.SAVINGS_READ)
    return why(project_return_of(actor, found, query).benefit())


def _entry(shown: ShownRow, ledger: Ledger, currency: str) -> EntryOut:
    amount, row = Amount.of(shown.minor, currency), shown.row
    if row is None:
        return EntryOut(
            is_sum=True,
            id=None,
            posting=None,
            posting_number=None,
            posting_kind=None,
            line=None,
            period=None,
            amount=amount,
            benefit_class=None,
            cost_kind=shown.cost_kind,
            payer=shown.payer,
            level=None,
            recorded_at=None,
            recorded_by=None,
        )
    entry, posting = row.entry, row.posting
    counts = [level for level in Level if entry.benefit_class is not None and ledger.counts_at(posting, level)]
    return EntryOut(
        is_sum=False,
        id=entry.public_id,
        posting=posting.public_id,
        posting_number=posting.number,
        posting_kind=posting.kind,
        line=row.line_title,
        period=shown.period,
        amount=amount,
        benefit_class=entry.benefit_class,
        cost_kind=entry.cost_kind,
        payer=entry.payer,
        level=level_name(max(counts)) if counts else None,
        recorded_at=entry.recorded_at,
        recorded_by=row.by,
    )
