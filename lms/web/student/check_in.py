""" "I am here": the code on the wall, typed, or read by the camera before or after signing in."""

from flask import Response, request
from wtforms import HiddenField, StringField

from lms.guard import current_actor, requires
from lms.hub.attendance.queries.rolls import roll_of
from lms.hub.attendance.services.check_in import check_in, check_in_by_pass, open_lines
from lms.hub.enrollment.queries import own_enrollment
from lms.kernel.clock import now
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action
from lms.web.devices import device_or_new, remember
from lms.web.forms import ProductForm
from lms.web.pages import broken_into, page, redirect_to, tell_next
from lms.web.student import bp


class CheckInForm(ProductForm):
    """The digits on the wall, or the proof that they were read."""

    code = StringField(N_("Code on the wall"))
    token = HiddenField(name="pass")


@bp.get("/check-in")
@requires(Action.ATTENDANCE_CHECK_IN)
def check_in_page() -> Response:
    return _page(CheckInForm(formdata=None, token=request.args.get("pass", "")))


@bp.post("/check-in")
@requires(Action.ATTENDANCE_CHECK_IN)
def check_in_now() -> Response:
    actor, form = current_actor(), CheckInForm(formdata=request.form)
    enrollment, device = own_enrollment(actor), device_or_new()
    try:
        if form.token.data:
            check_in_by_pass(actor, enrollment, form.token.data, device)
        else:
            check_in(actor, enrollment, form.code.data or "", device)
    except RuleBroken as broken:
        form.token.data, form.token.raw_data = "", None
        broken_into(form, broken)
        return _page(form, 422)
    tell_next(N_("You are checked in. Have a good session."))
    return remember(redirect_to("student.attendance"), device)


def _page(form: CheckInForm, status: int = 200) -> Response:
    lines = roll_of(own_enrollment(current_actor())).lines
    return page("student/attendance/check_in.html", status, form=form, open_now=open_lines(lines, now()))
