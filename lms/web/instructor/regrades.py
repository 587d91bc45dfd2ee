"""Requests to look again at a score: the list, one thread, and deciding it."""

from flask import Response, request

from lms.guard import current_actor, requires
from lms.hub.grading.queries import Marking, find_marking, find_marking_of_nothing, written_on
from lms.hub.grading.queries.regrades import Regrade, criteria_asked_about, find_regrade, list_regrades, submission_of
from lms.hub.grading.queries.rubrics import find_rubric
from lms.hub.grading.services.regrades import change_score, keep_score, write_in_regrade
from lms.kernel.errors import Conflict, NotFound, RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action, allowed
from lms.people.anchors import anchor_of
from lms.web.instructor import bp
from lms.web.instructor.marking_form import MarkingForm, form_showing, read_written, typed_marks
from lms.web.language import tell
from lms.web.pages import page, redirect_to, tell_next

ONE = "/regrades/<public_id:regrade>"


@bp.get("/regrades")
@requires(Action.SCORE_READ)
def regrades() -> Response:
    actor, only_open = current_actor(), request.args.get("which", "open") != "all"
    found = list_regrades(actor, only_open=only_open, after=request.args.get("after"), action=Action.SCORE_READ)
    return page(
        "instructor/regrades/list.html",
        found=found.items,
        after=found.after,
        only_open=only_open,
        criteria=criteria_asked_about(actor),
    )


def _find(public_id: str, action: Action = Action.SCORE_READ) -> tuple[Regrade, Marking]:
    actor = current_actor()
    regrade = find_regrade(actor, public_id, action)
    if regrade.request.attempt == 0:
        ids = regrade.enrollment.public_id, regrade.activity.public_id
        return regrade, find_marking_of_nothing(actor, Action.SCORE_READ, *ids)
    submission = submission_of(regrade)
    if submission is None:
        raise NotFound()
    return regrade, find_marking(actor, Action.SCORE_READ, submission)


@bp.get(ONE)
@requires(Action.SCORE_READ)
def regrade(regrade: str) -> Response:
    found, marking = _find(regrade)
    return _page(found, marking, form_showing(marking, written_on(marking)))


def _page(found: Regrade, marking: Marking, form: MarkingForm, status: int = 200, trouble: str = "") -> Response:
    actor = current_actor()
    titles = {criterion.code: criterion.title for criterion in find_rubric(found.activity)}
    return page(
        "instructor/regrades/one.html",
        status,
        found=found,
        marking=marking,
        form=form,
        marks=typed_marks(marking.criteria, written_on(marking) if status == 200 else None),
        criterion=titles.get(found.request.criterion, ""),
        may_decide=allowed(actor, Action.REGRADE_DECIDE, anchor_of(found.enrollment)),
        trouble=trouble,
    )


@bp.post(f"{ONE}/messages")
@requires(Action.SCORE_READ)
def answer_regrade(regrade: str) -> Response:
    found, marking = _find(regrade)
    try:
        write_in_regrade(current_actor(), found.enrollment, found, request.form.get("text", ""))
    except RuleBroken as broken:
        form = form_showing(marking, written_on(marking))
        return _page(found, marking, form, 422, tell(broken.sentence))
    tell_next(N_("Your answer is there; the student gets a letter."))
    return redirect_to("instructor.regrade", regrade=regrade)


@bp.post(f"{ONE}/decision")
@requires(Action.REGRADE_DECIDE)
def decide_regrade(regrade: str) -> Response:
    actor = current_actor()
    found, marking = _find(regrade)
    form, note = MarkingForm(), request.form.get("note", "")
    try:
        if request.form.get("decision") == "change":
            written, token = read_written(form, marking), form.version.data or ""
            change_score(actor, found.enrollment, found, marking, written, token, note)
        else:
            keep_score(actor, found.enrollment, found, note)
    except RuleBroken as broken:
        form.show_broken(broken)
        return _page(found, marking, form, 422, tell(broken.sentence))
    except Conflict as conflict:
        fresh = _find(regrade)
        return _page(*fresh, form_showing(fresh[1], written_on(fresh[1])), 409, tell(conflict.sentence))
    tell_next(N_("It is decided. The student reads how and why."))
    return redirect_to("instructor.regrades")
