"""What an instructor can reach. One file per resource; each adds its views to `bp`."""

from flask import Blueprint

bp = Blueprint("instructor", __name__, url_prefix="/instructor")

# The views register themselves on the blueprint when their files are imported.
from lms.web.instructor import (  # noqa: E402, F401
    approvals,
    arrangements,
    calendar,
    calibration,
    cell,
    competencies,
    content,
    desk,
    grade_imports,
    gradebook,
    grading,
    groups,
    home,
    load,
    marking,
    policy,
    projects,
    quizzes,
    reconciliation,
    register,
    regrades,
    remarks,
    reviews,
    safety,
    sessions,
)
