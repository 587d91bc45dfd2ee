"""What the student holds of each competency, who signed it, and why the level is what it is."""

from flask import Response

from lms.guard import current_actor, requires
from lms.hub.competencies.kinds import EVIDENCE_NAMES
from lms.hub.competencies.queries import evidence_of, held_by, signed_by
from lms.hub.competencies.rules import COMPLETION_NAMES, explain
from lms.hub.enrollment.queries import own_enrollment
from lms.people.access import Action
from lms.web.pages import page
from lms.web.student import bp


@bp.get("/competencies")
@requires(Action.CREDIT_ASK)
def competencies() -> Response:
    enrollment = own_enrollment(current_actor())
    return page(
        "student/competencies.html",
        held=held_by(enrollment),
        signed=signed_by(enrollment),
        evidence=evidence_of(enrollment),
        explain=explain,
        completion_names=COMPLETION_NAMES,
        evidence_names=EVIDENCE_NAMES,
    )
