"""The words of progress reviews. Pure, so that rules may use them."""

from enum import StrEnum

from lms.kernel.text import N_


class Party(StrEnum):
    """Who takes part: three sign, and any of the four may have something to do."""

    STUDENT = "student"
    INSTRUCTOR = "instructor"
    SUPERVISOR = "supervisor"
    COORDINATOR = "coordinator"


PARTY_NAMES = {
    Party.STUDENT: N_("Student"),
    Party.INSTRUCTOR: N_("Instructor"),
    Party.SUPERVISOR: N_("Workplace supervisor"),
    Party.COORDINATOR: N_("Coordinator"),
}


class Settlement(StrEnum):
    """What became of something that was agreed."""

    OPEN = "open"
    DONE = "done"
    NOT_DONE = "not_done"


OUTCOME_NAMES = {
    Settlement.OPEN: N_("open"),
    Settlement.DONE: N_("done"),
    Settlement.NOT_DONE: N_("not done"),
}


class Manner(StrEnum):
    """How somebody signed."""

    SIGNED_IN = "signed_in"
    LINK = "link"


class Stage(StrEnum):
    """How far a review is. LATE: its day is over and nobody has begun it."""

    LATE = "late"
    OPEN = "open"
    TO_SIGN = "to_sign"
    COMING = "coming"
    SIGNED = "signed"


STAGE_NAMES = {
    Stage.LATE: N_("not begun"),
    Stage.OPEN: N_("being prepared"),
    Stage.TO_SIGN: N_("waits for signatures"),
    Stage.COMING: N_("coming"),
    Stage.SIGNED: N_("signed"),
}
