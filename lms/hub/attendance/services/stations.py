"""A student books a station, waits for one, or gives it back; a missed lab is made up wherever one is free."""

from sqlalchemy import select

from lms.hub.attendance.kinds import BookingState
from lms.hub.attendance.models import Booking
from lms.hub.attendance.queries.excuses import excuses_of
from lms.hub.attendance.queries.meetings import Meeting, taken_in
from lms.hub.attendance.queries.rolls import MISSED, Roll, roll_of
from lms.hub.attendance.queries.safety import gates_of, sign_offs_of
from lms.hub.attendance.rules.excuses import check_make_up, course_end
from lms.hub.attendance.rules.stations import check_bookable, check_open, check_safe, missing_codes, moving_up, place
from lms.hub.attendance.services.locking import lock_session
from lms.hub.catalog.models import Unit
from lms.hub.enrollment.models import Enrollment
from lms.hub.enrollment.queries import cohort_of
from lms.hub.hours.queries.situation import situation_of
from lms.kernel.acting import acting_at
from lms.kernel.db import session
from lms.kernel.errors import RuleBroken
from lms.kernel.facts import stands
from lms.kernel.text import N_
from lms.messages.services import notify
from lms.people.access import Action, Actor
from lms.people.commands import command
from lms.people.scope import unscoped


@command(Action.SESSION_BOOK)
def book_station(actor: Actor, enrollment: Enrollment, meeting: Meeting, missed: Meeting | None = None) -> Booking:
    """A station in the session, or a place in its waiting line. missed: the session that it makes up for.

    Raises RuleBroken once it has begun, for a session of another section that makes up for nothing, for a make-up
    after the course's end, and without the safety sign-off that it needs.
    """
    lock_session(meeting.session)
    check_open(meeting.session.starts_at, acting_at())
    roll = roll_of(enrollment)
    line = roll.line_of(meeting.id)
    check_bookable(meeting.session.stations, line.state if line else None)
    if missed is not None:
        _check_make_up(roll, meeting, missed)
    elif line is None or not line.is_placed:
        raise RuleBroken(
            N_("This session is of another section. You can book it to make up for one that you missed."),
            field="session",
        )
    check_safe(gates_of([meeting])[meeting.id], sign_offs_of([enrollment]).get(enrollment.id, []), meeting.day)
    taken = taken_in([meeting.id]).get(meeting.id, 0)
    before = line.booking if line else None
    return _write(enrollment.id, meeting, place(taken, meeting.session.stations or 0), before, missed)


def _check_make_up(roll: Roll, meeting: Meeting, missed: Meeting) -> None:
    line, asked = roll.line_of(missed.id), excuses_of(roll.enrollment).get(missed.id)
    is_missed = line is not None and (
        line.row.presence in MISSED if line.row else line.is_expected and asked is not None and asked.is_granted
    )
    cohort = cohort_of(roll.enrollment)
    weeks = session.scalars(select(Unit.last_week).where(Unit.course_id == missed.course.id)).all()
    check_make_up(
        is_missed=is_missed and roll.is_active_on(meeting.day),
        is_same_unit=(meeting.unit.code, meeting.course.code) == (missed.unit.code, missed.course.code),
        has_other=roll.made_up_by(missed.id) is not None,
        day=meeting.day,
        last_day=course_end(max(weeks), cohort.week_one_monday, situation_of(roll.enrollment).offset),
    )


def _write(
    enrollment_id: int, meeting: Meeting, state: BookingState, before: Booking | None, missed: Meeting | None
) -> Booking:
    row = Booking(
        session_id=meeting.id,
        enrollment_id=enrollment_id,
        state=state,
        missed_id=missed.id if missed else None,
        supersedes_id=before.id if before else None,
    )
    session.add(row)
    session.flush()
    return row


@command(Action.SESSION_BOOK)
def cancel_booking(actor: Actor, enrollment: Enrollment, meeting: Meeting) -> Booking:
    """Give the station back, or leave the waiting line; whoever waits longest moves up and is told.

    Raises RuleBroken once the session has begun, or without a booking. Undone by booking again, while there is room.
    """
    lock_session(meeting.session)
    check_open(meeting.session.starts_at, acting_at())
    standing = [one for one in _bookings(meeting) if one.enrollment_id == enrollment.id]
    if not standing or standing[0].state is BookingState.CANCELLED:
        raise RuleBroken(N_("You have no booking in this session."), field="session")
    row = _write(enrollment.id, meeting, BookingState.CANCELLED, standing[0], None)
    _move_up(meeting)
    return row


def _bookings(meeting: Meeting) -> list[Booking]:
    statement = select(Booking).where(Booking.session_id == meeting.id, stands(Booking)).order_by(Booking.id)
    return list(session.scalars(unscoped(statement, "the bookings of a session under its lock")))


def _move_up(meeting: Meeting) -> None:
    """Give free stations to the waiting line; whose safety sign-off was taken back meanwhile stays in it."""
    standing = _bookings(meeting)
    waiting = {one.enrollment_id: one for one in standing if one.state is BookingState.WAITING}
    if not waiting:
        return
    people = {one.id: one for one in _enrollments(list(waiting))}
    signed, codes = sign_offs_of(list(people.values())), gates_of([meeting])[meeting.id]
    safe = [number for number in waiting if not missing_codes(codes, signed.get(number, ()), meeting.day)]
    taken = sum(one.state is BookingState.BOOKED for one in standing)
    for number in moving_up(safe, taken, meeting.session.stations or 0):
        before = waiting[number]
        row = Booking(
            session_id=meeting.id,
            enrollment_id=number,
            state=BookingState.BOOKED,
            missed_id=before.missed_id,
            supersedes_id=before.id,
        )
        session.add(row)
        session.flush()
        values = {"unit": meeting.unit.title, "starts": meeting.session.starts_at}
        path = f"/student/attendance/sessions/{meeting.session.public_id}"
        notify(people[number].person_id, "station-free", row.public_id, path=path, **values)


def _enrollments(ids: list[int]) -> list[Enrollment]:
    statement = select(Enrollment).where(Enrollment.id.in_(ids))
    return list(session.scalars(unscoped(statement, "who waits in a session under its lock")))
