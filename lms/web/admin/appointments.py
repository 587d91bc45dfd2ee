"""Who asks to handle money or to act for a firm: the program agrees or not."""

from flask import Response, request

from lms.guard import current_actor, requires
from lms.hub.roster.queries.appointments import appointments_waiting, find_appointment
from lms.hub.roster.services.appointments import decide_appointment
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action, may_at_all
from lms.web.admin import bp
from lms.web.language import tell
from lms.web.pages import page, redirect_to, tell_next
from lms.web.roster_words import RELATIONS


@bp.get("/appointments")
@requires(Action.GRANT_READ)
def appointments() -> Response:
    return _page()


@bp.post("/appointments/<public_id:appointment>/decisions")
@requires(Action.GRANT_APPOINT)
def decide_on_appointment(appointment: str) -> Response:
    actor = current_actor()
    row = find_appointment(actor, appointment, Action.GRANT_APPOINT)
    agrees = request.form.get("agrees") == "yes"
    try:
        if request.form.get("agrees") not in ("yes", "no"):
            raise RuleBroken(N_("Confirm or decline."))
        decide_appointment(actor, row, agrees=agrees)
    except RuleBroken as broken:
        return _page(tell(broken.sentence), 422)
    tell_next(N_("Confirmed. A letter leaves if they cannot sign in yet.") if agrees else N_("Declined."))
    return redirect_to("admin.appointments")


def _page(error: str = "", status: int = 200) -> Response:
    actor = current_actor()
    waiting = appointments_waiting(actor)
    may_decide = may_at_all(actor, Action.GRANT_APPOINT)
    values = {"waiting": waiting, "relations": RELATIONS, "error": error, "may_decide": may_decide}
    return page("admin/appointments.html", status, **values)
