"""One attempt on the grader's desk: drafts, scores, releases, exemptions.

Each address comes twice: for an attempt, and for an activity to which nothing was handed in (a lab on site).
"""

import json
from collections.abc import Callable
from datetime import datetime

from flask import Response, make_response, request

from lms.guard import current_actor, requires
from lms.hub.enrollment.models import Enrollment
from lms.hub.grading.models import Score
from lms.hub.grading.places import place_in_queue
from lms.hub.grading.queries import Marking, Written, find_marking, find_marking_of_nothing, written_on
from lms.hub.grading.rules.drafts import written_by_others
from lms.hub.grading.services.desk import note_time
from lms.hub.grading.services.drafts import save_draft_score
from lms.hub.grading.services.groups import adjust_member, post_group_score, release_group
from lms.hub.grading.services.peers import apply_factor, take_factor_back
from lms.hub.grading.services.releases import release
from lms.hub.grading.services.scores import exempt, post_score, take_back
from lms.kernel.errors import Conflict, RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.web.instructor import bp
from lms.web.instructor.desk_page import args_here, desk_page, ids_of
from lms.web.instructor.grading import chosen_filter
from lms.web.instructor.marking_form import MarkingForm, fields_of, form_showing, parts_touched, read_written
from lms.web.language import tell
from lms.web.pages import redirect_to, tell_next

AUTOSAVE = "X-Autosave"
HANDED_IN = "/grading/<public_id:submission>"
NOTHING_IN = "/grading/enrollments/<public_id:enrollment>/activities/<public_id:activity>"
SHOWS = ("release", "release-next")
GOES_ON = ("next", "release-next")


def find(action: Action, **ids: str) -> Marking:
    """The attempt that the address names, if the actor may do `action` to it."""
    if "submission" in ids:
        return find_marking(current_actor(), action, ids["submission"])
    return find_marking_of_nothing(current_actor(), action, ids["enrollment"], ids["activity"])


def back_to(marking: Marking) -> Response:
    """The desk with this attempt, in the queue from which it was opened."""
    return redirect_to("instructor.desk", **ids_of(marking))


@bp.get(HANDED_IN)
@bp.get(NOTHING_IN)
@requires(Action.SCORE_READ)
def desk(**ids: str) -> Response:
    actor, marking = current_actor(), find(Action.SCORE_READ, **ids)
    place = place_in_queue(actor, chosen_filter(), marking)
    written = written_on(marking)
    return desk_page(marking, form_showing(marking, written, place.next_id or ""), written, place=place)


@bp.post(f"{HANDED_IN}/draft")
@bp.post(f"{NOTHING_IN}/draft")
@requires(Action.SCORE_WRITE)
def write_draft(**ids: str) -> Response:
    """The draft part by part: what others have written in other parts stays, and is answered for the page to show."""
    marking, form = find(Action.SCORE_WRITE, **ids), MarkingForm()
    touched = parts_touched()
    try:
        written = read_written(form, marking)
        token = form.version.data or ""
        draft = save_draft_score(current_actor(), marking.enrollment, marking, written, token, touched)
    except Conflict as conflict:
        return _conflict(ids, form, conflict)
    except RuleBroken as broken:
        return _broken(marking, form, broken)
    if AUTOSAVE in request.headers:
        read = token.partition(".")[0]
        others = written_by_others(draft.stamps, int(read) if read.isdecimal() else 0, touched or ())
        headers = {"X-Version": f"{draft.version}.{draft.base_number}"}
        if touched is None or not others:
            return make_response("", 204, headers)
        answer = make_response(json.dumps(fields_of(draft, others)), 200, headers)
        answer.mimetype = "application/json"
        return answer
    tell_next(N_("Your draft is saved. The student does not see it."), tone="info")
    return back_to(marking)


@bp.post(f"{HANDED_IN}/scores")
@bp.post(f"{NOTHING_IN}/scores")
@requires(Action.SCORE_WRITE)
def score(**ids: str) -> Response:
    """Post, and show it at once if the grader asked for that; then the next one, or this one again."""
    actor, marking, form = current_actor(), find(Action.SCORE_WRITE, **ids), MarkingForm()
    then = request.form.get("then", "stay")
    try:
        written = read_written(form, marking)
        note_time(_post(actor, marking, written, form), _opened_at(form.opened_at.data or ""))
        if then in SHOWS:
            _show(actor, find(Action.SCORE_WRITE, **ids))
    except Conflict as conflict:
        return _conflict(ids, form, conflict)
    except RuleBroken as broken:
        return _broken(marking, form, broken)
    done = (
        N_("The score is posted and the student sees it.")
        if then in SHOWS
        else N_("The score is posted, not released.")
    )
    tell_next(done)
    return go_on(marking, form) if then in GOES_ON else back_to(marking)


