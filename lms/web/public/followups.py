"""A follow-up by its link: answered on a phone without an account.

The link is the permission, to say what became of this one project and nothing else; what it says posts nothing.
"""

from flask import Response

from lms.capstone.followups.queries import by_link
from lms.capstone.followups.services import note_opened
from lms.capstone.projects.models import Project
from lms.guard import public
from lms.kernel.text import N_
from lms.people.access import Actor, Grant, Relation
from lms.people.accounts.models import Person
from lms.web.pages import redirect_to, tell_next
from lms.web.public import bp
from lms.web.savings.followups import follow_up_page, take_answer

WHY = "the link is the permission: one follow-up of one project, one person's, expiring"


def _holder(person: Person, project: Project) -> Actor:
    grants = frozenset({Grant(Relation.SPONSOR, project.firm_id)})
    return Actor(person.id, grants, via="link", name=person.name, language=person.language, zone=person.zone)


@bp.get("/follow-ups/<string:secret>")
@public(WHY, writes=True)
def follow_up(secret: str) -> Response:
    link, asked, person, project = by_link(secret)
    note_opened(link)
    return follow_up_page("public/follow_up.html", asked, project, person=person, secret=secret)


@bp.post("/follow-ups/<string:secret>")
@public(WHY)
def answer_by_link(secret: str) -> Response:
    _, asked, person, project = by_link(secret)
    form = take_answer(_holder(person, project), asked, project)
    if form is None:
        tell_next(N_("Thank you. You can change it here for as long as the link works."))
        return redirect_to("public.follow_up", secret=secret)
    return follow_up_page("public/follow_up.html", asked, project, form, person=person, secret=secret)
