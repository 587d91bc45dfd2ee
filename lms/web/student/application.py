"""The own application, for who signs in already."""

from flask import Response

from lms.guard import current_actor, requires
from lms.hub.roster.queries.applications import own_application
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action
from lms.web.applications import accept_offer, application_page, take_form
from lms.web.language import tell
from lms.web.pages import page, redirect_to, tell_next
from lms.web.student import bp


@bp.get("/application")
@requires(Action.APPLICATION_WRITE)
def application() -> Response:
    enrollment, person = own_application(current_actor())
    return page("student/application.html", error="", **application_page(enrollment, person))


@bp.post("/application")
@requires(Action.APPLICATION_WRITE)
def send_own_application() -> Response:
    actor = current_actor()
    enrollment, person = own_application(actor)
    form = take_form(actor, enrollment)
    if form is None:
        tell_next(N_("Your application is with the program. You can change it here until it is decided."))
        return redirect_to("student.application")
    return page("student/application.html", 422, error="", **application_page(enrollment, person, form))


@bp.post("/application/acceptance")
@requires(Action.APPLICATION_WRITE)
def accept_own_offer() -> Response:
    actor = current_actor()
    enrollment, person = own_application(actor)
    try:
        accept_offer(actor, enrollment)
    except RuleBroken as broken:
        shown = application_page(enrollment, person)
        return page("student/application.html", 422, error=tell(broken.sentence), **shown)
    tell_next(N_("The place is yours."))
    return redirect_to("student.application")