def _opened_at(text: str) -> datetime | None:
    """When the page was opened, as it says; None for what is no instant."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


def _post(actor: Actor, marking: Marking, written: Written, form: MarkingForm) -> Score:
    """For one student, or for all who handed in together; this student's score."""
    token, reason = form.version.data or "", form.reason.data or ""
    if not _is_of_group(marking):
        return post_score(actor, marking.enrollment, marking, written, token, reason)
    if request.form.get("whom") == "one":
        return adjust_member(actor, marking.enrollment, marking, written, token, reason)
    return post_group_score(actor, marking.enrollment, marking, written, token, reason)[0]


def _is_of_group(marking: Marking) -> bool:
    return marking.submission is not None and marking.submission.group_submission_id is not None


def _show(actor: Actor, posted: Marking) -> None:
    """What was just posted; the section's plan may have shown it already."""
    if _is_of_group(posted) and request.form.get("whom") != "one":
        release_group(actor, posted.enrollment, posted)
    elif not posted.is_released:
        release(actor, posted.enrollment, posted)


def go_on(marking: Marking, form: MarkingForm) -> Response:
    """The next one of the queue; the queue after the last one."""
    if form.next_id.data:
        return redirect_to("instructor.desk", submission=form.next_id.data, **args_here())
    return redirect_to("instructor.queue", **args_here())


def _changed(
    ids: dict[str, str], change: Callable[[Actor, Enrollment, Marking, str, str], Score], told: str
) -> Response:
    """Do `change` to the score with the reason that was typed."""
    marking, form = find(Action.SCORE_WRITE, **ids), MarkingForm()
    try:
        change(current_actor(), marking.enrollment, marking, form.version.data or "", form.reason.data or "")
    except Conflict as conflict:
        return _conflict(ids, form, conflict)
    except RuleBroken as broken:
        return _broken(marking, form, broken)
    tell_next(told)
    return back_to(marking)


@bp.post(f"{HANDED_IN}/exemptions")
@bp.post(f"{NOTHING_IN}/exemptions")
@requires(Action.SCORE_WRITE)
def exempt_student(**ids: str) -> Response:
    return _changed(ids, exempt, N_("The student is exempt from this activity. Release it to let them know."))


@bp.post(f"{HANDED_IN}/withdrawal")
@bp.post(f"{NOTHING_IN}/withdrawal")
@requires(Action.SCORE_WRITE)
def withdraw_score(**ids: str) -> Response:
    """Nothing was given after all."""
    return _changed(ids, take_back, N_("The score is taken back; the work waits to be graded again."))


@bp.post(f"{HANDED_IN}/peer-factor")
@requires(Action.SCORE_WRITE)
def factor_in(**ids: str) -> Response:
    """What the group says of this member, on their points."""
    return _changed(ids, apply_factor, N_("The factor is in this student's points now."))


@bp.post(f"{HANDED_IN}/peer-factor/withdrawal")
@requires(Action.SCORE_WRITE)
def factor_out(**ids: str) -> Response:
    """The points from before the factor."""
    return _changed(ids, take_factor_back, N_("The points are those from before the factor."))


@bp.post(f"{HANDED_IN}/releases")
@bp.post(f"{NOTHING_IN}/releases")
@requires(Action.SCORE_RELEASE)
def release_score(**ids: str) -> Response:
    marking = find(Action.SCORE_WRITE, **ids)
    if _is_of_group(marking) and not marking.is_released and marking.score is not None:
        release_group(current_actor(), marking.enrollment, marking)
    else:
        release(current_actor(), marking.enrollment, marking)
    tell_next(N_("The student sees the score now."))
    return back_to(marking)


def _conflict(ids: dict[str, str], form: MarkingForm, conflict: Conflict) -> Response:
    """Both versions on one page: theirs beside, ours in the form, which from now on is made from theirs."""
    if AUTOSAVE in request.headers:
        return make_response("", 409)
    fresh = find(Action.SCORE_WRITE, **ids)
    form.version.data, form.version.raw_data = fresh.token, None
    form.form_errors = [*form.form_errors, tell(conflict.sentence)]
    theirs = conflict.theirs if isinstance(conflict.theirs, Written) else None
    return desk_page(fresh, form, None, 409, theirs=theirs)


def _broken(marking: Marking, form: MarkingForm, broken: RuleBroken) -> Response:
    if AUTOSAVE in request.headers:
        return make_response("", 422)
    form.show_broken(broken)
    return desk_page(marking, form, None, 422)
