"""The firm's projects, and one project with all that its people may do to it."""

from typing import Any

from flask import Response

from lms.capstone.assessments.queries import origin_of
from lms.capstone.lines.rules.kinds import Perspective
from lms.capstone.projects.queries import (
    baseline_of,
    charter_of,
    find_project,
    firm_of,
    list_projects,
    team_of,
)
from lms.capstone.projects.services import lock_baseline
from lms.capstone.queries import ProjectFigures, figures_of, project_figures
from lms.capstone.returns import in_words
from lms.capstone.savings.queries import names_of, summaries_of
from lms.capstone.savings.rules.figures import explain_funnel, explain_waterfall
from lms.capstone.savings.rules.kinds import Level
from lms.guard import current_actor, requires
from lms.kernel.prose import prose_of
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.people.scope import policy_day
from lms.web.asof import asked_as_of
from lms.web.employer import bp
from lms.web.employer.finding import asked_level
from lms.web.pages import page, redirect_to, tell_next
from lms.web.savings.figures import figure_rows, funnel_chart, net_chart, waterfall_chart
from lms.web.savings.followups import follow_up_rows
from lms.web.savings.lines import line_views
from lms.web.savings.may import may_do
from lms.web.savings.reference import beside_bands


@bp.get("/projects")
@requires(Action.PORTFOLIO_READ)
def projects() -> Response:
    found = list_projects(current_actor(), Action.PORTFOLIO_READ)
    return page(
        "employer/projects.html",
        figures=figures_of(found, actor=current_actor()),
        summaries=summaries_of(found),
        team=team_of(found),
    )


@bp.get("/projects/<public_id:project>")
@requires(Action.SAVINGS_READ)
def project(project: str) -> Response:
    actor = current_actor()
    found = find_project(actor, project, Action.SAVINGS_READ)
    day, as_of = asked_as_of(actor.zone)
    level = asked_level()
    figures = project_figures(found, as_of, actor)
    made, everybody = (figures.at(level, perspective) for perspective in Perspective)
    funnel, waterfall = figures.funnel(), figures.waterfall(level, Perspective.FIRM)
    return page(
        "employer/project.html",
        project=found,
        day=day,
        level=level,
        levels=[each for each in Level if each is not Level.DRAFT],
        figures=figures,
        made=made,
        rows=figure_rows(made, everybody),
        words=in_words(level, made),
        lines=line_views(figures),
        funnel=funnel_chart(funnel, found.currency),
        funnel_why=explain_funnel(funnel, found.currency, made.facts),
        waterfall=waterfall_chart(waterfall, found.currency, level),
        waterfall_why=explain_waterfall(waterfall, found.currency, made.facts),
        net=net_chart(made),
        follow_ups=follow_up_rows(found),
        beside=beside_bands(figures, firm_of(found).naics),
        **_around(actor, figures),
    )


@bp.post("/projects/<public_id:project>/baseline-locks")
@requires(Action.BASELINE_LOCK)
def lock_project_baseline(project: str) -> Response:
    actor = current_actor()
    lock_baseline(actor, find_project(actor, project))
    tell_next(N_("The baseline is locked."))
    return redirect_to("employer.project", project=project)


def _around(actor: Actor, figures: ProjectFigures) -> dict[str, Any]:
    """Charter, baseline and team, with their words."""
    found = figures.project
    agreed = charter_of(found)
    baseline, locked = baseline_of(found)
    people = {agreed.sponsor_id, agreed.coach_id, agreed.finance_contact_id} if agreed else set()
    return {
        "charter": agreed,
        "origin": origin_of(found),
        "names": names_of(people),
        "baseline": baseline,
        "baseline_lock": locked,
        "baseline_words": {
            name: prose_of([baseline], name).get(baseline.public_id, "") for name in ("metric", "unit", "source")
        }
        if baseline
        else {},
        "may": may_do(actor, found),
        "team": team_of([found], policy_day())[found.id],
    }
