"""What people call the kinds of facts, where an explanation lists them."""

from lms.kernel.text import N_
from lms.web.language import tell

FACTS = {
    "accommodation": N_("accommodation"),
    "activity_version": N_("activity version"),
    "adjustment": N_("adjustment"),
    "attendance": N_("attendance"),
    "benefit_line": N_("benefit line"),
    "booking": N_("booking"),
    "break": N_("break"),
    "consent": N_("consent"),
    "content_minutes": N_("measured minutes"),
    "content_mark": N_("mark on an item"),
    "cost_line": N_("cost"),
    "disclosure": N_("disclosure"),
    "employment_spell": N_("employment"),
    "excuse": N_("excuse"),
    "extension": N_("extension"),
    "hours_entry": N_("hours entry"),
    "last_attendance": N_("last date of attendance"),
    "leave": N_("leave"),
    "leave_request": N_("request for leave"),
    "placement": N_("placement"),
    "plan_unit": N_("planned course"),
    "rate_card": N_("rate card"),
    "release": N_("release"),
    "return_plan": N_("return plan"),
    "savings_entry": N_("savings entry"),
    "score": N_("score"),
    "session_time": N_("time of a session"),
    "sheet_event": N_("week sheet event"),
    "sponsorship": N_("sponsorship"),
    "start_offset": N_("own start"),
    "status_change": N_("change of status"),
    "submission": N_("submission"),
    "version_pin": N_("move to another version"),
}


def fact_name(kind: str) -> str:
    """The kind of a fact in the reader's language; its own word where nobody gave it another."""
    return tell(FACTS[kind]) if kind in FACTS else kind.replace("_", " ")
