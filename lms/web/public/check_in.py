"""Where the QR code on the wall leads, signed in or not: what was read in time still counts after signing in."""

from flask import Response, request

from lms.guard import public
from lms.hub.attendance.queries.meetings import meeting_by
from lms.hub.attendance.services.check_in import issue_pass
from lms.kernel.clock import now
from lms.kernel.errors import RuleBroken
from lms.web.devices import device_or_new, remember
from lms.web.pages import redirect_to, tell_next
from lms.web.public import bp


@bp.get("/check-in/<public_id:session_id>")
@public("a phone at the door is often not signed in yet; it learns whether a code was right, and nothing else")
def read_code(session_id: str) -> Response:
    device = device_or_new()
    try:
        token = issue_pass(meeting_by(session_id), request.args.get("code", ""), device, now())
    except RuleBroken as broken:
        tell_next(broken.sentence.message, "warn")
        return redirect_to("student.check_in_page")
    return remember(redirect_to("student.check_in_page", **{"pass": token}), device)
