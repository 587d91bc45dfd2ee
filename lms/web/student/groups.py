"""Working together: inviting, answering, leaving. Nobody sees what another member was given for it."""

import re
from decimal import Decimal

from flask import Response, make_response, request, url_for

from lms.guard import current_actor, requires
from lms.hub.coursework.groups.queries import find_place
from lms.hub.coursework.groups.rules import Answer
from lms.hub.coursework.groups.services import answer, invite
from lms.hub.coursework.models import Activity
from lms.hub.coursework.queries import find_own_work
from lms.hub.grading.queries.peers import find_own_submission
from lms.hub.grading.services.peers import say_who_did_what
from lms.kernel.db import session
from lms.kernel.errors import NotFound, RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action
from lms.web.language import tell
from lms.web.pages import broken_into, tell_next
from lms.web.student import bp
from lms.web.student.coursework import OwnPartForm, submission_page

SHARE = re.compile(r"[0-9]{1,3}([.][0-9]{1,2})?")
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


@bp.post("/submissions/<public_id:submission>/contribution")
@requires(Action.SUBMISSION_WRITE)
def say_own_part(submission: str) -> Response:
    actor, form = current_actor(), OwnPartForm()
    found, enrollment = find_own_submission(actor, submission)
    try:
        say_who_did_what(actor, enrollment, found, form.text.data or "", _share(form.share.data or ""), _parts())
    except RuleBroken as broken:
        broken_into(form, broken)
        return submission_page(submission, form, 422)
    tell_next(N_("Kept. You can say it anew until your score is released."))
    return make_response("", 303, {"Location": url_for("student.submission", submission=submission) + "#said"})


def _share(text: str) -> int | None:
    """Hundredths of a percent from "40" or "37,5"; None for what is no such number."""
    found = text.strip().rstrip("%").strip().replace(",", ".")
    return int(Decimal(found) * 100) if SHARE.fullmatch(found) else None


def _parts() -> dict[str, int]:
    """What was chosen of the others; nothing said is nothing."""
    chosen = {name.removeprefix("part-"): value for name, value in request.form.items() if name.startswith("part-")}
    return {key: int(value) if value.isdecimal() and len(value) < 6 else -1 for key, value in chosen.items() if value}


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
