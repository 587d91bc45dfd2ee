"""A student's sessions: what comes, a station, an excuse, where to make up, what the register says and what counts."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from flask import Response, request
from sqlalchemy import select
from wtforms import SelectField, TextAreaField

from lms.guard import current_actor, requires
from lms.hub.attendance.kinds import EXCUSE_NAMES, PRESENCE_NAMES, Answer, BookingState, ExcuseKind
from lms.hub.attendance.queries.excuses import Asked, disputes_of, excuses_of, find_excuse
from lms.hub.attendance.queries.meetings import Meeting, equivalents, meeting_by, taken_in
from lms.hub.attendance.queries.rolls import MISSED, Line, Roll, roll_of
from lms.hub.attendance.queries.safety import gates_of, sign_offs_of
from lms.hub.attendance.rules.codes import is_open
from lms.hub.attendance.rules.stations import missing_codes, signed_until
from lms.hub.attendance.services.check_in import open_lines
from lms.hub.attendance.services.disputes import dispute
from lms.hub.attendance.services.excuses import ask_excuse, take_back_excuse
from lms.hub.attendance.services.stations import book_station, cancel_booking
from lms.hub.cohorts.models import Attendance
from lms.hub.enrollment.models import Enrollment
from lms.hub.enrollment.queries import own_enrollment
from lms.hub.hours.queries.entries import find_entry
from lms.kernel.clock import now
from lms.kernel.db import session
from lms.kernel.errors import NotFound, RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action
from lms.people.scope import within
from lms.web.downloads import csv_download
from lms.web.forms import ProductForm, choice
from lms.web.language import tell
from lms.web.pages import broken_into, page, redirect_to, tell_next
from lms.web.student import bp

AHEAD = timedelta(weeks=8)
COLUMNS = ("day", "unit", "course", "site", "planned_minutes", "register", "minutes", "credited_minutes")
ONE = "/attendance/sessions/<public_id:session_id>"


class ExcuseForm(ProductForm):
    """Why one cannot come."""

    kind = SelectField(N_("Why can't you come?"))
    words = TextAreaField(N_("In a few words"))

    def offer(self) -> "ExcuseForm":
        """Let the list name every kind in the reader's language."""
        self.kind.choices = [choice(kind.value, tell(EXCUSE_NAMES[kind])) for kind in ExcuseKind]
        return self


class DisputeForm(ProductForm):
    """What is wrong."""

    reason = TextAreaField(N_("What is wrong?"))


@bp.get("/attendance")
@requires(Action.ATTENDANCE_CHECK_IN)
def attendance() -> Response:
    roll = roll_of(own_enrollment(current_actor()))
    excuses, moment = excuses_of(roll.enrollment), now()
    ahead = [line for line in roll.lines if moment < line.meeting.session.ends_at <= moment + AHEAD and _concerns(line)]
    return page(
        "student/attendance/list.html",
        roll=roll,
        ahead=ahead,
        past=[line for line in reversed(roll.lines) if line.meeting.session.ends_at <= moment and _concerns(line)],
        to_make_up=[line for line in roll.lines if _is_missed(line) and not roll.made_up_by(line.meeting.id)],
        open_now=open_lines(roll.lines, moment),
        excuses=excuses,
        taken=taken_in([line.meeting.id for line in ahead]),
        presences=PRESENCE_NAMES,
    )


def _concerns(line: Line) -> bool:
    """Whether the list shows it: a booking that was cancelled at another site is over."""
    return line.is_placed or line.row is not None or line.state is not None


def _is_missed(line: Line) -> bool:
    return line.row is not None and line.row.presence in MISSED


@bp.get("/attendance.csv")
@requires(Action.ATTENDANCE_CHECK_IN)
def attendance_csv() -> Response:
    return csv_download("attendance.csv", COLUMNS, list(rows_of(roll_of(own_enrollment(current_actor())))))


