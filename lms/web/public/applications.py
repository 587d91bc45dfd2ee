"""An application by its link: to be filled in on a phone without an account, read again, and accepted.

The link is the permission, to this one application and nothing else: whoever holds it acts as its applicant here.
"""

from flask import Response

from lms.guard import public
from lms.hub.enrollment.models import Enrollment
from lms.hub.roster.queries.applications import by_link
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.people.access import Actor, Grant, Relation
from lms.people.accounts.models import Person
from lms.people.accounts.services import note_opened
from lms.web.applications import accept_offer, application_page, take_form
from lms.web.language import tell
from lms.web.pages import page, redirect_to, tell_next
from lms.web.public import bp

WHY = "the link is the permission: one application, expiring, revocable"


def _holder(person: Person, enrollment: Enrollment) -> Actor:
    grants = frozenset({Grant(Relation.STUDENT, enrollment.id)})
    return Actor(person.id, grants, via="link", name=person.name, language=person.language, zone=person.zone)


@bp.get("/application/<string:secret>")
@public(WHY, writes=True)
def application(secret: str) -> Response:
    link, person, enrollment = by_link(secret)
    note_opened(link)
    return page("public/application.html", secret=secret, error="", **application_page(enrollment, person))


@bp.post("/application/<string:secret>")
@public(WHY)
def send_by_link(secret: str) -> Response:
    _, person, enrollment = by_link(secret)
    form = take_form(_holder(person, enrollment), enrollment)
    if form is None:
        tell_next(N_("Your application is with the program. You can change it here until it is decided."))
        return redirect_to("public.application", secret=secret)
    return page("public/application.html", 422, secret=secret, error="", **application_page(enrollment, person, form))


@bp.post("/application/<string:secret>/acceptance")
@public(WHY)
def accept_by_link(secret: str) -> Response:
    _, person, enrollment = by_link(secret)
    try:
        accept_offer(_holder(person, enrollment), enrollment)
    except RuleBroken as broken:
        shown = application_page(enrollment, person)
        return page("public/application.html", 422, secret=secret, error=tell(broken.sentence), **shown)
    tell_next(N_("The place is yours. A letter with a link to choose your password is on its way."))
    return redirect_to("public.application", secret=secret)
