"""A follow-up by its link: answered on a phone without an account.

The link is the permission, to say what became of what it was made for and nothing else; what it says posts nothing.
Made for: one follow-up, and those that were open at the same firm and asked of the same person on that day.
"""

from flask import Response

from lms.capstone.followups.models import FollowUp, FollowUpLink
from lms.capstone.followups.queries import by_link, listed_by
from lms.capstone.followups.services import note_opened
from lms.capstone.projects.models import Project
from lms.guard import public
from lms.kernel.text import N_
from lms.people.access import Actor, Grant, Relation
from lms.people.accounts.models import Person
from lms.web.pages import redirect_to, tell_next
from lms.web.public import bp
from lms.web.savings.followups import FollowUpForm, batch_page, follow_up_page, take_answer, take_batch

WHY = "the link is the permission: the follow-ups that it was made for, one person's, expiring"
ALL = "public/follow_ups.html"


def _holder(person: Person, project: Project) -> Actor:
    grants = frozenset({Grant(Relation.SPONSOR, project.firm_id)})
    return Actor(person.id, grants, via="link", name=person.name, language=person.language, zone=person.zone)


@bp.get("/follow-ups/<string:secret>")
@public(WHY, writes=True)
def follow_up(secret: str) -> Response:
    link, asked, person, project = by_link(secret)
    note_opened(link)
    return _one(link, asked, person, project, secret)


def _one(
    link: FollowUpLink, asked: FollowUp, person: Person, project: Project, secret: str, form: FollowUpForm | None = None
) -> Response:
    more = listed_by(link, project)
    values = {
        "person": person,
        "secret": secret,
        "more": len(more) if any(one.id != asked.id for _, one in more) else 0,
    }
    return follow_up_page("public/follow_up.html", asked, project, form, **values)


@bp.post("/follow-ups/<string:secret>")
@public(WHY)
def answer_by_link(secret: str) -> Response:
    link, asked, person, project = by_link(secret)
    form = take_answer(_holder(person, project), asked, project)
    if form is None:
        tell_next(N_("Thank you. You can change it here for as long as the link works."))
        return redirect_to("public.follow_up", secret=secret)
    return _one(link, asked, person, project, secret, form)


@bp.get("/follow-ups/<string:secret>/all")
@public(WHY, writes=True)
def follow_ups(secret: str) -> Response:
    link, _, person, project = by_link(secret)
    note_opened(link)
    return batch_page(ALL, listed_by(link, project), {}, person=person, secret=secret)


@bp.post("/follow-ups/<string:secret>/all")
@public(WHY)
def answer_all_by_link(secret: str) -> Response:
    """Those that were answered, together: if one cannot be taken, none is."""
    link, _, person, project = by_link(secret)
    views = listed_by(link, project)
    taken, forms = take_batch(_holder(person, project), views)
    if views and not taken:
        return batch_page(ALL, views, forms, is_refused=True, person=person, secret=secret)
    tell_next(N_("Thank you: %(n)s answered. What you left open stays open."), n=taken)
    return redirect_to("public.follow_ups", secret=secret)
