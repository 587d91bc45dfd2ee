"""The words a program is described with: kinds of learning, courses, requirements. Pure, so rules may use them."""

from enum import StrEnum

from lms.kernel.text import N_


class CourseKind(StrEnum):
    """What a course is to the program."""

    HUB = "hub"
    SPOKE = "spoke"
    CAPSTONE = "capstone"


class RequirementKind(StrEnum):
    """The nodes of the tree of what a student must do."""

    ALL_OF = "all_of"
    MIN_N_OF = "min_n_of"
    MIN_MINUTES = "min_minutes"
    COURSE = "course"
    CAPSTONE = "capstone"
    COMPETENCY = "competency"
    CREDENTIAL = "credential"


GROUPS = frozenset({RequirementKind.ALL_OF, RequirementKind.MIN_N_OF})
NOT_YET = frozenset({RequirementKind.COMPETENCY, RequirementKind.CREDENTIAL})  # may be named before they can be met


class Kind(StrEnum):
    """What a student does in an hour; a unit has one, and so has an hours entry."""

    LECTURE_ONLINE = "lecture_online"
    LAB_IN_PERSON = "lab_in_person"
    SIMULATION = "simulation"
    SELF_STUDY = "self_study"
    ASSESSMENT = "assessment"
    MENTORING = "mentoring"
    CAPSTONE_ONSITE = "capstone_onsite"
    OTHER = "other"


KIND_NAMES = {
    Kind.LECTURE_ONLINE: N_("Online lecture"),
    Kind.LAB_IN_PERSON: N_("In-person lab"),
    Kind.SIMULATION: N_("Simulation"),
    Kind.SELF_STUDY: N_("Self-study"),
    Kind.ASSESSMENT: N_("Assessment"),
    Kind.MENTORING: N_("Mentoring"),
    Kind.CAPSTONE_ONSITE: N_("Capstone on site"),
    Kind.OTHER: N_("Other learning"),
}
TAUGHT = frozenset(
    {Kind.LECTURE_ONLINE, Kind.LAB_IN_PERSON, Kind.SIMULATION, Kind.SELF_STUDY, Kind.CAPSTONE_ONSITE}
)  # what a unit can be
