"""Firms, and what the projects of one returned together: sums, never a mean of ratios."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field
from sqlalchemy import select

from lms.api.finding import find, part_of
from lms.api.kit import operation
from lms.api.shapes import Amount, Paged, Shape, Why, why
from lms.api.v1.returns import EXPLAINED, FigureName, FigureOut, ReturnQuery, amount, figure, level_of
from lms.capstone.lines.rules.kinds import Perspective
from lms.capstone.queries import firm_figures
from lms.capstone.returns import Return
from lms.people.access import Action, Actor
from lms.people.orgs.models import Firm
from lms.people.scope import scoped

FIRM = "/firms/<public_id:firm>"


class FirmOut(Shape):
    """An employer. `currency`: of all its money."""

    id: str
    name: str
    currency: str


class FirmsOut(Shape):
    """`next`: send it as `after` for the following page; null on the last one."""

    items: list[FirmOut]
    next: str | None


class PortfolioFigure(StrEnum):
    """The figures of a portfolio that explain themselves."""

    BENEFIT = "benefit"
    COST = "cost"
    RUN_RATE = "run_rate"
    BCR = "bcr"
    ROI = "roi"
    SIMPLE_PAYBACK = "simple_payback"


class PortfolioQuery(ReturnQuery):
    """Which figure to explain."""

    figure: PortfolioFigure = Field(default=PortfolioFigure.BCR, description="Which figure.")


class ShareOut(Shape):
    """One project's part."""

    id: str
    title: str
    benefit: Amount
    cost: Amount
    bcr: FigureOut


class PortfolioOut(Shape):
    """Sums over all projects of the firm, those that failed or were left included, and each one's part."""

    as_of: datetime | None
    perspective: str
    level: str
    benefit: Amount
    cost: Amount
    net: Amount
    run_rate: Amount
    bcr: FigureOut
    roi: FigureOut
    simple_payback: FigureOut
    projects: list[ShareOut]


@operation("GET /firms", Action.FIRM_READ, gives=FirmsOut, query=Paged)
def list_firms(actor: Actor, query: Paged) -> FirmsOut:
    """The firms that you may see: your own, those of your students."""
    page = part_of(scoped(select(Firm), actor, Action.FIRM_READ), Firm.id, query)
    items = [FirmOut(id=firm.public_id, name=firm.name, currency=firm.currency) for firm in page.items]
    return FirmsOut(items=items, next=page.after)


@operation(f"GET {FIRM}/portfolio", Action.PORTFOLIO_READ, gives=PortfolioOut, query=ReturnQuery)
def get_portfolio(actor: Actor, firm: str, query: ReturnQuery) -> PortfolioOut:
    """What the firm's projects returned together."""
    found = find(actor, Action.PORTFOLIO_READ, Firm, firm)
    parts, made = _returns(actor, found, query)
    return PortfolioOut(
        as_of=query.as_of,
        perspective=query.perspective,
        level=query.level,
        benefit=amount(made.benefit().value),
        cost=amount(made.cost().value),
        net=Amount.of(made.net_minor, made.currency),
        run_rate=amount(made.run_rate().value),
        bcr=figure(made.bcr()),
        roi=figure(made.roi()),
        simple_payback=figure(made.simple_payback()),
        projects=[
            ShareOut(
                id=public_id,
                title=title,
                benefit=amount(part.benefit().value),
                cost=amount(part.cost().value),
                bcr=figure(part.bcr()),
            )
            for (public_id, title), part in parts.items()
        ],
    )


@operation(f"GET {FIRM}/portfolio/explain", Action.PORTFOLIO_READ, gives=Why, query=PortfolioQuery)
def explain_portfolio(actor: Actor, firm: str, query: PortfolioQuery) -> Why:
    """Why a figure of the portfolio is what it is."""
    found = find(actor, Action.PORTFOLIO_READ, Firm, firm)
    return why(EXPLAINED[FigureName(query.figure)](_returns(actor, found, query)[1]))


def _returns(actor: Actor, firm: Firm, query: ReturnQuery) -> tuple[dict[tuple[str, str], Return], Return]:
    """Each project's return by its id and title, and all of them as one, as the page shows them."""
    figures = firm_figures(firm, query.as_of, actor)
    level, perspective = level_of(query), Perspective(query.perspective)
    parts = {(one.project.public_id, one.project.title): one.at(level, perspective) for one in figures.projects}
    return parts, figures.at(level, perspective)
