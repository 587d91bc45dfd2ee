"""Today: the dial of the week, what is due, the capstone's next step. At most eight statements."""

from datetime import datetime, timedelta
from itertools import islice

from flask import Response

from lms.capstone.projects.glance import NEXT_STEPS, current_project, stepper_of
from lms.guard import current_actor, requires
from lms.hub.coursework.near import NearWork, list_near_work
from lms.hub.enrollment.queries import own_enrollment
from lms.hub.hours.queries.glance import glance_of
from lms.hub.hours.queries.situation import situation_of
from lms.hub.hours.rules.sheet import STATE_NAMES
from lms.kernel.clock import now, today
from lms.kernel.weeks import monday_of
from lms.people.access import Action
from lms.web.pages import page
from lms.web.student import bp

AHEAD = timedelta(days=14)
SOON = timedelta(days=2)
MOST = 6


@bp.get("/")
@requires(Action.HOURS_LOG)
def home() -> Response:
    enrollment = own_enrollment(current_actor())
    situation, moment = situation_of(enrollment), now()
    week = glance_of(situation, monday_of(today(situation.zone)))
    project = current_project(enrollment)
    return page(
        "student/home.html",
        enrollment=enrollment,
        situation=situation,
        week=week,
        sheet_state=STATE_NAMES[week.state],
        due=[(work, state_of(work, moment)) for work in next_work(list_near_work(enrollment, moment + AHEAD), moment)],
        project=project[0] if project else None,
        next_step=NEXT_STEPS.get(project[1]) if project else None,
        stages=stepper_of(project[1]) if project else [],
    )


def next_work(works: list[NearWork], moment: datetime) -> list[NearWork]:
    """What is missing and can still be sent, then what falls due in the next two weeks, the earliest first."""
    return list(islice((work for work in works if _is_near(work, moment)), MOST))


def _is_near(work: NearWork, moment: datetime) -> bool:
    if work.due.at - moment > AHEAD:
        return False
    closes = work.closes_at
    return closes is None or closes > moment


def state_of(work: NearWork, moment: datetime) -> str:
    """How the page marks it: late, soon or open."""
    if work.is_late(moment):
        return "late"
    return "soon" if work.due.at - moment <= SOON else "open"
