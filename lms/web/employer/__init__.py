"""What the people of a firm can reach: sponsor, finance, viewer, supervisor."""

from flask import Blueprint

from lms.web.savings.words import named, reason_name, tone

bp = Blueprint("employer", __name__, url_prefix="/employer")
bp.add_app_template_filter(named, "named")
bp.add_app_template_filter(tone, "tone")
bp.add_app_template_filter(reason_name, "reason_name")

# The views register themselves on the blueprint when their files are imported.
from lms.web.employer import (  # noqa: E402, F401
    amendments,
    approvals,
    benchmarks,
    calendar,
    charters,
    charts,
    claims,
    costs,
    employees,
    energy,
    energy_files,
    energy_recommendations,
    followups,
    home,
    ledger,
    people,
    plans,
    portfolio,
    projects,
    realized,
    reporting,
    return_plan,
    reviews,
    seats,
    spoke_needs,
    statements,
    sustained,
    topics,
    waiting,
)
