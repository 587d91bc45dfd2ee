"""What a project returned, at one level of trust and from one perspective, as of a moment; each figure says why."""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from typing import Any, Literal

from pydantic import Field

from lms.api.kit import operation
from lms.api.shapes import Amount, AsOf, Decimals, Shape, Why, why
from lms.api.v1.projects import PROJECT
from lms.capstone.lines.rules.kinds import Perspective
from lms.capstone.projects.models import Project
from lms.capstone.projects.queries import find_project
from lms.capstone.queries import project_figures
from lms.capstone.returns import NOT_AVAILABLE, Return
from lms.capstone.roi import Figure
from lms.capstone.savings.rules.figures import explain_funnel, explain_waterfall
from lms.capstone.savings.rules.kinds import Level
from lms.kernel.explain import Explained
from lms.kernel.money import Money, round_half_away
from lms.people.access import Action, Actor
from lms.web.language import tell

PLACES = 4


class ReturnQuery(AsOf):
    """perspective: costs of the firm alone, or of all payers. level: V1 reported, V2 verified, V3 reviewed, V4 kept."""

    perspective: Literal["firm", "all"] = Field(default="firm", description="Whose costs count.")
    level: Literal["V1", "V2", "V3", "V4"] = Field(default="V2", description="How far savings must be attested.")


class FigureName(StrEnum):
    """The figures that explain themselves."""

    BENEFIT = "benefit"
    COST = "cost"
    RUN_RATE = "run_rate"
    BCR = "bcr"
    ROI = "roi"
    SIMPLE_PAYBACK = "simple_payback"
    CUMULATIVE_PAYBACK = "cumulative_payback"
    DISCOUNTED_PAYBACK = "discounted_payback"
    IRR = "irr"
    NPV = "npv"


class FigureQuery(ReturnQuery):
    """Which figure to explain."""

    figure: FigureName = Field(default=FigureName.BCR, description="Which figure.")


class FigureOut(Shape):
    """A ratio, a rate or a number of months. `value`: to four places, half away from zero. `exact`: as a fraction.

    Where there is none, both are null and `why_none` says why.
    """

    value: Decimals | None
    exact: str | None
    why_none: str | None


class ReturnOut(Shape):
    """Ratios are of 1: a `roi` of 0.4014 is 40.14 %. Paybacks are months; `irr` is a yearly rate.

    `benefit`: first-year net hard benefit. `cost`: after incentives.
    """

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
    cumulative_payback: FigureOut
    discounted_payback: FigureOut
    irr: FigureOut
    npv: Amount


EXPLAINED: Mapping[FigureName, Callable[[Return], Explained[Any]]] = {
    FigureName.BENEFIT: Return.benefit,
    FigureName.COST: Return.cost,
    FigureName.RUN_RATE: Return.run_rate,
    FigureName.BCR: Return.bcr,
    FigureName.ROI: Return.roi,
    FigureName.SIMPLE_PAYBACK: Return.simple_payback,
    FigureName.CUMULATIVE_PAYBACK: Return.cumulative_payback,
    FigureName.DISCOUNTED_PAYBACK: Return.discounted_payback,
    FigureName.IRR: Return.irr,
    FigureName.NPV: Return.npv,
}


@operation(f"GET {PROJECT}/roi", Action.SAVINGS_READ, gives=ReturnOut, query=ReturnQuery)
def get_roi(actor: Actor, project: str, query: ReturnQuery) -> ReturnOut:
    """What the project returned."""
    found = find_project(actor, project, Action.SAVINGS_READ)
    made = project_return_of(actor, found, query)
    return ReturnOut(
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
        cumulative_payback=figure(made.cumulative_payback()),
        discounted_payback=figure(made.discounted_payback()),
        irr=figure(made.irr()),
        npv=amount(made.npv().value),
    )


@operation(f"GET {PROJECT}/roi/explain", Action.SAVINGS_READ, gives=Why, query=FigureQuery)
def explain_roi(actor: Actor, project: str, query: FigureQuery) -> Why:
    """Why a figure of the project's return is what it is."""
    found = find_project(actor, project, Action.SAVINGS_READ)
    return why(EXPLAINED[query.figure](project_return_of(actor, found, query)))


@operation(f"GET {PROJECT}/funnel/explain", Action.SAVINGS_READ, gives=Why, query=AsOf)
def explain_project_funnel(actor: Actor, project: str, query: AsOf) -> Why:
    """What has reached each level, and why."""
    figures = project_figures(find_project(actor, project, Action.SAVINGS_READ), query.as_of, actor)
    return why(explain_funnel(figures.funnel(), figures.project.currency, figures.at().facts))


@operation(f"GET {PROJECT}/waterfall/explain", Action.SAVINGS_READ, gives=Why, query=ReturnQuery)
def explain_project_waterfall(actor: Actor, project: str, query: ReturnQuery) -> Why:
    """From gross to net after cost, step by step."""
    figures = project_figures(find_project(actor, project, Action.SAVINGS_READ), query.as_of, actor)
    bars = figures.waterfall(level_of(query), Perspective(query.perspective))
    return why(explain_waterfall(bars, figures.project.currency, figures.at().facts))


@operation(f"GET {PROJECT}/realization/explain", Action.SAVINGS_READ, gives=Why, query=AsOf)
def explain_realization(actor: Actor, project: str, query: AsOf) -> Why:
    """What part of the forecast was realized in the months that are over, and why."""
    figures = project_figures(find_project(actor, project, Action.SAVINGS_READ), query.as_of, actor)
    return why(figures.realized().explain_rate())


def project_return_of(actor: Actor, project: Project, query: ReturnQuery) -> Return:
    """The return of a project that the caller has found, as `actor` may see it. Seven queries."""
    figures = project_figures(project, query.as_of, actor)
    return figures.at(level_of(query), Perspective(query.perspective))


def level_of(query: ReturnQuery) -> Level:
    """The level that a query names."""
    return Level(int(query.level.removeprefix("V")))


def amount(money: Money) -> Amount:
    """Money as the API writes it."""
    return Amount.of(money.minor, money.currency)


def figure(explained: Explained[Figure]) -> FigureOut:
    """A figure as the API writes it."""
    found = explained.value
    if found.value is None:
        return FigureOut(value=None, exact=None, why_none=tell(NOT_AVAILABLE[found.why]) if found.why else None)
    exact = Fraction(found.value)
    return FigureOut(value=round_half_away(exact, PLACES), exact=str(exact), why_none=None)
