"""What an instructor can reach. One file per resource; each adds its views to `bp`."""

from flask import Blueprint

bp = Blueprint("instructor", __name__, url_prefix="/instructor")

# The views register themselves on the blueprint when their files are imported.
from lms.web.instructor import (  # noqa: E402
    approvals,  # noqa: F401
    desk,  # noqa: F401
    gradebook,  # noqa: F401
    grading,  # noqa: F401
    home,  # noqa: F401
    register,  # noqa: F401
    safety,  # noqa: F401
    sessions,  # noqa: F401
)
