"""What the states of a project are called. Pure."""

from collections.abc import Mapping
from enum import Enum

from lms.capstone.projects.rules import ProjectState
from lms.kernel.text import N_

STATES: Mapping[Enum, str] = {
    ProjectState.PROPOSED: N_("Proposed"),
    ProjectState.CHARTERED: N_("Chartered"),
    ProjectState.BASELINED: N_("Baseline locked"),
    ProjectState.IN_PROGRESS: N_("In progress"),
    ProjectState.IMPLEMENTED: N_("Live"),
    ProjectState.REPORTED_OUT: N_("Reported out"),
    ProjectState.FOLLOWING_UP: N_("Following up"),
    ProjectState.CLOSED: N_("Closed"),
    ProjectState.TRANSFERRED: N_("Passed on"),
    ProjectState.CANCELLED: N_("Cancelled"),
}
