"""The student's own audit pack: what the program knows of their hours, to take along."""

from flask import Response

from lms.guard import current_actor, requires
from lms.hub.enrollment.queries import own_enrollment
from lms.people.access import Action
from lms.reports.hours.services import pack_student
from lms.web.downloads import download
from lms.web.student import bp


@bp.post("/hours/audit-pack")
@requires(Action.HOURS_EXPORT)
def audit_pack() -> Response:
    actor = current_actor()
    pack = pack_student(actor, own_enrollment(actor))
    return download(pack.name, [pack.zipped()], "application/zip")
