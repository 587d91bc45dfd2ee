"""The words of sessions and attendance. Pure, so that rules may use them."""

from enum import StrEnum

from lms.hub.cohorts.kinds import Presence
from lms.kernel.text import N_


class BookingState(StrEnum):
    """What became of a student's wish for a station."""

    BOOKED = "booked"
    WAITING = "waiting"
    CANCELLED = "cancelled"


class ExcuseKind(StrEnum):
    """Why somebody cannot come."""

    ILLNESS = "illness"
    WORK = "work"
    FAMILY = "family"
    APPOINTMENT = "appointment"
    OTHER = "other"


class Verdict(StrEnum):
    """What was decided on an excuse."""

    GRANTED = "granted"
    DECLINED = "declined"


class Answer(StrEnum):
    """What came of an objection: the record was corrected, or it stands."""

    CORRECTED = "corrected"
    STANDS = "stands"


PRESENCE_NAMES = {
    Presence.PRESENT: N_("Present"),
    Presence.LATE: N_("Late"),
    Presence.LEFT_EARLY: N_("Left early"),
    Presence.EXCUSED: N_("Excused"),
    Presence.ABSENT: N_("Absent"),
    Presence.MADE_UP: N_("Made up"),
}
EXCUSE_NAMES = {
    ExcuseKind.ILLNESS: N_("Illness"),
    ExcuseKind.WORK: N_("Work: shift, overtime, a breakdown"),
    ExcuseKind.FAMILY: N_("Family"),
    ExcuseKind.APPOINTMENT: N_("An appointment"),
    ExcuseKind.OTHER: N_("Something else"),
}
