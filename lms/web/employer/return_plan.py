"""A firm learns that a return plan exists, with the student's consent, and signs it; what the plan says stays out."""

from flask import Response, request

from lms.capstone.employees import Employee, find_employee
from lms.guard import current_actor, requires
from lms.hub.enrollment.kinds import Signer
from lms.hub.enrollment.queries.leaves import SignedPlan, plan_of
from lms.hub.hours.services.plans import sign_plan
from lms.kernel.errors import NotFound
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.people.consent.models import RecordType
from lms.people.consent.services import disclose
from lms.web.employer import bp
from lms.web.life.forms import SignForm
from lms.web.pages import page, redirect_to, tell_next


@bp.get("/employees/<public_id:enrollment>/return-plan")
@requires(Action.PLAN_SIGN, writes=True)
def return_plan(enrollment: str) -> Response:
    actor = current_actor()
    found, plan = _found(actor, enrollment)
    form = SignForm(formdata=None, plan=plan.plan.public_id, content=plan.plan.content_sha256)
    signed = next((row for row in plan.signatures if row.signer is Signer.FIRM), None)
    return page("employer/return_plan.html", employee=found, plan=plan, signed=signed, form=form)


@bp.post("/employees/<public_id:enrollment>/return-plan")
@requires(Action.PLAN_SIGN)
def sign_return_plan(enrollment: str) -> Response:
    actor = current_actor()
    found, plan = _found(actor, enrollment)
    sign_plan(actor, found.enrollment, plan.plan, request.form.get("content", ""))
    tell_next(N_("Signed."))
    return redirect_to("employer.return_plan", enrollment=enrollment)


def _found(actor: Actor, enrollment: str) -> tuple[Employee, SignedPlan]:
    """The employee and their plan, logged as read. Raises NotFound, and NoConsent without the student's consent."""
    found = find_employee(actor, enrollment)
    disclose(actor, found.enrollment, RecordType.PROGRESS, "return plan")
    plan = plan_of(found.enrollment, has_firm=True)
    if plan is None:
        raise NotFound(N_("There is no return plan."))
    return found, plan
