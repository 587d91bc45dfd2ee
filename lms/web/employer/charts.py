"""The charts of one project and of the whole firm, to look at and to print; each with its table and its "why?"."""

from flask import Response

from lms.capstone.projects.queries import find_project
from lms.capstone.queries import firm_figures, project_figures
from lms.capstone.savings.rules.figures import AGE_DAYS
from lms.guard import current_actor, requires
from lms.kernel.clock import now
from lms.people.access import Action
from lms.web.asof import asked_as_of
from lms.web.employer import bp
from lms.web.employer.finding import LEVELS, asked_level, own_firm
from lms.web.pages import page
from lms.web.savings.charts import ages_by_level, portfolio_charts, project_charts


@bp.get("/projects/<public_id:project>/charts")
@requires(Action.SAVINGS_READ)
def charts_of_project(project: str) -> Response:
    actor = current_actor()
    found = find_project(actor, project, Action.SAVINGS_READ)
    day, as_of = asked_as_of(actor.zone)
    level = asked_level()
    figures = project_figures(found, as_of, actor)
    charts = project_charts(figures, level, as_of or now())
    facts = figures.at(level).facts
    return page(
        "employer/charts.html",
        firm=None,
        project=found,
        currency=found.currency,
        day=day,
        level=level,
        levels=LEVELS,
        charts=charts,
        ages=ages_by_level([figures], found.currency, facts, as_of or now()),
        age_days=AGE_DAYS,
    )


@bp.get("/savings/charts")
@requires(Action.PORTFOLIO_READ)
def charts_of_firm() -> Response:
    actor = current_actor()
    firm = own_firm(actor)
    day, as_of = asked_as_of(firm.zone)
    level = asked_level()
    figures = firm_figures(firm, as_of, actor)
    charts = portfolio_charts(figures, level, as_of or now())
    facts = figures.at(level).facts
    return page(
        "employer/charts.html",
        firm=firm,
        project=None,
        currency=firm.currency,
        day=day,
        level=level,
        levels=LEVELS,
        charts=charts,
        ages=ages_by_level(figures.projects, firm.currency, facts, as_of or now()),
        age_days=AGE_DAYS,
    )
