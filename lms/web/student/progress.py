"""What the program still asks of the student, and whether they are on pace; every figure says why, as of any day."""

from flask import Response

from lms.capstone.standings import standing_of
from lms.guard import current_actor, requires
from lms.hub.enrollment.queries import cohort_of, own_enrollment
from lms.hub.hours.queries.forecast import forecast_from
from lms.hub.hours.queries.rooms import account_from
from lms.hub.migration.queries import bound_of
from lms.people.access import Action
from lms.web.asof import asked_as_of
from lms.web.pages import page
from lms.web.standing import WORDS
from lms.web.student import bp


@bp.get("/progress")
@requires(Action.SPOKE_CHOOSE)
def progress() -> Response:
    enrollment = own_enrollment(current_actor())
    cohort = cohort_of(enrollment)
    day, as_of = asked_as_of(cohort.zone)
    found = standing_of(enrollment, as_of)
    account = account_from(found.record.weeks, as_of)
    return page(
        "student/progress.html",
        standing=found.explained,
        first=found.record.prerequisites(),
        pace=found.record.pace(),
        forecast=forecast_from(account, as_of),
        account=account,
        bound=bound_of(enrollment, cohort, found.record.today, as_of),
        day=day,
        **WORDS,
    )
