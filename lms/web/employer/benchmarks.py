"""The firm beside the others of its program: frozen quarterly figures in which no single firm can be read."""

from typing import Any

from flask import Response

from lms.capstone.benchmarks.models import BenchmarkSnapshot
from lms.capstone.benchmarks.queries import takes_part
from lms.capstone.benchmarks.services import choose_part
from lms.capstone.lines.rules.kinds import Perspective
from lms.capstone.queries import firm_figures
from lms.capstone.savings.rules.kinds import Level
from lms.guard import current_actor, requires
from lms.kernel.money import BASIS_POINTS, hround
from lms.kernel.text import N_
from lms.people.access import Action, Actor, may_at_all
from lms.people.orgs.models import Firm
from lms.web.charts.savings import roi_strip
from lms.web.employer import bp
from lms.web.employer.finding import own_firm
from lms.web.pages import page, redirect_to, tell_next
from lms.web.savings.benchmarks import benchmark_values


@bp.get("/benchmarks")
@requires(Action.BENCHMARK_READ)
def benchmarks() -> Response:
    actor = current_actor()
    firm, values = own_firm(actor), benchmark_values(actor)
    found = values["found"]
    return page(
        "savings/benchmarks.html",
        firm=firm,
        takes_part=takes_part(firm),
        may_choose=may_at_all(actor, Action.BENCHMARK_CHOOSE),
        own=_own(actor, firm, found[0]) if found else None,
        **values,
    )


@bp.post("/benchmark-choices")
@requires(Action.BENCHMARK_CHOOSE)
def choose_benchmark() -> Response:
    actor = current_actor()
    firm = own_firm(actor, Action.BENCHMARK_CHOOSE)
    made = choose_part(actor, firm, not takes_part(firm))
    tell_next(
        N_("Your firm takes part from the next quarter on.")
        if made.takes_part
        else N_("Your firm is left out from the next quarter on; frozen ones stay as they are.")
    )
    return redirect_to("employer.benchmarks", firm=firm.public_id)


def _own(actor: Actor, firm: Firm, snapshot: BenchmarkSnapshot) -> dict[str, Any]:
    """The firm's own return as known at the snapshot's end, and the strip on which it stands."""
    made = firm_figures(firm, snapshot.as_of, actor).at(Level.VERIFIED, Perspective.FIRM)
    roi = made.roi()
    own_bp = None if roi.value.value is None else hround(roi.value.value * BASIS_POINTS)
    cell = next((cell for cell in snapshot.cells["program"] if cell["dimension"] == "all"), None)
    return {"roi": roi, "strip": roi_strip(cell["roi"] if cell and not cell["hidden"] else None, own_bp)}
