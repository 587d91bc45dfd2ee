"""The words of enrollments, invitations, seats and applications, with the tone of their badges."""

from collections.abc import Mapping

from lms.hub.enrollment.kinds import Status
from lms.hub.roster.kinds import AppointmentState, Decision, SeatStep
from lms.hub.roster.rules.invitations import LinkState
from lms.kernel.text import N_
from lms.people.access import Relation

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
STEPS: Mapping[SeatStep, tuple[str, str]] = {
    SeatStep.NOMINATED: (N_("with the program"), "info"),
    SeatStep.CONFIRMED: (N_("confirmed"), "good"),
    SeatStep.DECLINED: (N_("declined"), "warn"),
    SeatStep.REVOKED: (N_("taken back"), "muted"),
}
DECISIONS: Mapping[Decision, tuple[str, str]] = {
    Decision.OFFERED: (N_("place offered"), "good"),
    Decision.WAITLISTED: (N_("on the waitlist"), "warn"),
    Decision.DECLINED: (N_("declined"), "bad"),
}
APPOINTMENTS: Mapping[AppointmentState, tuple[str, str]] = {
    AppointmentState.ASKED: (N_("waits for the program"), "warn"),
    AppointmentState.CONFIRMED: (N_("acts"), "good"),
    AppointmentState.DECLINED: (N_("declined"), "bad"),
    AppointmentState.ENDED: (N_("ended"), "muted"),
}
RELATIONS: Mapping[Relation, str] = {
    Relation.FIRM_VIEWER: N_("reads the firm's figures"),
    Relation.FINANCE: N_("finance: verifies savings"),
    Relation.SUPERVISOR: N_("supervisor: signs hours"),
    Relation.SPONSOR: N_("sponsor: acts for the firm"),
}
