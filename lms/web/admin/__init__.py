"""What the program's admin can reach. One file per resource; each adds its views to `bp`."""

from flask import Blueprint

bp = Blueprint("admin", __name__, url_prefix="/admin")

# The views register themselves on the blueprint when their files are imported.
from lms.web.admin import appointments, audit, curriculum, frameworks, home, people, reference, sites, topics  # noqa: E402, F401
