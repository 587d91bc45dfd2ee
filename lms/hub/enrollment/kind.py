"""The words of an enrollment: its statuses and reasons, shifts, payers, leave. Pure, so that rules may use them."""

from enum import StrEnum


class Status(StrEnum):
    """The life of an enrollment; see `lms.hub.enrollment.rules` for what may follow what."""

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


class LeaveKind(StrEnum):
    """What kind of time away."""

    LEAVE = "leave"
    BREAK_IN_LEARNING = "break_in_learning"
