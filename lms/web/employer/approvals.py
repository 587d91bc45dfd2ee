"""Hours to approve, and who stands in, in this portal."""

from lms.web.approvals import add_approvals
from lms.web.delegations import add_delegations
from lms.web.employer import bp

add_approvals(bp)
add_delegations(bp)
