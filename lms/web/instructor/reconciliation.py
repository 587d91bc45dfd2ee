"""A student's own word beside what systems recorded, for whoever can correct the register and answers objections."""

from flask import Response
from sqlalchemy import select

from lms.guard import current_actor, requires
from lms.hub.enrollment.queries import find_enrollment
from lms.kernel.db import session
from lms.people.access import Action
from lms.people.accounts.models import Person
from lms.people.scope import unscoped
from lms.web.instructor import bp
from lms.web.pages import page
from lms.web.reconciliation import shown


@bp.get("/students/<public_id:enrollment>/reconciliation")
@requires(Action.ATTENDANCE_TAKE)
def reconciliation(enrollment: str) -> Response:
    found = find_enrollment(current_actor(), enrollment, Action.ATTENDANCE_TAKE)
    named = unscoped(select(Person.name).where(Person.id == found.person_id), "the name of a student who was found")
    return page("instructor/attendance/reconciliation.html", name=session.scalar(named), **shown(found))
