"""The first page of this portal."""

from flask import Response

from lms.guard import requires
from lms.people.access import Action
from lms.web.instructor import bp
from lms.web.pages import page


@bp.get("/")
@requires(Action.ACCOUNT_OWN)
def home() -> Response:
    return page("instructor/home.html")
