"""Today: the program at a glance, and what was refused lately."""

from flask import Response

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
    return page(
        "admin/home.html",
        cohorts=list_cohorts(actor),
        denied=denied.items,
        names=names_of(denied),
    )
