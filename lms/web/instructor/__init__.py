"""What an instructor can reach. One file per resource; each adds its views to `bp`."""

from flask import Blueprint

bp = Blueprint("instructor", __name__, url_prefix="/instructor")

# The views register themselves on the blueprint when their files are imported.
from lms.web.instructor import approvals, calendar, competencies, desk, gradebook, grading, home  # noqa: E402, F401
