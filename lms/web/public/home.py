"""The front door: whoever is signed in goes on to their own portal."""

from flask import Response, make_response, redirect

from lms.guard import actor_or_none, public
from lms.people.access import Actor, Relation
from lms.web.pages import page
from lms.web.public import bp

FIRM = (Relation.SPONSOR, Relation.FINANCE, Relation.FIRM_VIEWER, Relation.SUPERVISOR)
PORTAL_OF = (
    ((Relation.STUDENT,), "/student/"),
    ((Relation.INSTRUCTOR,), "/instructor/"),
    ((Relation.COORDINATOR,), "/coordinator/"),
    (FIRM, "/employer/"),
    ((Relation.PROGRAM_ADMIN, Relation.AUDITOR, Relation.REVIEWER), "/admin/"),
)


def portals_of(actor: Actor) -> list[str]:
    """The portals that `actor` has something to do in, the first being home."""
    return [path for relations, path in PORTAL_OF if actor.holds(*relations)]


@bp.get("/")
@public("the front door")
def home() -> Response:
    actor = actor_or_none()
    portals = portals_of(actor) if actor else []
    if portals:
        return make_response(redirect(portals[0], 303))
    return page("public/home.html")
