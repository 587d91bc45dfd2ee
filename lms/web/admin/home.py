"""Today: the program at a glance, and what was refused lately."""

from flask import Response

from lms.capstone.standings import bars_of, cohort_lines
from lms.guard import current_actor, requires
from lms.hub.cohorts.queries import list_cohorts
from lms.people.access import Action
from lms.people.grants.trail import Wanted, names_of, search_audit
from lms.web.admin import bp
from lms.web.pages import page

SHOWN = 8


@bp.get("/")
@requires(Action.AUDIT_READ)
def home() -> Response:
    actor = current_actor()
    denied = search_audit(actor, Wanted(is_denied=True), size=SHOWN)
    cohorts = list_cohorts(actor)
    return page(
        "admin/home.html",
        cohorts=cohorts,
        progress=bars_of(cohort_lines(actor, cohorts[0])) if cohorts else [],
        denied=denied.items,
        names=names_of(denied),
    )
