"""Hours to approve, adjustments to confirm and who stands in, in this portal."""

from lms.web.adjusting import add_adjustments
from lms.web.approvals import add_approvals
from lms.web.coordinator import bp
from lms.web.delegations import add_delegations

add_approvals(bp)
add_adjustments(bp)
add_delegations(bp)
