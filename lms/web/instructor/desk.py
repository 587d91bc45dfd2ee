"""One attempt on the grader's desk: drafts, scores, releases, exemptions.

Each address comes twice: for an attempt, and for an activity to which nothing was handed in (a lab on site).
"""

from flask import Response, make_response, request

from lms.guard import current_actor, requires
from lms.hub.coursework.contents import Contents, read_submission
from lms.hub.grading.queries import (
    Marking,
    Written,
    find_marking,
    find_marking_of_nothing,
    history_of,
    list_saved_comments,
    written_in_draft,
    written_on,
)
from lms.hub.grading.queue import count_queue, place_in_queue
from lms.hub.grading.services import exempt, post_score, release, save_draft_score
from lms.kernel.errors import Conflict, RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action, allowed
from lms.people.accounts.queries import find_own_account
from lms.people.anchors import anchor_of
from lms.web.files import shown
from lms.web.instructor import bp
from lms.web.instructor.grading import args_of, chosen_filter
from lms.web.instructor.marking_form import MarkingForm, form_showing, read_written, typed_marks
from lms.web.language import tell
from lms.web.pages import page, redirect_to, tell_next

AUTOSAVE = "X-Autosave"
HANDED_IN = "/grading/<public_id:submission>"
NOTHING_IN = "/grading/enrollments/<public_id:enrollment>/activities/<public_id:activity>"
EMPTY = Contents("", "", ())
SHOWS = ("release", "release-next")
GOES_ON = ("next", "release-next")


def _find(action: Action, **ids: str) -> Marking:
    """The attempt that the address names, if the actor may do `action` to it."""
    if "submission" in ids:
        return find_marking(current_actor(), action, ids["submission"])
    return find_marking_of_nothing(current_actor(), action, ids["enrollment"], ids["activity"])


def _ids(marking: Marking) -> dict[str, str]:
    """What the addresses of this attempt are made of, with the queue that it was opened from."""
    args = args_of(chosen_filter())
    if marking.submission is not None:
        return {"submission": marking.submission.public_id, **args}
    return {"enrollment": marking.enrollment.public_id, "activity": marking.activity.public_id, **args}


def _back(marking: Marking) -> Response:
    return redirect_to("instructor.desk", **_ids(marking))


@bp.get(HANDED_IN)
@bp.get(NOTHING_IN)
@requires(Action.SCORE_READ)
def desk(**ids: str) -> Response:
    actor, marking = current_actor(), _find(Action.SCORE_READ, **ids)
    place = place_in_queue(actor, chosen_filter(), marking)
    written = written_on(marking)
    return _page(marking, form_showing(marking, written, place[1] or ""), written, place=place)


def _page(
    marking: Marking,
    form: MarkingForm,
    written: Written | None,
    status: int = 200,
    *,
    place: tuple[int, str | None] = (0, None),
    theirs: Written | None = None,
) -> Response:
    """written None: show what was posted. theirs: what somebody else has saved meanwhile."""
    actor = current_actor()
    contents = read_submission(marking.submission) if marking.submission else EMPTY
    return page(
        "instructor/grading/desk.html",
        status,
        marking=marking,
        form=form,
        marks=typed_marks(marking.criteria, written),
        contents=contents,
        shown=[shown(file) for file in contents.files],
        history=history_of(marking),
        saved_comments=list_saved_comments(find_own_account(actor), marking.activity),
        may_write=allowed(actor, Action.SCORE_WRITE, anchor_of(marking.enrollment)),
        place=place,
        count=count_queue(actor, chosen_filter()),
        args=args_of(chosen_filter()),
        theirs=theirs,
        unposted=written_in_draft(marking.draft) if marking.draft and not marking.has_live_draft else None,
        ids=_ids(marking),
    )


@bp.post(f"{HANDED_IN}/draft")
@bp.post(f"{NOTHING_IN}/draft")
@requires(Action.SCORE_WRITE)
def write_draft(**ids: str) -> Response:
    marking, form = _find(Action.SCORE_WRITE, **ids), MarkingForm()
    try:
        written = read_written(form, marking.criteria)
        draft = save_draft_score(current_actor(), marking.enrollment, marking, written, form.version.data or "")
    except Conflict as conflict:
        return _conflict(ids, form, conflict)
    except RuleBroken as broken:
        return _broken(marking, form, broken)
    if AUTOSAVE in request.headers:
        return make_response("", 204, {"X-Version": f"{draft.version}.{draft.base_number}"})
    tell_next(N_("Your draft is saved. The student does not see it."), tone="info")
    return _back(marking)


@bp.post(f"{HANDED_IN}/scores")
@bp.post(f"{NOTHING_IN}/scores")
@requires(Action.SCORE_WRITE)
def score(**ids: str) -> Response:
    """Post, and show it at once if the grader asked for that; then the next one, or this one again."""
    actor, marking, form = current_actor(), _find(Action.SCORE_WRITE, **ids), MarkingForm()
    then = request.form.get("then", "stay")
    try:
        written = read_written(form, marking.criteria)
        post_score(actor, marking.enrollment, marking, written, form.version.data or "", form.reason.data or "")
        if then in SHOWS:
            release(actor, marking.enrollment, _find(Action.SCORE_WRITE, **ids))
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
    if then in GOES_ON and form.next_id.data:
        return redirect_to("instructor.desk", submission=form.next_id.data, **args_of(chosen_filter()))
    return _back(marking)


@bp.post(f"{HANDED_IN}/exemptions")
@bp.post(f"{NOTHING_IN}/exemptions")
@requires(Action.SCORE_WRITE)
def exempt_student(**ids: str) -> Response:
    marking, form = _find(Action.SCORE_WRITE, **ids), MarkingForm()
    try:
        exempt(current_actor(), marking.enrollment, marking, form.version.data or "", form.reason.data or "")
    except Conflict as conflict:
        return _conflict(ids, form, conflict)
    except RuleBroken as broken:
        return _broken(marking, form, broken)
    tell_next(N_("The student is exempt from this activity. Release it to let them know."))
    return _back(marking)


@bp.post(f"{HANDED_IN}/releases")
@bp.post(f"{NOTHING_IN}/releases")
@requires(Action.SCORE_RELEASE)
def release_score(**ids: str) -> Response:
    marking = _find(Action.SCORE_WRITE, **ids)
    release(current_actor(), marking.enrollment, marking)
    tell_next(N_("The student sees the score now."))
    return _back(marking)


def _conflict(ids: dict[str, str], form: MarkingForm, conflict: Conflict) -> Response:
    """Both versions on one page: theirs beside, ours in the form, which from now on is made from theirs."""
    if AUTOSAVE in request.headers:
        return make_response("", 409)
    fresh = _find(Action.SCORE_WRITE, **ids)
    form.version.data, form.version.raw_data = fresh.token, None
    form.form_errors = [*form.form_errors, tell(conflict.sentence)]
    theirs = conflict.theirs if isinstance(conflict.theirs, Written) else None
    return _page(fresh, form, None, 409, theirs=theirs)


def _broken(marking: Marking, form: MarkingForm, broken: RuleBroken) -> Response:
    if AUTOSAVE in request.headers:
        return make_response("", 422)
    form.show_broken(broken)
    return _page(marking, form, None, 422)
