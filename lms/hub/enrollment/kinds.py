"""The words of an enrollment's life. Pure, so that rules may use them."""

from enum import StrEnum


class Status(StrEnum):
    """Where an enrollment is in its life."""

    APPLIED = "applied"
    OFFERED = "offered"
    ENROLLED = "enrolled"
    ACTIVE = "active"
    ON_LEAVE = "on_leave"
    COMPLETED = "completed"
    WITHDRAWN = "withdrawn"
    DISMISSED = "dismissed"
    TRANSFERRED = "transferred"


class StatusReason(StrEnum):
    """Why the status changed."""

    START = "start"
    WORK = "work"
    HEALTH = "health"
    FAMILY = "family"
    LEFT_FIRM = "left_firm"
    ACADEMIC = "academic"
    FINISHED = "finished"
    RETURNED = "returned"
    OTHER_COHORT = "other_cohort"
    OTHER = "other"


class LeaveKind(StrEnum):
    """Why a student pauses."""

    MEDICAL = "medical"
    FAMILY = "family"
    MILITARY = "military"
    WORK = "work"
    PERSONAL = "personal"


class Shift(StrEnum):
    """When the student works."""

    DAY = "day"
    EVENING = "evening"
    NIGHT = "night"
    ROTATING = "rotating"


class Payer(StrEnum):
    """Who pays."""

    FIRM = "firm"
    GRANT = "grant"
    LEARNER = "learner"
    INSTITUTION = "institution"
