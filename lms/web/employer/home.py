"""The first page of this portal: what waits for one, and what the projects returned."""

from flask import Response

from lms.capstone.lines.rules.kinds import Perspective
from lms.capstone.queries import firm_figures
from lms.capstone.returns import explain_covered, explain_unverified, in_words
from lms.capstone.savings.rules.kinds import Level
from lms.guard import current_actor, requires
from lms.hub.hours.queries.waiting import parts_waiting
from lms.people.access import Action, Relation
from lms.web.employer import bp
from lms.web.employer.finding import own_firm
from lms.web.employer.waiting import things_waiting
from lms.web.pages import page
from lms.web.savings.figures import figure_rows


@bp.get("/")
@requires(Action.ACCOUNT_OWN)
def home() -> Response:
    actor = current_actor()
    if not actor.holds(Relation.SPONSOR, Relation.FINANCE, Relation.FIRM_VIEWER):
        return page("employer/supervisor.html", parts=parts_waiting(actor))
    firm = own_firm(actor)
    figures = firm_figures(firm, actor=actor)
    made, everybody = (figures.at(Level.VERIFIED, perspective) for perspective in Perspective)
    waiting = things_waiting(actor, figures)
    return page(
        "employer/home.html",
        firm=firm,
        figures=figures,
        rows=figure_rows(made, everybody)[:5],
        made=made,
        unverified=explain_unverified(figures.at(Level.REPORTED), made),
        covered=explain_covered(made, len(figures.projects)),
        words=in_words(Level.VERIFIED, made),
        waiting=waiting,
    )
