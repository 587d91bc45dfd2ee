"""The words of rosters, seats and applications. Pure, so that rules may use them."""

from enum import IntEnum, StrEnum

from lms.kernel.text import N_


class PlanKind(StrEnum):
    """What a roster says of one person, compared with what stands."""

    JOIN = "join"
    CHANGE = "change"
    LEAVER = "leaver"  # enrolled and not in the file: listed, never taken out
    FAULT = "fault"


class SeatStep(StrEnum):
    """What happened to a seat that a firm gave to somebody."""

    NOMINATED = "nominated"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    REVOKED = "revoked"


class Decision(StrEnum):
    """What the office said to an application. WAITLISTED keeps the place in the order of its instant."""

    OFFERED = "offered"
    WAITLISTED = "waitlisted"
    DECLINED = "declined"


class DeclineReason(StrEnum):
    """Why an application was declined."""

    EXPERIENCE = "experience"
    NO_SEAT = "no_seat"
    NO_ENDORSEMENT = "no_endorsement"
    INCOMPLETE = "incomplete"
    OTHER = "other"


class Rater(StrEnum):
    """Who rates a skill."""

    STUDENT = "student"
    EMPLOYER = "employer"


class Occasion(StrEnum):
    """When a skill is rated; reviews ask the same skills again."""

    ENTRY = "entry"
    REVIEW = "review"


class Skill(StrEnum):
    """What a technologist brings and builds. Order and number stay, so that two radars can be laid over each other."""

    DRAWINGS = "drawings"
    MACHINES = "machines"
    CONTROLS = "controls"
    ROBOTICS = "robotics"
    DATA = "data"
    QUALITY = "quality"
    SAFETY = "safety"
    TEAMWORK = "teamwork"


class SkillLevel(IntEnum):
    """How well; the words stand in LEVELS."""

    NONE = 0
    SEEN = 1
    HELPED = 2
    ALONE = 3
    TEACHES = 4


class AppointmentState(StrEnum):
    """Where it stands that somebody becomes one of a firm's people."""

    ASKED = "asked"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    ENDED = "ended"


SKILLS = {
    Skill.DRAWINGS: N_("Drawings and measuring"),
    Skill.MACHINES: N_("Machines and tooling"),
    Skill.CONTROLS: N_("Process controls"),
    Skill.ROBOTICS: N_("Robots and automation"),
    Skill.DATA: N_("Data and spreadsheets"),
    Skill.QUALITY: N_("Quality and problem solving"),
    Skill.SAFETY: N_("Safety"),
    Skill.TEAMWORK: N_("Leading and teaching others"),
}
LEVELS = {
    SkillLevel.NONE: N_("not yet"),
    SkillLevel.SEEN: N_("have seen it done"),
    SkillLevel.HELPED: N_("with help"),
    SkillLevel.ALONE: N_("on my own"),
    SkillLevel.TEACHES: N_("can teach it"),
}
DECLINE_REASONS = {
    DeclineReason.EXPERIENCE: N_("too little time on the shop floor"),
    DeclineReason.NO_SEAT: N_("no seat is free"),
    DeclineReason.NO_ENDORSEMENT: N_("the employer does not endorse it"),
    DeclineReason.INCOMPLETE: N_("the application is incomplete"),
    DeclineReason.OTHER: N_("another reason"),
}
