"""What all projects of the firm returned, as known on any day, at any level, from both perspectives."""

from flask import Response, request

from lms.capstone.lines.rules.kinds import Perspective
from lms.capstone.queries import firm_figures
from lms.capstone.savings.rules.figures import explain_funnel, explain_waterfall
from lms.capstone.savings.rules.kinds import Level
from lms.capstone.statuses import by_status
from lms.capstone.summed import summed_firm
from lms.guard import current_actor, requires
from lms.people.access import Action, may_at_all
from lms.web.asof import asked_as_of
from lms.web.employer import bp
from lms.web.employer.finding import asked_level, own_firm
from lms.web.pages import page
from lms.web.roster_words import STATUS
from lms.web.savings.figures import figure_rows, funnel_chart, waterfall_chart


@bp.get("/savings")
@requires(Action.PORTFOLIO_READ)
def portfolio() -> Response:
    actor = current_actor()
    firm = own_firm(actor)
    day, as_of = asked_as_of(firm.zone)
    level, perspective = asked_level(), asked_perspective()
    figures = (summed_firm(firm, actor) if as_of is None else None) or firm_figures(firm, as_of, actor)
    made, everybody = (figures.at(level, each) for each in Perspective)
    funnel, waterfall = figures.funnel(), figures.waterfall(level, perspective)
    parts = [(each, each.at(level, perspective)) for each in figures.projects]
    return page(
        "employer/portfolio.html",
        firm=firm,
        day=day,
        level=level,
        levels=[each for each in Level if each is not Level.DRAFT],
        perspective=perspective,
        perspectives=list(Perspective),
        figures=figures,
        made=made,
        rows=figure_rows(made, everybody),
        parts=parts,
        statuses=[] if day else by_status(firm, [(each.project, part.benefit_minor) for each, part in parts]),
        status_words=STATUS,
        sees_people=may_at_all(actor, Action.EMPLOYEE_READ),
        funnel=funnel_chart(funnel, firm.currency),
        funnel_why=explain_funnel(funnel, firm.currency, made.facts),
        waterfall=waterfall_chart(waterfall, firm.currency, level),
        waterfall_why=explain_waterfall(waterfall, firm.currency, made.facts),
    )


def asked_perspective() -> Perspective:
    """The perspective of `?perspective=all`, the firm's by default."""
    return Perspective.ALL if request.args.get("perspective") == Perspective.ALL else Perspective.FIRM
