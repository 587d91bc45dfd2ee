"""Follow-ups answered by a sponsor who is signed in: one, or all of the firm that are open on one page."""

from flask import Response

from lms.capstone.followups.models import FollowUp
from lms.capstone.followups.queries import FollowUpView, find_follow_up, open_follow_ups, project_of
from lms.capstone.projects.queries import list_projects
from lms.guard import current_actor, requires
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.web.employer import bp
from lms.web.pages import redirect_to, tell_next
from lms.web.savings.followups import batch_page, follow_up_page, take_answer, take_batch

ALL = "employer/follow_ups.html"


@bp.get("/follow-ups")
@requires(Action.FOLLOW_UP_ANSWER)
def follow_ups() -> Response:
    return batch_page(ALL, _open(current_actor()), {})


@bp.post("/follow-ups")
@requires(Action.FOLLOW_UP_ANSWER)
def answer_follow_ups() -> Response:
    """Those that were answered on the page of all, together: if one cannot be taken, none is."""
    actor = current_actor()
    views = _open(actor)
    taken, forms = take_batch(actor, views)
    if not taken:
        return batch_page(ALL, views, forms, is_refused=True)
    tell_next(N_("Saved: %(n)s answered. Finance confirms the months."), n=taken)
    return redirect_to("employer.follow_ups")


def _open(actor: Actor) -> list[tuple[FollowUpView, FollowUp]]:
    found = open_follow_ups(list_projects(actor, Action.FOLLOW_UP_ANSWER))
    return [(view, view.asked) for view in found if view.asked is not None]


@bp.get("/follow-ups/<public_id:asked>")
@requires(Action.FOLLOW_UP_ANSWER)
def follow_up(asked: str) -> Response:
    found = find_follow_up(current_actor(), asked, Action.FOLLOW_UP_ANSWER)
    return follow_up_page("employer/follow_up.html", found, project_of(found))


@bp.post("/follow-ups/<public_id:asked>")
@requires(Action.FOLLOW_UP_ANSWER)
def answer_follow_up_here(asked: str) -> Response:
    actor = current_actor()
    found = find_follow_up(actor, asked, Action.FOLLOW_UP_ANSWER)
    project = project_of(found)
    form = take_answer(actor, found, project)
    if form is None:
        tell_next(N_("Saved. Finance confirms the months."))
        return redirect_to("employer.project", project=project.public_id)
    return follow_up_page("employer/follow_up.html", found, project, form)
