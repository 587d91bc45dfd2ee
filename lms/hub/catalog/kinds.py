"""The words a program is described with. Pure, so that rules may use them."""

from enum import StrEnum

from lms.kernel.text import N_


class CourseKind(StrEnum):
    """What a course is in the hub-and-spoke picture."""

    HUB = "hub"
    SPOKE = "spoke"
    CAPSTONE = "capstone"


COURSE_NAMES = {
    CourseKind.HUB: N_("Hub course"),
    CourseKind.SPOKE: N_("Spoke"),
    CourseKind.CAPSTONE: N_("Capstone"),
}


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
# How a unit may be taught; the remaining kinds are only logged.
TAUGHT = frozenset({Kind.LECTURE_ONLINE, Kind.LAB_IN_PERSON, Kind.SIMULATION, Kind.SELF_STUDY, Kind.CAPSTONE_ONSITE})


class ItemKind(StrEnum):
    """What a student works through in a unit."""

    LECTURE = "lecture"
    VIDEO = "video"
    LAB_SHEET = "lab_sheet"
    SIMULATION = "simulation"
    READING = "reading"


ITEM_NAMES = {
    ItemKind.LECTURE: N_("Lecture"),
    ItemKind.VIDEO: N_("Video"),
    ItemKind.LAB_SHEET: N_("Lab sheet"),
    ItemKind.SIMULATION: N_("Simulation"),
    ItemKind.READING: N_("Reading"),
}


class Completion(StrEnum):
    """When an item counts as done."""

    OPEN = "open"
    MARK = "mark"
    SIGN = "sign"
    NONE = "none"


COMPLETION_NAMES = {
    Completion.OPEN: N_("when it was opened"),
    Completion.MARK: N_("when the student marks it as done"),
    Completion.SIGN: N_("when the instructor has seen it, as attendance at the lab"),
    Completion.NONE: N_("it is not tracked"),
}


class QuestionKind(StrEnum):
    """How a question of a quiz is answered."""

    SINGLE = "single"
    SEVERAL = "several"
    NUMBER = "number"
    TEXT = "text"


QUESTION_NAMES = {
    QuestionKind.SINGLE: N_("One of several options"),
    QuestionKind.SEVERAL: N_("Several of the options"),
    QuestionKind.NUMBER: N_("A number with its unit"),
    QuestionKind.TEXT: N_("A short text"),
}


class RequirementKind(StrEnum):
    """What a node of the requirement tree asks for."""

    ALL_OF = "all_of"
    MIN_N_OF = "min_n_of"
    MIN_MINUTES = "min_minutes"
    COURSE = "course"
    CAPSTONE = "capstone"
    COMPETENCY = "competency"
    CREDENTIAL = "credential"


REQUIREMENT_NAMES = {
    RequirementKind.ALL_OF: N_("All of these"),
    RequirementKind.MIN_N_OF: N_("A number of these"),
    RequirementKind.MIN_MINUTES: N_("Approved minutes"),
    RequirementKind.COURSE: N_("A course"),
    RequirementKind.CAPSTONE: N_("The capstone"),
    RequirementKind.COMPETENCY: N_("A competency"),
    RequirementKind.CREDENTIAL: N_("A credential"),
}
GROUPS = frozenset({RequirementKind.ALL_OF, RequirementKind.MIN_N_OF})
# Kinds that name something outside of the version: a competency of a framework, a credential of somebody else.
NAMED = frozenset({RequirementKind.COMPETENCY, RequirementKind.CREDENTIAL})
