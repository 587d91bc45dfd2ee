"""What a coordinator can reach. One file per resource; each adds its views to `bp`."""

from flask import Blueprint

bp = Blueprint("coordinator", __name__, url_prefix="/coordinator")

# The views register themselves on the blueprint when their files are imported.
from lms.web.coordinator import (  # noqa: E402
    approvals,  # noqa: F401
    board,  # noqa: F401
    credits,  # noqa: F401
    home,  # noqa: F401
    mentors,  # noqa: F401
    reports,  # noqa: F401
    requirements,  # noqa: F401
    spoke_drafts,  # noqa: F401
    spokes,  # noqa: F401
)
