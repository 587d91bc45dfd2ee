"""The words of enrollments, invitations, seats and applications, with the tone of their badges."""

from collections.abc import Mapping

from lms.hub.enrollment.kinds import Status
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
