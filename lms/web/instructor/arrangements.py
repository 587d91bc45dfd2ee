"""What holds for single students whom the actor teaches: more time, more days, another form. Never why."""

from flask import Response

from lms.guard import current_actor, requires
from lms.hub.enrollment.queries.accommodations import arrangements
from lms.people.access import Action
from lms.people.scope import policy_day
from lms.web.instructor import bp
from lms.web.life.record import word_of
from lms.web.pages import page


@bp.get("/arrangements")
@requires(Action.ARRANGEMENT_READ)
def arrangements_list() -> Response:
    found = arrangements(current_actor(), policy_day())
    return page("instructor/arrangements.html", arrangements=found, word_of=word_of, usual=10_000)
