"""Recommendations of energy assessments that firms let the program's staff see; each look is shown to the firm."""

from flask import Response, request, url_for

from lms.capstone.assessments.queries import find_shared_firm, recommendations_of, shared_firms
from lms.capstone.assessments.rules.said import asked_status
from lms.capstone.assessments.services import note_reading
from lms.guard import current_actor, requires
from lms.people.access import Action
from lms.web.coordinator import bp
from lms.web.pages import page
from lms.web.savings.energy import shown_rows, tabs_of, totals_of


@bp.get("/energy-assessments")
@requires(Action.ENERGY_OVERSEE)
def energy() -> Response:
    return page("coordinator/energy.html", firms=shared_firms(current_actor()))


@bp.get("/energy-assessments/<public_id:firm>")
@requires(Action.ENERGY_OVERSEE, writes=True)
def firm_energy(firm: str) -> Response:
    actor = current_actor()
    found, wanted = find_shared_firm(actor, firm), asked_status(request.args.get("status", ""))
    note_reading(actor, found)
    rows = recommendations_of(found)
    listed = [row for row in rows if wanted in (None, row.status)]
    return page(
        "coordinator/firm_energy.html",
        firm=found,
        tabs=tabs_of(rows, wanted, lambda letter: url_for("coordinator.firm_energy", firm=firm, status=letter)),
        total=len(rows),
        wanted=wanted,
        rows=shown_rows(listed),
        totals=totals_of(listed),
    )
