"""What the people of a firm can reach: sponsor, finance, viewer, supervisor."""

from flask import Blueprint

bp = Blueprint("employer", __name__, url_prefix="/employer")

# The views register themselves on the blueprint when their files are imported.
from lms.web.employer import home  # noqa: E402, F401
