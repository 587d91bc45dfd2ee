"""Firms that were asked what lasted and have not answered yet, so that somebody can call them."""

from flask import Response

from lms.capstone.followups.queries import open_follow_ups
from lms.capstone.followups.rules import COORDINATOR_DAYS
from lms.capstone.projects.queries import list_projects
from lms.capstone.queries import firms_of
from lms.guard import current_actor, requires
from lms.people.access import Action
from lms.people.scope import policy_day
from lms.web.coordinator import bp
from lms.web.pages import page


@bp.get("/follow-ups")
@requires(Action.COHORT_BOARD)
def follow_ups() -> Response:
    projects = list_projects(current_actor(), Action.FOLLOW_UP_READ)
    day = policy_day()
    opened = [(view, (day - view.dates.due).days) for view in open_follow_ups(projects)]
    return page(
        "coordinator/follow_ups.html",
        opened=opened,
        late_after=COORDINATOR_DAYS,
        firms=firms_of([view.project for view, _ in opened]),
    )
