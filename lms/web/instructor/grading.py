"""The grading queue, releasing a section's scores, and the files of submissions."""

from flask import Response, request

from lms.guard import current_actor, requires
from lms.hub.cohorts.models import Section
from lms.hub.coursework.queries import find_activity
from lms.hub.grading.queue import (
    Order,
    QueueFilter,
    Wanted,
    count_queue,
    find_student_name,
    is_nameless_file,
    list_taught,
    list_waiting_activities,
    marking_queue,
)
from lms.hub.grading.services.releases import release_all
from lms.kernel.errors import NotFound
from lms.kernel.text import N_
from lms.people.access import Action
from lms.web.files import file_response, preview_response
from lms.web.instructor import bp
from lms.web.pages import page, redirect_to, tell_next


def chosen_filter() -> QueueFilter:
    """The filter in the address; what is unknown there is the first choice."""
    wanted = request.args.get("wanted", Wanted.TO_GRADE)
    known = Wanted(wanted) if wanted in set(Wanted) else Wanted.TO_GRADE
    order = request.args.get("order", Order.OLDEST)
    return QueueFilter(
        known,
        request.args.get("section", ""),
        request.args.get("activity", ""),
        request.args.get("student", ""),
        Order(order) if order in set(Order) else Order.OLDEST,
        request.args.get("mine", "") == "yes",
    )


def args_of(chosen: QueueFilter) -> dict[str, str]:
    """The same filter for an address; what is left out there is the first choice."""
    named = {
        "wanted": chosen.wanted.value,
        "section": chosen.section_id,
        "activity": chosen.activity_id,
        "student": chosen.enrollment_id,
        "order": "" if chosen.order is Order.OLDEST else chosen.order.value,
        "mine": "yes" if chosen.is_mine else "",
    }
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
        Order=Order,
        student=find_student_name(actor, chosen.enrollment_id) if chosen.enrollment_id else "",
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


@bp.get("/files/<public_id:file>")
@requires(Action.SCORE_READ)
def submission_file(file: str) -> Response:
    """The original; under a name of no meaning where the grader must not know whose it is."""
    return file_response(current_actor(), file, is_nameless=is_nameless_file(current_actor(), file))


@bp.get("/files/<public_id:file>/preview")
@requires(Action.SCORE_READ)
def submission_preview(file: str) -> Response:
    return preview_response(current_actor(), file)
