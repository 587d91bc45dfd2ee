"""What a student can reach. One file per resource; each adds its views to `bp`."""

from flask import Blueprint

bp = Blueprint("student", __name__, url_prefix="/student")

# The views register themselves on the blueprint when their files are imported.
from lms.web.student import (  # noqa: E402, F401
    application,
    attendance,
    calendar,
    capstone,
    check_in,
    competencies,
    consents,
    content,
    coursework,
    enrollment,
    grades,
    groups,
    home,
    plan,
    prior_learning,
    progress,
    quizzes,
    reviews,
    savings,
    spoke,
    uploads,
)
from lms.web.student.hours import entry, grid, log, pack, queue, reconciliation, sheet, timer, week  # noqa: E402, F401
