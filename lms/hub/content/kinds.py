"""The words of content completion. Pure, so that rules may use them."""

from enum import StrEnum

from lms.kernel.text import N_


class MarkKind(StrEnum):
    """What is on record about one item of one student."""

    OPENED = "opened"
    DONE = "done"
    SEEN = "seen"
    REPORTED = "reported"


MARK_NAMES = {
    MarkKind.OPENED: N_("opened"),
    MarkKind.DONE: N_("marked as done by the student"),
    MarkKind.SEEN: N_("seen by the instructor"),
    MarkKind.REPORTED: N_("reported as done by the system that runs it"),
}
