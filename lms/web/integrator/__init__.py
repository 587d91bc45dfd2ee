"""What a region's integrator can reach: the sites of the region with counts that point at nobody, and topics."""

from flask import Blueprint

bp = Blueprint("integrator", __name__, url_prefix="/integrator")

# The views register themselves on the blueprint when their files are imported.
from lms.web.integrator import home, topics  # noqa: E402, F401
