"""Today: who did not hand in last week, what is to be decided, and how far the newest cohort is in its program."""

from datetime import timedelta

from flask import Response

from lms.guard import current_actor, requires
from lms.hub.cohorts.queries import list_cohorts
from lms.hub.credits.queries import requests_waiting
from lms.hub.hours.queries.waiting import decided_lately, not_handed_in, parts_waiting
from lms.hub.hours.rules.waited import explain_median
from lms.kernel.weeks import monday_of
from lms.people.access import Action
from lms.people.scope import policy_day
from lms.spokes.switching import switches_waiting
from lms.spokes.waiting import spokes_waiting
from lms.web.coordinator import bp
from lms.web.pages import page

WEEK = timedelta(days=7)
SHOWN = 12


@bp.get("/")
@requires(Action.COHORT_BOARD)
def home() -> Response:
    actor = current_actor()
    monday = monday_of(policy_day()) - WEEK
    missing = not_handed_in(actor, monday)
    return page(
        "coordinator/home.html",
        monday=monday,
        missing=missing[:SHOWN],
        missing_count=len(missing),
        parts=parts_waiting(actor),
        patience=explain_median(decided_lately(actor)),
        spokes=spokes_waiting(actor),
        cohorts=list_cohorts(actor),
        credits=requests_waiting(actor),
        switches=len(switches_waiting(actor)),
    )
