"""Accounts and who may do what; read only."""

from flask import Response, request

from lms.guard import current_actor, requires
from lms.people.access import Action
from lms.people.grants.queries import grants_by_person, list_accounts
from lms.people.scope import policy_day
from lms.web.admin import bp
from lms.web.admin.places import RELATIONS, names_of_places
from lms.web.pages import page


@bp.get("/people")
@requires(Action.GRANT_READ)
def people() -> Response:
    actor, search = current_actor(), request.args.get("search", "")
    found = list_accounts(actor, search, request.args.get("after"))
    grants = grants_by_person(actor, found.items)
    return page(
        "admin/people.html",
        found=found,
        search=search,
        grants=grants,
        places=names_of_places(row for rows in grants.values() for row in rows),
        relations=RELATIONS,
        today=policy_day(),
    )
