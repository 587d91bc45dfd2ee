"""Assessments that all sites share: their samples to mark, and how far the graders are from each other."""

from collections.abc import Callable

from flask import Response, request

from lms.guard import current_actor, requires
from lms.hub.catalog.models import Program
from lms.hub.coursework.judging import Judged
from lms.hub.coursework.queries import find_activity
from lms.hub.grading.gradebook import shown_percent
from lms.hub.grading.queries.shared import (
    Shared,
    file_of,
    find_sample,
    find_shared,
    list_shared,
    marks_given,
    program_of,
    results_by_site,
)
from lms.hub.grading.queries.shared import shareable as shareable_activities
from lms.hub.grading.rules.shared import SAMPLES, drifts
from lms.hub.grading.services.shared import end_sharing, mark_sample, set_sample_file, share_assessment
from lms.kernel.errors import Conflict, RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action, allowed, may_at_all
from lms.people.anchors import anchor_of
from lms.web.downloads import attachment
from lms.web.files import shown
from lms.web.instructor import bp
from lms.web.instructor.marking_form import read_points, typed
from lms.web.judging import is_sent, judge_any, look_into, looked_into
from lms.web.language import tell
from lms.web.pages import page, redirect_to, tell_next
from lms.web.previews import picture_of

ONE = "/calibration/<public_id:assessment>"
SAMPLE = f"{ONE}/samples/<public_id:sample>"


@bp.get("/calibration")
@requires(Action.CALIBRATION_READ)
def calibrations() -> Response:
    return _list()


def _list(status: int = 200, trouble: str = "") -> Response:
    actor = current_actor()
    may_share = may_at_all(actor, Action.ASSESSMENT_SHARE)
    return page(
        "instructor/calibration/list.html",
        status,
        shared=list_shared(actor, Action.CALIBRATION_READ),
        may_share=may_share,
        activities=shareable_activities(actor) if may_share else [],
        numbers=range(1, SAMPLES + 1),
        sent=request.form,
        trouble=trouble,
    )


@bp.post("/calibration")
@requires(Action.ASSESSMENT_SHARE)
def share_activity() -> Response:
    actor, form = current_actor(), request.form
    activity = find_activity(form.get("activity", ""))
    program: Program = program_of(actor, Action.ASSESSMENT_SHARE, activity)
    numbers = range(1, SAMPLES + 1)
    samples = [(form.get(f"title-{number}", ""), form.get(f"text-{number}", "")) for number in numbers]
    try:
        made = share_assessment(actor, program, activity, samples)
    except (RuleBroken, Conflict) as trouble:
        return _list(trouble.status, tell(trouble.sentence))
    tell_next(N_("The activity is shared. Everybody who grades it marks the samples."))
    return redirect_to("instructor.calibration", assessment=made.public_id)


@bp.get(ONE)
@requires(Action.CALIBRATION_READ)
def calibration(assessment: str) -> Response:
    return _one(find_shared(current_actor(), Action.CALIBRATION_READ, assessment))


def _one(shared: Shared, status: int = 200, trouble: str = "") -> Response:
    actor = current_actor()
    may_mark = allowed(actor, Action.CALIBRATE, anchor_of(shared.row))
    sees = not may_mark or not shared.left
    given, names = marks_given(shared) if sees else ([], {})
    titles = {criterion.code: criterion.title for criterion in shared.criteria}
    return page(
        "instructor/calibration/one.html",
        status,
        shared=shared,
        may_mark=may_mark,
        may_share=allowed(actor, Action.ASSESSMENT_SHARE, anchor_of(shared.row)),
        sees=sees,
        drifts=drifts(given, shared.possible),
        names=names,
        titles=titles,
        sites=results_by_site(shared) if sees else [],
        typed=typed,
        shown_percent=shown_percent,
        trouble=trouble,
        files={one.row.public_id: shown(file_of(one)) for one in shared.samples if one.file},
    )


@bp.post(f"{SAMPLE}/marks")
@requires(Action.CALIBRATE)
def mark_one_sample(assessment: str, sample: str) -> Response:
    shared = find_shared(current_actor(), Action.CALIBRATE, assessment)
    found = find_sample(shared, sample)
    form = request.form
    try:
        given = {one.code: read_points(form.get(f"mark-{one.code}", ""), f"mark-{one.code}") for one in shared.criteria}
        marks = {code: mark for code, mark in given.items() if mark is not None}
        points = None if shared.criteria else read_points(form.get("points", ""), "points")
        mark_sample(current_actor(), shared.row, shared, found, marks, points)
    except (RuleBroken, Conflict) as trouble:
        return _one(shared, trouble.status, tell(trouble.sentence))
    tell_next(N_("Your mark is kept."))
    return redirect_to("instructor.calibration", assessment=assessment)


@bp.post(f"{SAMPLE}/file")
@requires(Action.ASSESSMENT_SHARE, prepare=look_into(judge_any, "file"), prepare_if=is_sent("file"))
def attach_to_sample(assessment: str, sample: str) -> Response:
    return _set_file(assessment, sample, looked_into, N_("Attached."))


@bp.post(f"{SAMPLE}/file/removal")
@requires(Action.ASSESSMENT_SHARE)
def take_from_sample(assessment: str, sample: str) -> Response:
    return _set_file(assessment, sample, lambda: None, N_("The file is taken away."))


def _set_file(assessment: str, sample: str, sent: Callable[[], Judged | None], done: str) -> Response:
    shared = find_shared(current_actor(), Action.ASSESSMENT_SHARE, assessment)
    try:
        set_sample_file(current_actor(), shared.row, find_sample(shared, sample), sent())
    except (RuleBroken, Conflict) as trouble:
        return _one(shared, trouble.status, tell(trouble.sentence))
    tell_next(done)
    return redirect_to("instructor.calibration", assessment=assessment)


@bp.get(f"{SAMPLE}/file")
@requires(Action.CALIBRATION_READ)
def sample_file(assessment: str, sample: str) -> Response:
    file = file_of(find_sample(find_shared(current_actor(), Action.CALIBRATION_READ, assessment), sample))
    return attachment(file.sha256, file.name, file.size)


@bp.get(f"{SAMPLE}/file/preview")
@requires(Action.CALIBRATION_READ)
def sample_preview(assessment: str, sample: str) -> Response:
    file = file_of(find_sample(find_shared(current_actor(), Action.CALIBRATION_READ, assessment), sample))
    return picture_of(file.sha256, file.kind, file.size, max(request.args.get("page", 1, int), 1))


@bp.post(f"{ONE}/end")
@requires(Action.ASSESSMENT_SHARE)
def stop_sharing(assessment: str) -> Response:
    shared = find_shared(current_actor(), Action.ASSESSMENT_SHARE, assessment)
    end_sharing(current_actor(), shared.row)
    tell_next(N_("The activity is no longer shared; what was marked stays."))
    return redirect_to("instructor.calibrations")
