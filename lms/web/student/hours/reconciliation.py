"""The student's own word beside what systems recorded, with the objections; shown, never overwritten (H23)."""

from flask import Response

from lms.guard import current_actor, requires
from lms.hub.enrollment.queries import own_enrollment
from lms.people.access import Action
from lms.web.downloads import csv_download
from lms.web.pages import page
from lms.web.reconciliation import COLUMNS, rows, shown
from lms.web.student import bp


@bp.get("/hours/reconciliation")
@requires(Action.HOURS_LOG)
def reconciliation() -> Response:
    return page("student/hours/reconciliation.html", **shown(own_enrollment(current_actor())))


@bp.get("/hours/reconciliation.csv")
@requires(Action.HOURS_LOG)
def reconciliation_csv() -> Response:
    return csv_download("hours-both-figures.csv", COLUMNS, list(rows(own_enrollment(current_actor()))))
