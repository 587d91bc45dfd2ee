"""Systems that report by themselves: where they send it, what they may be about, and what came in."""

from flask import Response, current_app, request

from lms.guard import current_actor, requires
from lms.hub.cohorts.queries import find_cohort, list_cohorts
from lms.hub.intake.queries import days_reported, names_of
from lms.kernel.errors import NotFound
from lms.kernel.text import N_
from lms.people.access import Action
from lms.web.coordinator import bp
from lms.web.pages import page


@bp.get("/minutes/xapi")
@requires(Action.MINUTES_IMPORT)
def reported() -> Response:
    actor = current_actor()
    cohorts = list_cohorts(actor)
    if not cohorts:
        raise NotFound(N_("You have no cohort yet."))
    wanted = request.args.get("cohort")
    cohort = find_cohort(actor, wanted) if wanted else cohorts[0]
    return page(
        "coordinator/reported.html",
        cohort=cohort,
        cohorts=cohorts,
        endpoint=current_app.config["LMS"].public_url.rstrip("/") + "/api/v1/xapi/",
        scope=Action.RESULTS_REPORT.value,
        names=names_of(actor, cohort),
        days=days_reported(actor, cohort),
    )
