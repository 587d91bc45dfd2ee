"""The words of the calendar. Pure, so that rules may use them."""

from enum import StrEnum

from lms.kernel.text import N_


class Push(StrEnum):
    """Where to a session goes that falls into days without teaching."""

    NEXT_DAY = "next_day"
    SAME_WEEKDAY = "same_weekday"
    CANCEL = "cancel"


PUSH_NAMES = {
    Push.NEXT_DAY: N_("to the next free day, at the same time"),
    Push.SAME_WEEKDAY: N_("to the same weekday of the next free week"),
    Push.CANCEL: N_("cancel the sessions; due dates go to the next free day"),
}


class PlanState(StrEnum):
    """A plan is drawn, then applied as it was drawn, and may be undone once."""

    DRAWN = "drawn"
    APPLIED = "applied"
    UNDONE = "undone"


class ItemKind(StrEnum):
    """What stands in a calendar."""

    SESSION = "session"
    DUE = "due"
    HOURS_DUE = "hours_due"
    LOCK = "lock"
    BREAK = "break"
    REVIEW = "review"


ITEM_NAMES = {
    ItemKind.SESSION: N_("Session"),
    ItemKind.DUE: N_("Due date"),
    ItemKind.HOURS_DUE: N_("Hours due"),
    ItemKind.LOCK: N_("Week locks"),
    ItemKind.BREAK: N_("No teaching"),
    ItemKind.REVIEW: N_("Review"),
}


class Clash(StrEnum):
    """How a session lies to the student's shift."""

    OVERLAPS = "overlaps"
    ROTATING = "rotating"


CLASH_NAMES = {
    Clash.OVERLAPS: N_("during your shift"),
    Clash.ROTATING: N_("check against your rotation"),
}
