"""Reads of statements, and the figures of any past moment from which one is made."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from lms.capstone.lines.rules.kinds import Perspective
from lms.capstone.portfolio import combine, tuition
from lms.capstone.projects.models import Project
from lms.capstone.projects.services import chain_name
from lms.capstone.queries import FirmFigures, ProjectFigures, figures_of, firm_figures
from lms.capstone.returns import Return, project_return
from lms.capstone.savings.rules.figures import counted_lines
from lms.capstone.savings.rules.kinds import Level
from lms.capstone.savings.rules.realized import realized, sum_realized
from lms.capstone.statements.models import Statement
from lms.capstone.statements.rules import LEVELS, figures_plain, joint_head, part_plain
from lms.kernel import chain
from lms.kernel.db import session
from lms.kernel.errors import NotFound
from lms.people.access import Action, Actor
from lms.people.orgs.models import Firm
from lms.people.scope import policy_day, scoped, unscoped, within

Plain = dict[str, Any]


def find_statement(actor: Actor, public_id: str) -> Statement:
    """One statement. Raises NotFound. One query."""
    statement = select(Statement).where(Statement.public_id == public_id)
    found = session.scalar(scoped(statement, actor, Action.STATEMENT_READ))
    if found is None:
        raise NotFound()
    return found


def list_statements(firm: Firm, limit: int = 200) -> list[tuple[Statement, Project | None]]:
    """The statements of a firm that was found, newest first, each with its project. One query."""
    statement = (
        select(Statement, Project)
        .outerjoin(Project, Project.id == Statement.project_id)
        .order_by(Statement.id.desc())
        .limit(limit)
    )
    return [(made, project) for made, project in session.execute(within(statement, firm, on=Statement))]


def project_of(statement: Statement) -> Project | None:
    """The project that a statement is about; None for a portfolio. One query."""
    if statement.project_id is None:
        return None
    found = select(Project).where(Project.id == statement.project_id)
    return session.scalars(unscoped(found, "the project of a statement that was found")).one()


def firm_of(statement: Statement) -> Firm:
    """The firm of a statement. One query."""
    return session.scalars(
        unscoped(select(Firm).where(Firm.id == statement.firm_id), "the firm of a statement that was found")
    ).one()


def projects_of(statement: Statement) -> list[Project]:
    """The projects whose figures stand on it, in its order. One query."""
    project = project_of(statement)
    if project is not None:
        return [project]
    ids = [part["project"] for part in statement.figures["projects"]]
    found = select(Project).where(Project.public_id.in_(ids)).order_by(Project.id)
    return list(session.scalars(unscoped(found, "projects of a statement that was found")))


def rebuilt(statement: Statement) -> Plain:
    """The figures that the facts give today for the statement's moment, at the rate that held then."""
    project = project_of(statement)
    if project is not None:
        return project_figures_at(project, statement.as_of, statement.rate_bp)
    return portfolio_figures_at(firm_of(statement), statement.as_of, statement.rate_bp)


def project_figures_at(project: Project, as_of: datetime, rate_bp: int | None) -> Plain:
    """What stands on the statement of a project as known at `as_of`. Seven queries."""
    (figures,) = figures_of([project], rate_bp, as_of)
    heads = _heads([project], as_of)
    returns = _returns(figures, rate_bp)
    lines = {level: len(counted_lines(figures.ledger, level)) for level in LEVELS}
    shared = figures_plain(
        returns,
        realized(figures.ledger, project.currency, policy_day(as_of)),
        {kind.value: minor for kind, minor in figures.ledger.by_class(Level.VERIFIED).items()},
        lines,
    )
    return {
        **shared,
        "about": "project",
        "project": project.public_id,
        "as_of": _instant(as_of),
        "entries": len(figures.ledger.rows),
        "head": heads[project.public_id],
    }


def portfolio_figures_at(firm: Firm, as_of: datetime, rate_bp: int | None) -> Plain:
    """What stands on the statement of a firm: every enrollment, those that left included. Twelve queries."""
    found = firm_figures(firm, as_of)
    known = [each for each in found.projects if each.steps]  # the others were proposed later
    heads = _heads([each.project for each in known], as_of)
    parts = {each.project.public_id: _returns(each, rate_bp) for each in known}
    shared = figures_plain(
        _combined(found, list(parts.values()), rate_bp),
        sum_realized(
            [realized(each.ledger, each.project.currency, policy_day(as_of)) for each in known], firm.currency
        ),
        _classes(known),
        {level: sum(len(counted_lines(each.ledger, level)) for each in known) for level in LEVELS},
    )
    return {
        **shared,
        "about": "portfolio",
        "firm": firm.public_id,
        "as_of": _instant(as_of),
        "enrollments": found.enrollments,
        "entries": sum(len(each.ledger.rows) for each in known),
        "tuition_beside": {payer.value: minor for payer, minor in sorted(found.tuition_beside.items())},
        "projects": [
            part_plain(public_id, heads[public_id], each.ledger, parts[public_id])
            for public_id, each in sorted((each.project.public_id, each) for each in known)
        ],
        "head": joint_head(heads) if heads else chain.START,
    }


def _combined(
    found: FirmFigures, parts: Sequence[Mapping[tuple[Level, Perspective], Return]], rate_bp: int | None
) -> dict[tuple[Level, Perspective], Return]:
    made = {}
    for perspective in Perspective:
        owed = sum(minor for payer, minor in found.tuition_beside.items() if _counts(payer, perspective))
        for level in LEVELS:
            each = [part[level, perspective] for part in parts]
            made[level, perspective] = combine(each, level, perspective, found.firm.currency, tuition(owed), rate_bp)
    return made


def _counts(payer: str, perspective: Perspective) -> bool:
    return perspective is Perspective.ALL or payer == Perspective.FIRM.value


def _classes(known: Sequence[ProjectFigures]) -> dict[str, int]:
    found: dict[str, int] = {}
    for each in known:
        for kind, minor in each.ledger.by_class(Level.VERIFIED).items():
            found[kind.value] = found.get(kind.value, 0) + minor
    return found


def _returns(figures: ProjectFigures, rate_bp: int | None) -> dict[tuple[Level, Perspective], Return]:
    """With each kind of cost: a statement is for the firm, whose people all see wages in sum."""
    currency = figures.project.currency
    return {
        (level, perspective): project_return(figures.ledger, figures.versions, currency, level, perspective, rate_bp)
        for level in LEVELS
        for perspective in Perspective
    }


def _heads(projects: Sequence[Project], as_of: datetime) -> dict[str, str]:
    names = {chain_name(project.id): project.public_id for project in projects}
    found = chain.heads_at(names, as_of)
    return {public_id: found.get(name, chain.START) for name, public_id in names.items()}


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