def rows_of(roll: Roll) -> Iterator[Sequence[object]]:
    """The lines that the register has, for a file."""
    for line in roll.lines:
        if line.row is not None and line.held is not None:
            meeting, site = line.meeting, line.meeting.site.name
            presence, credited = line.row.presence.value, line.held.credit
            names = meeting.day, meeting.unit.title, meeting.course.name, site
            yield (*names, meeting.planned, presence, line.row.minutes, credited)


def _find(session_id: str) -> tuple[Meeting, Roll]:
    """The session, if it is one of the student's, or one of the same unit where they could make it up."""
    roll, meeting = roll_of(own_enrollment(current_actor())), meeting_by(session_id)
    units = {(line.meeting.unit.code, line.meeting.course.code) for line in roll.lines}
    is_open_to = meeting.session.stations is not None and (meeting.unit.code, meeting.course.code) in units
    if not is_open_to and roll.line_of(meeting.id) is None:
        raise NotFound()
    return meeting, roll


@bp.get(ONE)
@requires(Action.ATTENDANCE_CHECK_IN)
def session_page(session_id: str) -> Response:
    return _page(*_find(session_id))


def _page(
    meeting: Meeting,
    roll: Roll,
    broken: RuleBroken | None = None,
    excuse_form: ExcuseForm | None = None,
    dispute_form: DisputeForm | None = None,
) -> Response:
    line, moment = roll.line_of(meeting.id), now()
    asked = excuses_of(roll.enrollment).get(meeting.id)
    codes = gates_of([meeting])[meeting.id]
    signed = sign_offs_of([roll.enrollment]).get(roll.enrollment.id, []) if codes else []
    return page(
        "student/attendance/session.html",
        broken.status if broken else 200,
        meeting=meeting,
        line=line,
        asked=asked,
        made_up=roll.made_up_by(meeting.id),
        codes=[(code, signed_until(code, signed)) for code in codes],
        unsigned=missing_codes(codes, signed, meeting.day),
        taken=taken_in([meeting.id]).get(meeting.id, 0),
        waiting=taken_in([meeting.id], BookingState.WAITING).get(meeting.id, 0),
        elsewhere=equivalents(meeting, moment) if _may_make_up(line, asked) else None,
        history=_history(roll.enrollment, meeting),
        disputes=[one for one in disputes_of(roll.enrollment) if one.row and one.row.session_id == meeting.id],
        excuse_form=excuse_form or ExcuseForm(formdata=None).offer(),
        dispute_form=dispute_form or DisputeForm(formdata=None),
        is_open=is_open(meeting.session.starts_at, moment),
        has_begun=moment >= meeting.session.starts_at,
        error=tell(broken.sentence) if broken and not (excuse_form or dispute_form) else "",
        presences=PRESENCE_NAMES,
        kinds=EXCUSE_NAMES,
        answers=ANSWERS,
    )


ANSWERS = {Answer.CORRECTED: N_("It was corrected."), Answer.STANDS: N_("It stays as it is.")}


def _may_make_up(line: Line | None, asked: Asked | None) -> bool:
    if line is None:
        return False
    return _is_missed(line) or (line.row is None and asked is not None and asked.is_granted)


def _history(enrollment: Enrollment, meeting: Meeting) -> list[Attendance]:
    """Every line that the register ever had, oldest first."""
    statement = within(select(Attendance), enrollment).where(Attendance.session_id == meeting.id)
    return list(session.scalars(statement.order_by(Attendance.id)))


@bp.post(f"{ONE}/bookings")
@requires(Action.SESSION_BOOK)
def book(session_id: str) -> Response:
    meeting, roll = _find(session_id)
    try:
        row = book_station(current_actor(), roll.enrollment, meeting)
    except RuleBroken as broken:
        return _page(meeting, roll, broken)
    _say_booked(row.state)
    return redirect_to("student.session_page", session_id=session_id)


def _say_booked(state: BookingState) -> None:
    if state is BookingState.BOOKED:
        tell_next(N_("You have a station. Cancel it if you cannot come, so that somebody else gets it."))
    else:
        tell_next(N_("All stations are taken. You are in the waiting line and get a message when one is free."), "warn")


