"""Today: the dial of the week, what is due, the capstone's next step. At most eight statements."""

from datetime import datetime, timedelta

from flask import Response

from lms.capstone.projects.glance import NEXT_STEPS, current_project, stepper_of
from lms.guard import current_actor, requires
from lms.hub.coursework.queries import Work, list_near_work
from lms.hub.coursework.rules import Progress
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


def next_work(works: list[Work], moment: datetime) -> list[Work]:
    """What is missing and can still be sent, then what falls due in the next two weeks, the earliest first."""
    open_ones = [work for work in works if work.progress(moment) is not Progress.DONE and _is_near(work, moment)]
    return open_ones[:MOST]


def _is_near(work: Work, moment: datetime) -> bool:
    closes = work.closes_at
    return work.due.at - moment <= AHEAD and (closes is None or closes > moment)


def state_of(work: Work, moment: datetime) -> str:
    """How the page marks it: late, soon or open."""
    if work.progress(moment) is not Progress.DUE:
        return "late"
    return "soon" if work.due.at - moment <= SOON else "open"
