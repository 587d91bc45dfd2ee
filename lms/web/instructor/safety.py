"""Safety sign-offs: who may work at which equipment until when."""

from flask import Response, request

from lms.guard import current_actor, requires
from lms.hub.attendance.queries.safety import codes_in_use, find_sign_off, last_day_of, signable
from lms.hub.attendance.services.safety import revoke_sign_off, sign_off
from lms.hub.enrollment.queries import find_enrollment
from lms.kernel.clock import today
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action
from lms.web.fields import DayField
from lms.web.forms import ProductForm
from lms.web.instructor import bp
from lms.web.language import reader, tell
from lms.web.pages import page, redirect_to, tell_next


class UntilForm(ProductForm):
    """The last day of a sign-off."""

    valid_until = DayField(N_("Valid until"))


@bp.get("/safety")
@requires(Action.SAFETY_SIGN)
def safety() -> Response:
    return _page()


@bp.post("/safety")
@requires(Action.SAFETY_SIGN)
def sign_safety() -> Response:
    """One code for every student that is ticked."""
    actor, form = current_actor(), UntilForm(formdata=request.form)
    ticked = [find_enrollment(actor, one, Action.SAFETY_SIGN) for one in request.form.getlist("student")]
    try:
        if not ticked:
            raise RuleBroken(N_("Tick the students whom you sign off."), field="student")
        if not form.validate() or form.valid_until.data is None:
            raise RuleBroken(N_("Enter the last day of the sign-off, such as 2027-06-30."), field="valid_until")
        for enrollment in ticked:
            sign_off(actor, enrollment, request.form.get("code", ""), form.valid_until.data)
    except RuleBroken as broken:
        return _page(broken)
    tell_next(N_("Signed off: %(count)s. They can book now."), count=len(ticked))
    return redirect_to("instructor.safety")


@bp.post("/safety/<public_id:safety_id>/revocation")
@requires(Action.SAFETY_SIGN)
def revoke_safety(safety_id: str) -> Response:
    actor = current_actor()
    revoke_sign_off(actor, find_sign_off(actor, safety_id))
    tell_next(N_("Taken back. Sign again to undo it."))
    return redirect_to("instructor.safety")


def _page(broken: RuleBroken | None = None) -> Response:
    actor, day = current_actor(), today(reader().zone)
    codes = codes_in_use(actor)
    students = signable(actor)
    shown = request.form.get("code") or request.args.get("code") or (codes[0] if codes else "")
    return page(
        "instructor/attendance/safety.html",
        broken.status if broken else 200,
        students=students,
        codes=codes,
        shown=shown.strip().upper(),
        until=request.form.get("valid_until") or last_day_of(day),
        ticked=set(request.form.getlist("student")),
        error=tell(broken.sentence) if broken else "",
        field=broken.field if broken else "",
        day=day,
    )
