"""The grading queue, releasing a section's scores, kept comments, and the files of submissions."""

from flask import Response, request

from lms.guard import current_actor, requires
from lms.hub.cohorts.models import Section
from lms.hub.coursework.queries import find_activity
from lms.hub.grading.queue import QueueFilter, Wanted, count_queue, list_taught, list_waiting_activities, marking_queue
from lms.hub.grading.services import keep_comment, release_all
from lms.kernel.errors import NotFound
from lms.kernel.text import N_
from lms.people.access import Action
from lms.people.accounts.queries import find_own_account
from lms.web.files import file_response, preview_response
from lms.web.instructor import bp
from lms.web.pages import page, redirect_to, tell_next


def chosen_filter() -> QueueFilter:
    """The filter in the address; what is unknown there is the first choice."""
    wanted = request.args.get("wanted", Wanted.TO_GRADE)
    known = Wanted(wanted) if wanted in set(Wanted) else Wanted.TO_GRADE
    return QueueFilter(known, request.args.get("section", ""), request.args.get("activity", ""))


def args_of(chosen: QueueFilter) -> dict[str, str]:
    named = {"wanted": chosen.wanted.value, "section": chosen.section_id, "activity": chosen.activity_id}
    return {name: value for name, value in named.items() if value}


@bp.get("/grading")
@requires(Action.SCORE_READ)
def queue() -> Response:
    actor, chosen = current_actor(), chosen_filter()
    found = marking_queue(actor, chosen, request.args.get("after"))
    sections = {section.public_id: section.name for section, _ in list_taught(actor)}
    return page(
        "instructor/grading/queue.html",
        lines=found.items,
        after=found.after,
        count=count_queue(actor, chosen),
        chosen=chosen,
        args=args_of(chosen),
        sections=sections,
        activities=list_waiting_activities(actor),
        Wanted=Wanted,
    )


@bp.post("/grading/releases")
@requires(Action.SCORE_RELEASE)
def release_section() -> Response:
    actor = current_actor()
    wanted = request.form.get("section", "")
    section = next((found for found, _ in list_taught(actor) if found.public_id == wanted), None)
    if not isinstance(section, Section):
        raise NotFound()
    made = release_all(actor, section, find_activity(request.form.get("activity", "")))
    tell_next(N_("Scores released: %(count)s"), count=len(made))
    return redirect_to(
        "instructor.queue", wanted=Wanted.RELEASED.value, section=wanted, activity=request.form["activity"]
    )


@bp.post("/grading/comments")
@requires(Action.SCORE_WRITE)
def save_comment() -> Response:
    actor = current_actor()
    activity_id = request.form.get("activity", "")
    activity = find_activity(activity_id) if activity_id else None
    keep_comment(actor, find_own_account(actor), request.form.get("text", ""), activity)
    tell_next(N_("The comment is kept for the next time."))
    back = request.form.get("submission", "")
    return redirect_to("instructor.desk", submission=back) if back else redirect_to("instructor.queue")


@bp.get("/files/<public_id:file>")
@requires(Action.SCORE_READ)
def submission_file(file: str) -> Response:
    return file_response(current_actor(), file)


@bp.get("/files/<public_id:file>/preview")
@requires(Action.SCORE_READ)
def submission_preview(file: str) -> Response:
    return preview_response(current_actor(), file)
