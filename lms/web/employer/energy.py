"""What energy assessments recommended to the firm: the list, its export, and who may see it."""

from flask import Response, request, url_for

from lms.capstone.assessments.models import EnergyRecommendation
from lms.capstone.assessments.queries import (
    audience_of,
    list_files,
    proposals_of,
    readings_of,
    recommendations_of,
)
from lms.capstone.assessments.rules.said import Audience, asked_status
from lms.capstone.assessments.services import US_DOLLARS, share
from lms.capstone.projects.rules import ImplementationStatus
from lms.guard import current_actor, requires
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action, allowed
from lms.people.anchors import anchor_of
from lms.people.orgs.models import Firm
from lms.web.asof import asked_as_of
from lms.web.employer import bp
from lms.web.employer.finding import own_firm
from lms.web.language import tell
from lms.web.pages import page, redirect_to, tell_next
from lms.web.savings.energy import energy_file as file_of
from lms.web.savings.energy import shown_rows, tabs_of, totals_of


@bp.get("/energy-assessments")
@requires(Action.ENERGY_READ)
def energy() -> Response:
    return energy_page(own_firm(current_actor(), Action.ENERGY_READ))


def energy_page(firm: Firm, status: int = 200, broken: RuleBroken | None = None) -> Response:
    """The list of one firm; broken: what is wrong with a file that was sent."""
    actor, wanted = current_actor(), asked_status(request.args.get("status", ""))
    rows = recommendations_of(firm)
    listed = _of_status(rows, wanted)
    sentences = [] if broken is None else [broken.sentence, *(one.sentence for one in broken.also)]
    return page(
        "employer/energy/list.html",
        status,
        firm=firm,
        files=list_files(firm),
        tabs=tabs_of(rows, wanted, lambda letter: url_for("employer.energy", status=letter, firm=_named_firm())),
        total=len(rows),
        wanted=wanted,
        rows=shown_rows(listed, proposals_of(firm)),
        totals=totals_of(listed),
        may=frozenset(
            each for each in (Action.ENERGY_IMPORT, Action.ENERGY_SHARE) if allowed(actor, each, anchor_of(firm))
        ),
        audience=audience_of(firm)[0],
        readings=readings_of(firm),
        currencies=list(dict.fromkeys((US_DOLLARS, firm.currency))),
        troubles=[tell(sentence) for sentence in sentences],
    )


def _named_firm() -> str | None:
    """The firm that the address names, so that links stay with it."""
    return request.args.get("firm")


def _of_status(rows: list[EnergyRecommendation], wanted: ImplementationStatus | None) -> list[EnergyRecommendation]:
    return rows if wanted is None else [row for row in rows if row.status is wanted]


@bp.get("/energy-assessments.csv")
@requires(Action.ENERGY_READ)
def energy_csv() -> Response:
    actor = current_actor()
    firm, wanted = own_firm(actor, Action.ENERGY_READ), asked_status(request.args.get("status", ""))
    _, as_of = asked_as_of(actor.zone)
    rows = _of_status(recommendations_of(firm, as_of), wanted)
    return file_of(shown_rows(rows, proposals_of(firm)), "energy-recommendations.csv")


@bp.post("/energy-audiences")
@requires(Action.ENERGY_SHARE)
def share_energy() -> Response:
    actor = current_actor()
    firm = own_firm(actor, Action.ENERGY_SHARE)
    wanted = request.form.get("audience", "")
    if wanted not in set(Audience):
        return energy_page(firm, 422, RuleBroken(N_("Choose who may see it."), field="audience"))
    share(actor, firm, Audience(wanted))
    tell_next(N_("Saved."))
    return redirect_to("employer.energy", firm=_named_firm())
