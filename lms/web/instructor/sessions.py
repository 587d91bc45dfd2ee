"""Sessions of the days around, registers to complete, excuses and objections to answer, the code for the wall."""

from datetime import timedelta

from flask import Response, current_app, request, url_for
from markupsafe import Markup

from lms.guard import current_actor, requires
from lms.hub.attendance.kinds import EXCUSE_NAMES, PRESENCE_NAMES, Answer, Verdict
from lms.hub.attendance.queries.excuses import (
    Objection,
    Waiting,
    disputes_open,
    excuses_waiting,
    find_dispute,
    find_excuse,
)
from lms.hub.attendance.queries.meetings import Meeting, find_meeting
from lms.hub.attendance.queries.overview import granted_ahead
from lms.hub.attendance.queries.register import not_closed, register_of, sessions_around
from lms.hub.attendance.queries.rolls import rolls_of
from lms.hub.attendance.rules.codes import AFTER, BEFORE, is_open, seconds_left
from lms.hub.attendance.rules.excuses import Allowance
from lms.hub.attendance.rules.register import Mark
from lms.hub.attendance.services.check_in import code_now
from lms.hub.attendance.services.disputes import answer_dispute
from lms.hub.attendance.services.excuses import decide_excuse
from lms.hub.cohorts.kinds import Presence
from lms.hub.hours.rules.lengths import parse_minutes
from lms.kernel.clock import now, today
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.kernel.weeks import starts_at
from lms.people.access import Action, may_at_all
from lms.web.instructor import bp
from lms.web.language import reader, tell
from lms.web.pages import page, redirect_to, tell_next

AHEAD = timedelta(days=8)
CLOSED_REFRESH = 60  # seconds between looks while the code is not open yet


@bp.get("/sessions")
@requires(Action.ATTENDANCE_TAKE)
def sessions() -> Response:
    return _page()


def _page(broken_at: str | None = None, error: str = "", status: int = 200) -> Response:
    actor, moment = current_actor(), now()
    first = starts_at(today(reader().zone), reader().zone)
    excuses = excuses_waiting(actor)
    return page(
        "instructor/attendance/sessions.html",
        status,
        around=sessions_around(actor, first, first + AHEAD),
        to_close=not_closed(actor, moment),
        excuses=excuses,
        allowances=_allowances(excuses),
        disputes=disputes_open(actor),
        kinds=EXCUSE_NAMES,
        presences=PRESENCE_NAMES,
        moment=moment,
        may_sign=may_at_all(actor, Action.SAFETY_SIGN),
        can_check_in=lambda meeting: is_open(meeting.session.starts_at, moment),
        broken_at=broken_at,
        error=error,
        typed=request.form.get("reason", ""),
    )


def _allowances(excuses: list[Waiting]) -> dict[str, Allowance]:
    """How much would be excused with each, by the excuse's public id. Seven queries, however many."""
    if not excuses:
        return {}
    enrollments = list({one.enrollment.id: one.enrollment for one in excuses}.values())
    rolls, granted = rolls_of(enrollments), granted_ahead(enrollments)
    return {
        one.asked.fact.public_id: rolls[one.enrollment.id].allowance(one.meeting, granted[one.enrollment.id])
        for one in excuses
    }


@bp.post("/excuses/<public_id:excuse_id>/decision")
@requires(Action.EXCUSE_DECIDE)
def decide(excuse_id: str) -> Response:
    actor = current_actor()
    excuse = find_excuse(actor, excuse_id, Action.EXCUSE_DECIDE)
    verdict = Verdict.GRANTED if request.form.get("verdict") == Verdict.GRANTED else Verdict.DECLINED
    try:
        decide_excuse(actor, excuse, verdict, request.form.get("reason", ""))
    except RuleBroken as broken:
        return _page(excuse_id, tell(broken.sentence), broken.status)
    tell_next(N_("Decided. The student is told."))
    return redirect_to("instructor.sessions")


@bp.get("/sessions/<public_id:session_id>/code")
@requires(Action.ATTENDANCE_TAKE)
def code(session_id: str) -> Response:
    """For the projector. The header asks again when the next code is due, so it needs no script."""
    meeting, moment = find_meeting(current_actor(), session_id, Action.ATTENDANCE_TAKE), now()
    is_now = is_open(meeting.session.starts_at, moment)
    digits = code_now(meeting.session, moment) if is_now else ""
    entries = register_of(meeting).entries
    made = page(
        "instructor/attendance/code.html",
        meeting=meeting,
        digits=digits,
        picture=_picture(meeting, digits) if is_now else "",
        address=current_app.config["LMS"].public_url.rstrip("/") + url_for("student.check_in_page"),
        here=sum(one.check_in is not None for one in entries),
        expected=sum(one.known.is_expected for one in entries),
        opens_at=meeting.session.starts_at - BEFORE,
        closes_at=meeting.session.starts_at + AFTER,
        is_before=moment < meeting.session.starts_at,
    )
    if is_now:
        made.headers["Refresh"] = str(seconds_left(moment))
    elif moment < meeting.session.starts_at:
        made.headers["Refresh"] = str(CLOSED_REFRESH)
    return made


def _picture(meeting: Meeting, digits: str) -> Markup:
    """The link with the code, as a drawing that a camera reads."""
    import segno  # 4 MB that only the page for the wall needs

    path = url_for("public.read_code", session_id=meeting.session.public_id, code=digits)
    address = current_app.config["LMS"].public_url.rstrip("/") + path
    drawn = segno.make(address, error="m", micro=False).svg_inline(
        omitsize=True, border=3, light="#fff", title=tell(N_("QR code with the check-in link")), svgclass="qr"
    )
    return Markup(drawn.replace("<svg", '<svg role="img"', 1))  # noqa: S704 - drawn by segno from our own link


@bp.get("/disputes/<public_id:dispute_id>")
@requires(Action.ATTENDANCE_TAKE)
def objection(dispute_id: str) -> Response:
    return _objection(find_dispute(current_actor(), dispute_id))


@bp.post("/disputes/<public_id:dispute_id>/answer")
@requires(Action.ATTENDANCE_TAKE)
def answer_objection(dispute_id: str) -> Response:
    actor, typed = current_actor(), request.form
    found = find_dispute(actor, dispute_id)
    try:
        mark = _mark(typed.get("presence", ""), typed.get("minutes", ""))
        answer = Answer.CORRECTED if typed.get("answer") == Answer.CORRECTED else Answer.STANDS
        answer_dispute(actor, found.fact, found, answer, typed.get("reason", ""), mark)
    except RuleBroken as broken:
        return _objection(found, broken)
    tell_next(N_("Answered. The student is told."))
    return redirect_to("instructor.sessions")


def _mark(presence: str, minutes: str) -> Mark | None:
    if presence not in set(Presence):
        return None
    return Mark(Presence(presence), parse_minutes(minutes) if minutes.strip() else None)


def _objection(found: Objection, broken: RuleBroken | None = None) -> Response:
    return page(
        "instructor/attendance/objection.html",
        broken.status if broken else 200,
        one=found,
        presences=PRESENCE_NAMES,
        error=tell(broken.sentence) if broken else "",
        field=broken.field if broken else "",
        typed=request.form,
    )
