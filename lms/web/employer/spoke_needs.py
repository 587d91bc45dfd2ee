"""A sponsor says which spokes the firm needs people of; coordinators may let it count when they place students."""

from flask import Response, request
from sqlalchemy import select

from lms.guard import current_actor, requires
from lms.hub.catalog.kinds import CourseKind
from lms.hub.catalog.models import Course, ProgramVersion
from lms.hub.cohorts.models import Cohort
from lms.hub.enrollment.models import EmploymentSpell, Enrollment
from lms.kernel.db import session
from lms.kernel.errors import NotFound
from lms.kernel.facts import stands
from lms.kernel.text import N_
from lms.people.access import Action
from lms.people.orgs.models import Firm
from lms.people.scope import within
from lms.spokes.drafting import mark_need
from lms.spokes.drafts import needs_of
from lms.web.employer import bp
from lms.web.employer.finding import own_firm
from lms.web.pages import page, redirect_to, tell_next


@bp.get("/spoke-needs")
@requires(Action.SPOKE_NEED)
def spoke_needs() -> Response:
    firm = own_firm(current_actor(), Action.SPOKE_NEED)
    needs = {code for code, row in needs_of(firm).items() if not row.is_lifted}
    return page("employer/spoke_needs.html", firm=firm, spokes=_spokes(firm), needs=needs)


@bp.post("/spoke-needs")
@requires(Action.SPOKE_NEED)
def say_need() -> Response:
    actor = current_actor()
    firm = own_firm(actor, Action.SPOKE_NEED)
    code = request.form.get("spoke", "")
    if code not in {spoke.code for spoke in _spokes(firm)}:
        raise NotFound()
    mark_need(actor, firm, code, request.form.get("is_needed") == "yes")
    tell_next(N_("Saved."))
    return redirect_to("employer.spoke_needs", firm=firm.public_id)


def _spokes(firm: Firm) -> list[Course]:
    """The spokes of the programs in which the firm's employees study, each code once. One query."""
    statement = (
        select(Course)
        .join(ProgramVersion, ProgramVersion.id == Course.program_version_id)
        .join(Cohort, Cohort.program_version_id == ProgramVersion.id)
        .join(Enrollment, Enrollment.cohort_id == Cohort.id)
        .join(EmploymentSpell, EmploymentSpell.enrollment_id == Enrollment.id)
        .where(Course.kind == CourseKind.SPOKE, stands(EmploymentSpell))
        .order_by(Course.position, Course.id)
        .distinct()
    )
    found = session.scalars(within(statement, firm, on=EmploymentSpell))
    return list({course.code: course for course in found}.values())
