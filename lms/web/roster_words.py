"""The words of enrollments, invitations, seats and applications, with the tone of their badges."""

from collections.abc import Mapping

from lms.hub.enrollment.kinds import Status
from lms.hub.roster.rules.invitations import LinkState
from lms.kernel.text import N_

STATUS: Mapping[Status, str] = {
    Status.APPLIED: N_("applied"),
    Status.OFFERED: N_("place offered"),
    Status.ENROLLED: N_("enrolled"),
    Status.ACTIVE: N_("active"),
    Status.ON_LEAVE: N_("on leave"),
    Status.COMPLETED: N_("completed"),
    Status.WITHDRAWN: N_("withdrawn"),
    Status.DISMISSED: N_("dismissed"),
    Status.TRANSFERRED: N_("transferred"),
}

LINKS: Mapping[LinkState, tuple[str, str]] = {
    LinkState.NOT_SENT: (N_("not invited"), "muted"),
    LinkState.ON_ITS_WAY: (N_("on its way"), "info"),
    LinkState.SENT: (N_("sent"), "info"),
    LinkState.BOUNCED: (N_("came back"), "bad"),
    LinkState.OPENED: (N_("opened"), "info"),
    LinkState.ACCEPTED: (N_("signs in"), "good"),
    LinkState.EXPIRED: (N_("ran out"), "warn"),
    LinkState.REVOKED: (N_("taken back"), "warn"),
}
