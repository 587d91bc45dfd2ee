"""Sessions of an enrollment, what the register says of them and what counts, and checking in with the code."""

from datetime import date, datetime
from typing import Annotated

from pydantic import StringConstraints
from sqlalchemy import select

from lms.api.kit import Answer, operation
from lms.api.shapes import NO_NUL, AsOf, Shape, Why, why
from lms.hub.attendance.queries.rolls import Line, Roll, roll_of
from lms.hub.attendance.services.check_in import check_in
from lms.hub.cohorts.models import Session
from lms.hub.enrollment.queries import find_enrollment
from lms.kernel.db import session
from lms.people.access import Action, Actor
from lms.people.scope import unscoped

OF = "/enrollments/<public_id:enrollment>"


class StudentSessionOut(Shape):
    """One session. `booking`: booked or waiting, where it has stations. `makes_up`: the missed session, by its id.

    `presence`: what the register says, null before it says anything. `credited_minutes`: by the clock-hour rule.
    """

    id: str
    unit: str
    course: str
    kind: str
    section: str
    site: str
    room: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    planned_minutes: int
    stations: int | None
    booking: str | None
    makes_up: str | None
    is_expected: bool
    presence: str | None
    minutes: int | None
    credited_minutes: int | None


class StudentSessionsOut(Shape):
    """In the order of time."""

    items: list[StudentSessionOut]


class AttendanceOut(Shape):
    """The sums, in minutes, over the sessions whose register has a line; `attendance_bp` in basis points."""

    scheduled: int
    attended: int
    made_up: int
    excused: int
    excused_counted: int
    counted: int
    attendance_bp: int | None
    last_attended: date | None


class NewCheckIn(Shape):
    """The eight digits on the wall."""

    code: Annotated[str, StringConstraints(min_length=1, max_length=20, pattern=NO_NUL)]


class CheckInOut(Shape):
    """The check-in; a second one is the first."""

    id: str
    session: str
    checked_in_at: datetime


@operation(f"GET {OF}/sessions", Action.ATTENDANCE_READ, gives=StudentSessionsOut, query=AsOf)
def list_sessions_of_student(actor: Actor, enrollment: str, query: AsOf) -> StudentSessionsOut:
    """The student's sessions, past and planned, with bookings and the register."""
    roll = _roll(actor, enrollment, query.as_of)
    ids = {line.meeting.id: line.meeting.session.public_id for line in roll.lines}
    return StudentSessionsOut(items=[_out(line, ids) for line in roll.lines])


@operation(f"GET {OF}/attendance", Action.ATTENDANCE_READ, gives=AttendanceOut, query=AsOf)
def get_attendance(actor: Actor, enrollment: str, query: AsOf) -> AttendanceOut:
    """What was scheduled, attended, excused and made up, and what counts."""
    found = _roll(actor, enrollment, query.as_of).credit
    return AttendanceOut(
        scheduled=found.scheduled,
        attended=found.attended,
        made_up=found.made_up,
        excused=found.excused,
        excused_counted=found.excused_counted,
        counted=found.counted,
        attendance_bp=found.share_bp,
        last_attended=found.last_day,
    )


@operation(f"GET {OF}/attendance/explain", Action.ATTENDANCE_READ, gives=Why, query=AsOf)
def explain_attendance(actor: Actor, enrollment: str, query: AsOf) -> Why:
    """Why so many minutes count."""
    return why(_roll(actor, enrollment, query.as_of).explain_counted())


@operation(f"POST {OF}/check-ins", Action.ATTENDANCE_CHECK_IN, gives=CheckInOut, body=NewCheckIn, status=201)
def post_check_in(actor: Actor, enrollment: str, body: NewCheckIn) -> Answer:
    """Check in to the one session that is open, with the code on its wall. 422 for any other code or time."""
    found = find_enrollment(actor, enrollment, Action.ATTENDANCE_READ)
    row = check_in(actor, found, body.code)
    statement = select(Session.public_id).where(Session.id == row.session_id)
    meeting = session.scalars(unscoped(statement, "the session to which the code belonged")).one()
    return Answer(CheckInOut(id=row.public_id, session=meeting, checked_in_at=row.recorded_at))


def _roll(actor: Actor, enrollment: str, as_of: datetime | None) -> Roll:
    return roll_of(find_enrollment(actor, enrollment, Action.ATTENDANCE_READ), as_of)


def _out(line: Line, ids: dict[int, str]) -> StudentSessionOut:
    meeting, held = line.meeting, line.held
    return StudentSessionOut(
        id=meeting.session.public_id,
        unit=meeting.unit.title,
        course=meeting.course.name,
        kind=meeting.session.kind,
        section=meeting.section.name,
        site=meeting.site.name,
        room=meeting.session.room,
        starts_at=meeting.session.starts_at,
        ends_at=meeting.session.ends_at,
        zone=meeting.session.zone,
        planned_minutes=meeting.planned,
        stations=meeting.session.stations,
        booking=line.state,
        makes_up=ids.get(line.makes_up or 0),
        is_expected=line.is_expected,
        presence=line.row.presence if line.row else None,
        minutes=line.row.minutes if line.row else None,
        credited_minutes=held.credit if held else None,
    )
