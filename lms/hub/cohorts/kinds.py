"""The words of a cohort's year. Pure, so that rules may use them."""

from enum import StrEnum

from lms.kernel.text import N_


class BreakKind(StrEnum):
    """Why there is no teaching."""

    BREAK = "break"
    HOLIDAY = "holiday"
    CLOSURE = "closure"


BREAK_NAMES = {
    BreakKind.BREAK: N_("Break"),
    BreakKind.HOLIDAY: N_("Holiday"),
    BreakKind.CLOSURE: N_("Closed"),
}


class Presence(StrEnum):
    """What the register says of one student in one session."""

    PRESENT = "present"
    LATE = "late"
    LEFT_EARLY = "left_early"
    EXCUSED = "excused"
    ABSENT = "absent"
    MADE_UP = "made_up"