@bp.post(f"{ONE}/cancellations")
@requires(Action.SESSION_BOOK)
def cancel(session_id: str) -> Response:
    meeting, roll = _find(session_id)
    try:
        cancel_booking(current_actor(), roll.enrollment, meeting)
    except RuleBroken as broken:
        return _page(meeting, roll, broken)
    tell_next(N_("Cancelled. You can book again while there are stations."))
    return redirect_to("student.session_page", session_id=session_id)


@bp.post(f"{ONE}/make-ups")
@requires(Action.SESSION_BOOK)
def make_up(session_id: str) -> Response:
    """Book another session to make up for the one in the address."""
    missed, roll = _find(session_id)
    meeting = meeting_by(request.form.get("session", ""))
    try:
        row = book_station(current_actor(), roll.enrollment, meeting, missed)
    except RuleBroken as broken:
        return _page(missed, roll, broken)
    _say_booked(row.state)
    return redirect_to("student.session_page", session_id=session_id)


@bp.post(f"{ONE}/excuses")
@requires(Action.EXCUSE_ASK)
def ask_to_be_excused(session_id: str) -> Response:
    meeting, roll = _find(session_id)
    form = ExcuseForm(formdata=request.form).offer()
    try:
        if not form.validate():
            raise RuleBroken(N_("Please check what you entered"))
        kind = ExcuseKind(form.kind.data)
        ask_excuse(current_actor(), roll.enrollment, meeting, kind, form.words.data or "")
    except RuleBroken as broken:
        if not form.errors:
            broken_into(form, broken)
        return _page(meeting, roll, broken, excuse_form=form)
    tell_next(N_("Asked. Your instructor decides; you get a message."))
    return redirect_to("student.session_page", session_id=session_id)


@bp.post("/attendance/excuses/<public_id:excuse_id>/withdrawal")
@requires(Action.EXCUSE_ASK)
def take_back(excuse_id: str) -> Response:
    actor = current_actor()
    try:
        take_back_excuse(actor, find_excuse(actor, excuse_id, Action.EXCUSE_ASK))
    except RuleBroken as broken:
        tell_next(broken.sentence.message, "warn")
        return redirect_to("student.attendance")
    tell_next(N_("Taken back. You are expected."))
    return redirect_to("student.attendance")


@bp.post(f"{ONE}/disputes")
@requires(Action.ATTENDANCE_DISPUTE)
def dispute_line(session_id: str) -> Response:
    meeting, roll = _find(session_id)
    line, form = roll.line_of(meeting.id), DisputeForm(formdata=request.form)
    if line is None or line.row is None:
        raise NotFound()
    try:
        dispute(current_actor(), roll.enrollment, form.reason.data or "", row=line.row)
    except RuleBroken as broken:
        broken_into(form, broken)
        return _page(meeting, roll, broken, dispute_form=form)
    _say_sent()
    return redirect_to("student.session_page", session_id=session_id)


def _say_sent() -> None:
    tell_next(N_("Sent. Your instructor looks at it and answers."))


@bp.get("/hours/entries/<public_id:entry>/dispute")
@requires(Action.ATTENDANCE_DISPUTE)
def dispute_page(entry: str) -> Response:
    return _dispute_page(entry, DisputeForm(formdata=None))


@bp.post("/hours/entries/<public_id:entry>/dispute")
@requires(Action.ATTENDANCE_DISPUTE)
def dispute_hours(entry: str) -> Response:
    actor, form = current_actor(), DisputeForm(formdata=request.form)
    row = find_entry(actor, entry, Action.ATTENDANCE_DISPUTE)
    try:
        dispute(actor, own_enrollment(actor), form.reason.data or "", entry=row)
    except RuleBroken as broken:
        broken_into(form, broken)
        return _dispute_page(entry, form, 422)
    _say_sent()
    return redirect_to("student.hours_week", monday=row.monday)


def _dispute_page(entry: str, form: DisputeForm, status: int = 200) -> Response:
    row = find_entry(current_actor(), entry, Action.ATTENDANCE_DISPUTE)
    return page("student/attendance/dispute.html", status, entry=row, form=form)
