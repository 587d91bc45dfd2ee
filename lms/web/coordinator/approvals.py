"""Hours to approve, in this portal."""

from lms.web.approvals import add_approvals
from lms.web.coordinator import bp

add_approvals(bp)
