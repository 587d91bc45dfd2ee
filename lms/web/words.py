"""What people call the kinds of facts, where an explanation lists them."""

from lms.kernel.text import N_
from lms.web.language import tell

FACTS = {
    "activity_version": N_("activity version"),
    "adjustment": N_("adjustment"),
    "attendance": N_("attendance"),
    "benefit_line": N_("benefit line"),
    "break": N_("break"),
    "consent": N_("consent"),
    "cost_line": N_("cost"),
    "disclosure": N_("disclosure"),
    "employment_spell": N_("employment"),
    "extension": N_("extension"),
    "hours_entry": N_("hours entry"),
    "leave": N_("leave"),
    "placement": N_("placement"),
    "plan_unit": N_("planned course"),
    "rate_card": N_("rate card"),
    "release": N_("release"),
    "savings_entry": N_("savings entry"),
    "score": N_("score"),
    "session_time": N_("time of a session"),
    "sheet_event": N_("week sheet event"),
    "sponsorship": N_("sponsorship"),
    "status_change": N_("change of status"),
    "submission": N_("submission"),
}


def fact_name(kind: str) -> str:
    """The kind of a fact in the reader's language; its own word where nobody gave it another."""
    return tell(FACTS[kind]) if kind in FACTS else kind.replace("_", " ")
