"""The kinds of learning, in one word each. Pure, so that rules may use them."""

from enum import StrEnum

from lms.kernel.text import N_


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
