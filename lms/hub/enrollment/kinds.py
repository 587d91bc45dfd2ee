"""The words of an enrollment's life, and what people call them. Pure, so that rules may use them."""

from collections.abc import Mapping
from enum import Enum, StrEnum

from lms.kernel.text import N_


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
    SERVICE = "service"  # armed forces, foreign aid or church mission: 34 CFR 668.45(c) leaves them out
    INCAPACITY = "incapacity"  # death or total and permanent disability: so too
    RESTORED = "restored"
    MISTAKE = "mistake"
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
    STATE = "state"


class Format(StrEnum):
    """The form in which a student is given work, where the usual one does not serve."""

    USUAL = "usual"
    LARGE_PRINT = "large_print"
    SCREEN_READER = "screen_reader"
    AUDIO = "audio"
    PAPER = "paper"
    INTERPRETER = "interpreter"
    QUIET_ROOM = "quiet_room"
    OTHER = "other"


class Signer(StrEnum):
    """Who signs a plan for the time after a leave."""

    STUDENT = "student"
    COORDINATOR = "coordinator"
    FIRM = "firm"


NAMES: Mapping[Enum, str] = {
    Status.APPLIED: N_("applied"),
    Status.OFFERED: N_("offered a place"),
    Status.ENROLLED: N_("enrolled"),
    Status.ACTIVE: N_("active"),
    Status.ON_LEAVE: N_("on leave"),
    Status.COMPLETED: N_("completed"),
    Status.WITHDRAWN: N_("withdrawn"),
    Status.DISMISSED: N_("dismissed"),
    Status.TRANSFERRED: N_("went to another cohort"),
    StatusReason.START: N_("as planned"),
    StatusReason.WORK: N_("work"),
    StatusReason.HEALTH: N_("health"),
    StatusReason.FAMILY: N_("family"),
    StatusReason.LEFT_FIRM: N_("left the firm"),
    StatusReason.ACADEMIC: N_("academic"),
    StatusReason.FINISHED: N_("finished"),
    StatusReason.RETURNED: N_("returned"),
    StatusReason.OTHER_COHORT: N_("another cohort"),
    StatusReason.SERVICE: N_("armed forces, foreign aid or mission"),
    StatusReason.INCAPACITY: N_("death or lasting disability"),
    StatusReason.RESTORED: N_("taken back in"),
    StatusReason.MISTAKE: N_("entered by mistake"),
    StatusReason.OTHER: N_("other"),
    LeaveKind.MEDICAL: N_("medical"),
    LeaveKind.FAMILY: N_("family"),
    LeaveKind.MILITARY: N_("military"),
    LeaveKind.WORK: N_("work"),
    LeaveKind.PERSONAL: N_("personal"),
    Shift.DAY: N_("day shift"),
    Shift.EVENING: N_("evening shift"),
    Shift.NIGHT: N_("night shift"),
    Shift.ROTATING: N_("rotating shift"),
    Payer.FIRM: N_("the firm"),
    Payer.GRANT: N_("a grant"),
    Payer.LEARNER: N_("the student"),
    Payer.INSTITUTION: N_("the institution"),
    Payer.STATE: N_("the state"),
    Format.USUAL: N_("the usual form"),
    Format.LARGE_PRINT: N_("large print"),
    Format.SCREEN_READER: N_("for a screen reader"),
    Format.AUDIO: N_("read aloud"),
    Format.PAPER: N_("on paper"),
    Format.INTERPRETER: N_("with a sign language interpreter"),
    Format.QUIET_ROOM: N_("in a quiet room"),
    Format.OTHER: N_("another form, see the coordinator"),
    Signer.STUDENT: N_("student"),
    Signer.COORDINATOR: N_("coordinator"),
    Signer.FIRM: N_("firm"),
}
