"""Statements of the firm: issued, listed, read on the page, on paper, as a sheet and for programs."""

from flask import Response
from wtforms import SelectField
from wtforms.validators import Optional

from lms.capstone.projects.models import Project
from lms.capstone.projects.queries import find_project, projects_of_firm
from lms.capstone.queries import end_of
from lms.capstone.savings.queries import names_of
from lms.capstone.statements.models import Statement
from lms.capstone.statements.pdf import statement_pdf
from lms.capstone.statements.queries import find_statement, firm_of, list_statements, projects_of, rebuilt
from lms.capstone.statements.sections import sections_of
from lms.capstone.statements.services import issue_statement
from lms.capstone.statements.sheet import COLUMNS, entries_plain, entry_rows
from lms.guard import current_actor, requires
from lms.kernel.canonical import canonical
from lms.kernel.clock import now, today
from lms.kernel.errors import RuleBroken
from lms.kernel.tabular import XLSX_TYPE, xlsx_chunks
from lms.kernel.text import N_
from lms.people.access import Action, may_at_all
from lms.people.orgs.models import Firm
from lms.web.downloads import download
from lms.web.employer import bp
from lms.web.employer.finding import own_firm
from lms.web.fields import DayField
from lms.web.forms import ProductForm, choice
from lms.web.language import reader, tell
from lms.web.pages import broken_into, page, redirect_to, tell_next


class StatementForm(ProductForm):
    """What a statement is about, and as known when."""

    project = SelectField(N_("About"))
    as_of = DayField(N_("As known at the end of"), [Optional()])

    def offer(self, projects: list[Project]) -> "StatementForm":
        """Fill the choices: the whole firm first."""
        every = choice("", tell(N_("All enrollments and projects of the firm")))
        self.project.choices = [every, *(choice(each.public_id, each.title) for each in projects)]
        return self


@bp.get("/statements")
@requires(Action.STATEMENT_READ)
def statements() -> Response:
    firm = own_firm(current_actor(), Action.STATEMENT_READ)
    return _list(firm, StatementForm().offer(projects_of_firm(firm)))


@bp.post("/statements")
@requires(Action.STATEMENT_ISSUE)
def issue() -> Response:
    actor = current_actor()
    firm = own_firm(actor, Action.STATEMENT_ISSUE)
    form = StatementForm().offer(projects_of_firm(firm))
    if not form.validate():
        return _list(firm, form, 422)
    project = find_project(actor, form.project.data, Action.STATEMENT_ISSUE) if form.project.data else None
    day = form.as_of.data
    moment = end_of(day, firm.zone) if day and day != today(firm.zone) else None
    try:
        made = issue_statement(actor, firm, project, moment)
    except RuleBroken as broken:
        broken_into(form, broken)
        return _list(firm, form, 422)
    tell_next(N_("Issued. Its figures stay as they are, and anybody can make them anew from the ledger."))
    return redirect_to("employer.statement", statement=made.public_id)


@bp.get("/statements/<public_id:statement>")
@requires(Action.STATEMENT_READ)
def statement(statement: str) -> Response:
    found = find_statement(current_actor(), statement)
    firm, titles = firm_of(found), _titles(found)
    issuer = found.recorded_by_id
    return page(
        "employer/statement.html",
        statement=found,
        firm=firm,
        about=titles.get(found.figures.get("project", "")),
        sections=sections_of(found.figures, titles),
        issuer=names_of({issuer}).get(issuer, "") if issuer else "",
        is_same=canonical(rebuilt(found)) == canonical(found.figures),
        now=now(),
    )


@bp.get("/statements/<public_id:statement>/statement.pdf")
@requires(Action.STATEMENT_READ)
def statement_as_pdf(statement: str) -> Response:
    found = find_statement(current_actor(), statement)
    made = statement_pdf(found, firm_of(found).name, _titles(found), reader())
    return download(f"statement {found.public_id}.pdf", [made], "application/pdf")


@bp.get("/statements/<public_id:statement>/entries.xlsx")
@requires(Action.STATEMENT_READ)
def statement_as_sheet(statement: str) -> Response:
    actor = current_actor()
    found = find_statement(actor, statement)
    chunks = xlsx_chunks(COLUMNS, entry_rows(actor, found), "entries")
    return download(f"statement {found.public_id}.xlsx", chunks, XLSX_TYPE)


@bp.get("/statements/<public_id:statement>/statement.json")
@requires(Action.STATEMENT_READ)
def statement_as_json(statement: str) -> Response:
    actor = current_actor()
    found = find_statement(actor, statement)
    whole = {
        "statement": found.public_id,
        "sha256": found.sha256,
        "figures": found.figures,
        "entries": [_plain(row) for row in entries_plain(actor, found)],
    }
    return download(f"statement {found.public_id}.json", [canonical(whole).encode()], "application/json")


def _plain(row: dict[str, object]) -> dict[str, object]:
    return {name: value if isinstance(value, str | int | None) else value.isoformat() for name, value in row.items()}  # type: ignore[attr-defined]


def _titles(found: Statement) -> dict[str, str]:
    return {project.public_id: project.title for project in projects_of(found)}


def _list(firm: Firm, form: StatementForm, status: int = 200) -> Response:
    may_issue = may_at_all(current_actor(), Action.STATEMENT_ISSUE)
    return page(
        "employer/statements.html",
        status,
        firm=firm,
        form=form,
        statements=list_statements(firm),
        may_issue=may_issue,
    )
