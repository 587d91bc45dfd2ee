"""A follow-up answered by a sponsor who is signed in."""

from flask import Response

from lms.capstone.followups.queries import find_follow_up, project_of
from lms.guard import current_actor, requires
from lms.kernel.text import N_
from lms.people.access import Action
from lms.web.employer import bp
from lms.web.pages import redirect_to, tell_next
from lms.web.savings.followups import follow_up_page, take_answer


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
