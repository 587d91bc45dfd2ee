"""Working together: inviting, answering, leaving. Nobody sees what another member was given for it."""

from flask import Response, make_response, request, url_for

from lms.guard import current_actor, requires
from lms.hub.coursework.groups.queries import find_place
from lms.hub.coursework.groups.rules import Answer
from lms.hub.coursework.groups.services import answer, invite
from lms.hub.coursework.models import Activity
from lms.hub.coursework.queries import find_own_work
from lms.kernel.db import session
from lms.kernel.errors import NotFound, RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action
from lms.web.language import tell
from lms.web.pages import tell_next
from lms.web.student import bp

SAID = {
    Answer.ACCEPT: N_("You are in the group. Whoever of you hands in hands in for all."),
    Answer.DECLINE: N_("You declined the invitation."),
    Answer.WITHDRAW: N_("The invitation is withdrawn."),
    Answer.LEAVE: N_("You left the group."),
}


def _back(activity: str) -> Response:
    return make_response("", 303, {"Location": url_for("student.activity", activity=activity) + "#group"})


@bp.post("/coursework/<public_id:activity>/group/invitations")
@requires(Action.SUBMISSION_WRITE)
def invite_mate(activity: str) -> Response:
    actor = current_actor()
    work = find_own_work(actor, activity)
    try:
        invite(actor, work.enrollment, work, request.form.get("student", ""))
    except RuleBroken as broken:
        tell_next(tell(broken.sentence), tone="bad")
        return _back(activity)
    tell_next(N_("The invitation is out. You can take it back until it is answered."))
    return _back(activity)


@bp.post("/group-places/<public_id:place>/answers")
@requires(Action.SUBMISSION_WRITE)
def answer_place(place: str) -> Response:
    actor = current_actor()
    found, group, enrollment = find_place(actor, place)
    activity = session.get_one(Activity, group.row.activity_id)
    try:
        said = Answer(request.form.get("answer", ""))
    except ValueError:
        raise NotFound() from None
    try:
        answer(actor, enrollment, activity, group, found, said)
    except RuleBroken as broken:
        tell_next(tell(broken.sentence), tone="bad")
        return _back(activity.public_id)
    tell_next(SAID[said])
    return _back(activity.public_id)
