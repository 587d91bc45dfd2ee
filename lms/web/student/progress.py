"""What the program still asks of the student, and whether they are on pace; every figure says why."""

from flask import Response

from lms.capstone.projects.queries import projects_of_enrollment, steps_of
from lms.capstone.projects.rules import ProjectState
from lms.guard import current_actor, requires
from lms.hub.enrollment.models import Enrollment
from lms.hub.enrollment.queries import own_enrollment
from lms.hub.standing.pace import PACE_NAMES, Pace
from lms.hub.standing.queries import record_of
from lms.hub.standing.rules import STATE_NAMES, CapstoneFacts, State
from lms.kernel.text import N_, say
from lms.people.access import Action
from lms.web.pages import page
from lms.web.savings.words import NAMES
from lms.web.student import bp

DELIVERED = frozenset({ProjectState.REPORTED_OUT, ProjectState.FOLLOWING_UP, ProjectState.CLOSED})
STATE_TONES = {State.MET: "good", State.IN_PROGRESS: "info", State.MISSING: "muted"}
PACE_TONES = {Pace.ON_PACE: "good", Pace.WATCH: "warn", Pace.BEHIND: "bad"}


@bp.get("/progress")
@requires(Action.SPOKE_CHOOSE)
def progress() -> Response:
    enrollment = own_enrollment(current_actor())
    record = record_of(enrollment)
    return page(
        "student/progress.html",
        standing=record.standing(_capstone(enrollment)),
        pace=record.pace(),
        state_names=STATE_NAMES,
        state_tones=STATE_TONES,
        pace_names=PACE_NAMES,
        pace_tones=PACE_TONES,
    )


def _capstone(enrollment: Enrollment) -> CapstoneFacts | None:
    projects = projects_of_enrollment(enrollment)
    if not projects:
        return None
    steps = steps_of(projects[:1])[projects[0].id]
    state = steps[-1].state
    stage = say(N_("Capstone: %(state)s."), state=say(NAMES[state]))
    return CapstoneFacts(stage, state in DELIVERED, tuple(step.ref for step in steps))
