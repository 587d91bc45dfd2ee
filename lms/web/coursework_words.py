"""What people read for where a piece of work stands: a word and its tone."""

from collections.abc import Mapping

from lms.hub.coursework.rules import Progress
from lms.hub.grading.rules import Status
from lms.kernel.text import N_

PROGRESS_WORDS: Mapping[Progress, tuple[str, str]] = {
    Progress.DUE: (N_("Due"), "info"),
    Progress.LATE: (N_("Late, can still be handed in"), "warn"),
    Progress.MISSING: (N_("Missing"), "bad"),
    Progress.DONE: (N_("Done"), "good"),
}
STATUS_WORDS: Mapping[Status, tuple[str, str]] = {
    Status.NOT_DUE: (N_("not scheduled"), "muted"),
    Status.OPEN: (N_("open"), "muted"),
    Status.IN: (N_("handed in"), "info"),
    Status.GRADED: (N_("graded"), "good"),
    Status.EXEMPT: (N_("exempt"), "muted"),
    Status.MISSING: (N_("missing"), "warn"),
    Status.ZERO: (N_("missing, counts as zero"), "bad"),
}
