"""Statements of a firm: issued, listed, and read with their figures as programs compare them."""

from datetime import datetime
from typing import Any

from pydantic import JsonValue
from sqlalchemy import select

from lms.api.finding import find, part_of
from lms.api.kit import operation
from lms.api.shapes import Instant, Paged, PublicId, Shape
from lms.api.v1.portfolio import FIRM
from lms.capstone.projects.queries import find_project
from lms.capstone.statements.models import Statement
from lms.capstone.statements.queries import find_statement, rebuilt
from lms.capstone.statements.services import issue_statement
from lms.kernel.canonical import canonical
from lms.people.access import Action, Actor
from lms.people.orgs.models import Firm
from lms.people.scope import within

STATEMENT = "/statements/<public_id:statement>"


class NewStatement(Shape):
    """Of one project, or of the whole firm; as known at `as_of`, or now."""

    project: PublicId | None = None
    as_of: Instant | None = None


class StatementOut(Shape):
    """What was issued. `about`: project or portfolio. `head`: of the ledger's chain then. `sha256`: of the figures."""

    id: str
    about: str
    as_of: datetime
    issued_at: datetime
    currency: str
    head: str
    sha256: str


class StatementFiguresOut(StatementOut):
    """The figures: amounts in minor units, ratios and months as exact fractions.

    `is_reproduced`: whether the facts give the same figures for that moment today, to the last digit.
    """

    figures: JsonValue
    is_reproduced: bool


class StatementsOut(Shape):
    """`next`: send it as `after` for the following page; null on the last one."""

    items: list[StatementOut]
    next: str | None


@operation(f"GET {FIRM}/statements", Action.STATEMENT_READ, gives=StatementsOut, query=Paged)
def list_firm_statements(actor: Actor, firm: str, query: Paged) -> StatementsOut:
    """The statements that the firm has issued."""
    found = find(actor, Action.STATEMENT_READ, Firm, firm)
    part = part_of(within(select(Statement), found), Statement.id, query)
    return StatementsOut(items=[StatementOut(**_fields(made)) for made in part.items], next=part.after)


@operation(f"POST {FIRM}/statements", Action.STATEMENT_ISSUE, gives=StatementOut, body=NewStatement, status=201)
def post_statement(actor: Actor, firm: str, body: NewStatement) -> StatementOut:
    """Issue a statement; it is never changed."""
    found = find(actor, Action.STATEMENT_ISSUE, Firm, firm)
    project = find_project(actor, body.project, Action.STATEMENT_ISSUE) if body.project else None
    return StatementOut(**_fields(issue_statement(actor, found, project, body.as_of)))


@operation(f"GET {STATEMENT}", Action.STATEMENT_READ, gives=StatementFiguresOut)
def get_statement(actor: Actor, statement: str) -> StatementFiguresOut:
    """One statement with its figures, made anew from the facts and compared."""
    found = find_statement(actor, statement)
    same = canonical(rebuilt(found)) == canonical(found.figures)
    return StatementFiguresOut(**_fields(found), figures=found.figures, is_reproduced=same)


def _fields(made: Statement) -> dict[str, Any]:
    return {
        "id": made.public_id,
        "about": made.figures["about"],
        "as_of": made.as_of,
        "issued_at": made.recorded_at,
        "currency": made.currency,
        "head": made.head,
        "sha256": made.sha256,
    }
