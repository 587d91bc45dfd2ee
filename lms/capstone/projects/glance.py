"""Where a student's project stands, and what comes next: what a first page needs of it, in one statement."""

from collections.abc import Mapping
from functools import cache

from sqlalchemy import Select, bindparam, select

from lms.capstone.projects.models import Project, ProjectStep, TeamMember
from lms.capstone.projects.rules import ENDED, ProjectState
from lms.hub.enrollment.models import Enrollment
from lms.kernel.facts import stands
from lms.kernel.text import N_
from lms.people.scope import plain, unscoped

S = ProjectState
NEXT_STEPS: Mapping[ProjectState, str] = {
    S.PROPOSED: N_(
        "Agree the charter with your sponsor: who coaches, who confirms figures, where paid hours come from."
    ),
    S.CHARTERED: N_("Measure how things are before you change them, and have the baseline locked."),
    S.BASELINED: N_("Find the cause, and plan the change."),
    S.IN_PROGRESS: N_("Make the change, and note the day it goes live."),
    S.IMPLEMENTED: N_("Measure again, write the benefit lines, and claim what they save."),
    S.REPORTED_OUT: N_("Help your sponsor and finance to confirm the figures."),
    S.FOLLOWING_UP: N_("Finance enters what was really saved after 3, 6 and 12 months."),
}
STAGES: tuple[tuple[str, ProjectState], ...] = (
    (N_("Charter"), S.PROPOSED),
    (N_("Baseline"), S.CHARTERED),
    (N_("Analysis"), S.BASELINED),
    (N_("Change"), S.IN_PROGRESS),
    (N_("Report"), S.IMPLEMENTED),
    (N_("Follow-up"), S.REPORTED_OUT),
)
_PLACE = {state: place for place, (_, state) in enumerate(STAGES)} | {S.FOLLOWING_UP: 5, S.CLOSED: 6}


def stepper_of(state: ProjectState) -> list[tuple[str, str, None]]:
    """The stages of a project as the stepper shows them, done, now or next; none for a project that was given up."""
    if state in ENDED and state is not S.CLOSED:
        return []
    here = _PLACE[state]
    words = ("done", "now", "next")
    return [(name, words[(place >= here) + (place > here)], None) for place, (name, _) in enumerate(STAGES)]


def current_project(enrollment: Enrollment) -> tuple[str, ProjectState] | None:
    """The title and state of the newest project on which a student works; None before there is one. One statement."""
    rows = plain(_current(), enrollment_id=enrollment.id)
    return (rows[0].title, rows[0].state) if rows else None


@cache
def _current() -> Select[str, ProjectState]:
    state = select(ProjectStep.state).where(ProjectStep.project_id == Project.id, stands(ProjectStep))
    latest = state.order_by(ProjectStep.id.desc()).limit(1).correlate(Project).scalar_subquery()
    mine = select(TeamMember.project_id).where(
        TeamMember.enrollment_id == bindparam("enrollment_id"), stands(TeamMember)
    )
    statement = (
        select(Project.title, latest.label("state")).where(Project.id.in_(mine)).order_by(Project.id.desc()).limit(1)
    )
    return unscoped(statement, "the project of an enrollment that was found")
