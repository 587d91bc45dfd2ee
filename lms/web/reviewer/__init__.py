"""What a reviewer of the program can reach: verified savings to review, and those that are said to last."""

from flask import Blueprint

bp = Blueprint("reviewer", __name__, url_prefix="/reviewer")

# The views register themselves on the blueprint when their files are imported.
from lms.web.reviewer import claims, home  # noqa: E402, F401
