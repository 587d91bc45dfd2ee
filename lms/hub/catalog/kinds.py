"""The words a program is described with. Pure, so that rules may use them."""

from enum import StrEnum


class CourseKind(StrEnum):
    """What a course is in the hub-and-spoke picture."""

    HUB = "hub"
    SPOKE = "spoke"
    CAPSTONE = "capstone"


class Modality(StrEnum):
    """How a unit is taught; also the kind of the hours that a student logs for it."""

    LECTURE_ONLINE = "lecture_online"
    LAB_IN_PERSON = "lab_in_person"
    SIMULATION = "simulation"
    SELF_STUDY = "self_study"
    CAPSTONE_ONSITE = "capstone_onsite"


class NeedKind(StrEnum):
    """What a node of the requirement tree asks for."""

    ALL_OF = "all_of"
    MIN_N_OF = "min_n_of"
    MIN_MINUTES = "min_minutes"
    COURSE = "course"
    CAPSTONE = "capstone"
    COMPETENCY = "competency"
    CREDENTIAL = "credential"


GROUPS = frozenset({NeedKind.ALL_OF, NeedKind.MIN_N_OF})
NOT_YET = frozenset(
    {NeedKind.COMPETENCY, NeedKind.CREDENTIAL}
)  # kinds the tree may name before the product can meet them
