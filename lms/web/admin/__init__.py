"""What the program's admin can reach. One file per resource; each adds its views to `bp`."""

from flask import Blueprint

bp = Blueprint("admin", __name__, url_prefix="/admin")

# The views register themselves on the blueprint when their files are imported.
from lms.web.admin import (  # noqa: E402, F401
    appointments,
    audit,
    curriculum,
    frameworks,
    home,
    people,
    reference,
    regions,
    retention,
    sites,
    topics,
)
