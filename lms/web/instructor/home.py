"""Today: what waits to be approved, graded and released. At most eight statements."""

from flask import Response

from lms.guard import current_actor, requires
from lms.hub.grading.queue import QueueFilter, Wanted, count_queue, list_taught, marking_queue
from lms.hub.hours.queries.waiting import parts_waiting
from lms.people.access import Action, may_at_all
from lms.web.instructor import bp
from lms.web.pages import page, redirect_to

OLDEST = 5


@bp.get("/")
@requires(Action.COMPETENCY_SHOW)
def home() -> Response:
    """An assessor who teaches nothing has only the competencies here."""
    actor = current_actor()
    if not may_at_all(actor, Action.SCORE_WRITE):
        return redirect_to("instructor.competencies")
    return page(
        "instructor/home.html",
        parts=parts_waiting(actor),
        to_grade=count_queue(actor, QueueFilter(Wanted.TO_GRADE)),
        to_release=count_queue(actor, QueueFilter(Wanted.TO_RELEASE)),
        oldest=marking_queue(actor, QueueFilter(Wanted.TO_GRADE), size=OLDEST).items,
        sections=sorted({section.name for section, _ in list_taught(actor)}),
    )
