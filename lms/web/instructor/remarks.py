"""Remarks at places of the work, and comments that are kept or shared for the next time."""

from flask import Response, request

from lms.guard import current_actor, requires
from lms.hub.coursework.contents import Attached, find_file
from lms.hub.coursework.queries import find_activity
from lms.hub.grading.queries import find_marking
from lms.hub.grading.queries.desk import find_course_comment, find_remark
from lms.hub.grading.services.desk import (
    annotate,
    drop_comment,
    keep_comment,
    share_comment,
    unshare_comment,
    withdraw_remark,
)
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action
from lms.people.accounts.queries import find_own_account
from lms.web.instructor import bp
from lms.web.instructor.desk import back_to
from lms.web.language import tell
from lms.web.pages import redirect_to, tell_next

REMARKS = "/grading/<public_id:submission>/remarks"


def _place(actor_place: str) -> tuple[Attached | None, int | None]:
    """The file and page that a choice of the form names; None for the text."""
    if actor_place in ("", "text"):
        return None, None
    file_id, _, page = actor_place.partition(".")
    return find_file(current_actor(), file_id), int(page) if page.isdecimal() else None


def _line() -> int | None:
    text = request.form.get("line", "").strip()
    if not text:
        return None
    if not text.isdecimal() or len(text) > 6:
        raise RuleBroken(N_("Give the line as a number."), field="line")
    return int(text)


@bp.post(REMARKS)
@requires(Action.SCORE_WRITE)
def add_remark(submission: str) -> Response:
    actor = current_actor()
    marking = find_marking(actor, Action.SCORE_WRITE, submission)
    try:
        file, number = _place(request.form.get("place", "text"))
        annotate(actor, marking.enrollment, marking, request.form.get("text", ""), file, number, _line())
    except RuleBroken as broken:
        tell_next(tell(broken.sentence), tone="bad")
        return back_to(marking)
    tell_next(N_("The remark is there. The student reads it with the score."))
    return back_to(marking)


@bp.post(f"{REMARKS}/<public_id:remark>/withdrawal")
@requires(Action.SCORE_WRITE)
def take_remark_back(submission: str, remark: str) -> Response:
    actor = current_actor()
    marking = find_marking(actor, Action.SCORE_WRITE, submission)
    withdraw_remark(actor, marking.enrollment, marking, find_remark(marking, remark))
    tell_next(N_("The remark is taken back."))
    return back_to(marking)


@bp.post("/grading/comments")
@requires(Action.SCORE_WRITE)
def save_comment() -> Response:
    """Keep a comment for oneself, or share it with everybody who grades the course."""
    actor = current_actor()
    activity_id, back = request.form.get("activity", ""), request.form.get("submission", "")
    text = request.form.get("text", "")
    if request.form.get("share") and back:
        marking = find_marking(actor, Action.SCORE_WRITE, back)
        share_comment(actor, marking.enrollment, marking, text)
        tell_next(N_("Everybody who grades this course is offered the comment now."))
        return back_to(marking)
    keep_comment(actor, find_own_account(actor), text, find_activity(activity_id) if activity_id else None)
    tell_next(N_("The comment is kept for the next time."))
    return redirect_to("instructor.desk", submission=back) if back else redirect_to("instructor.queue")


@bp.post("/grading/<public_id:submission>/comments/<public_id:comment>/removal")
@requires(Action.SCORE_WRITE)
def remove_comment(submission: str, comment: str) -> Response:
    """No longer offer a comment: one's own, or one of the course."""
    actor = current_actor()
    marking = find_marking(actor, Action.SCORE_WRITE, submission)
    if request.form.get("shared"):
        unshare_comment(actor, marking.enrollment, find_course_comment(marking.course.id, comment))
    else:
        drop_comment(actor, find_own_account(actor), comment)
    tell_next(N_("The comment is no longer offered."))
    return back_to(marking)
