"""What a student can reach. One file per resource; each adds its views to `bp`."""

from flask import Blueprint

bp = Blueprint("student", __name__, url_prefix="/student")

# The views register themselves on the blueprint when their files are imported.
from lms.web.student import (  # noqa: E402
    attendance,  # noqa: F401
    capstone,  # noqa: F401
    check_in,  # noqa: F401
    consents,  # noqa: F401
    coursework,  # noqa: F401
    grades,  # noqa: F401
    home,  # noqa: F401
    progress,  # noqa: F401
    savings,  # noqa: F401
    spoke,  # noqa: F401
)
from lms.web.student.hours import entry, grid, log, pack, sheet, week  # noqa: E402, F401
