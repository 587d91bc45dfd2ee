"""What a coordinator can reach. One file per resource; each adds its views to `bp`."""

from flask import Blueprint

bp = Blueprint("coordinator", __name__, url_prefix="/coordinator")

# The views register themselves on the blueprint when their files are imported.
from lms.web.coordinator import (  # noqa: E402, F401
    applications,
    approvals,
    attendance,
    benchmarks,
    board,
    breaks,
    calendar,
    cohorts,
    credits,
    energy,
    enrollments,
    followups,
    gates,
    home,
    invitations,
    mentors,
    minutes,
    opening,
    reminders,
    reported,
    reports,
    requirements,
    returning,
    review_terms,
    reviews,
    roster,
    seats,
    sections,
    sessions,
    sites,
    spoke_drafts,
    spokes,
    terms,
)
