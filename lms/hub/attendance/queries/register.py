"""The register of one session: who is expected, what is known of each, what it says."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, or_, select

from lms.hub.attendance.kinds import BookingState
from lms.hub.attendance.models import Booking, CheckIn, RegisterClose
from lms.hub.attendance.queries.excuses import Asked, excuses_in
from lms.hub.attendance.queries.meetings import Meeting, joined, list_meetings, meetings_in
from lms.hub.attendance.queries.safety import gates_of, sign_offs_of
from lms.hub.attendance.rules.codes import arrival
from lms.hub.attendance.rules.register import Known, Mark, suggested
from lms.hub.attendance.rules.stations import missing_codes
from lms.hub.cohorts.models import Attendance, Session
from lms.hub.enrollment.kinds import Status
from lms.hub.enrollment.models import Enrollment, Placement, StatusChange
from lms.hub.enrollment.queries import grouped, standing
from lms.hub.enrollment.rules import status_on
from lms.kernel.columns import Day
from lms.kernel.db import session
from lms.kernel.facts import runs_on, stands
from lms.people.access import Action, Actor
from lms.people.accounts.models import Person
from lms.people.scope import plain, read, scoped, unscoped

WHY = "the register of a session that was found"
OPEN_FOR = timedelta(days=60)  # how long an unclosed register is shown as waiting


@dataclass(frozen=True, slots=True)
class Entry:
    """One student in the register. shares_phone: another one checked in from the same phone."""

    enrollment: Enrollment
    name: str
    known: Known
    row: Attendance | None
    booking: Booking | None
    check_in: CheckIn | None
    asked: Asked | None
    makes_up: Meeting | None = None
    shares_phone: bool = False
    unsigned: tuple[str, ...] = ()

    @property
    def shown(self) -> Mark | None:
        """What stands, else what is known."""
        return Mark(self.row.presence, self.row.minutes) if self.row else suggested(self.known)


@dataclass(slots=True)
class Register:
    """All of one session. token: changes with every line that is written."""

    meeting: Meeting
    entries: list[Entry] = field(default_factory=list)
    closed: RegisterClose | None = None
    token: str = "0"  # noqa: S105 - a version, no secret

    def entry(self, public_id: str) -> Entry | None:
        """The student with this enrollment."""
        return next((one for one in self.entries if one.enrollment.public_id == public_id), None)

    @property
    def counts(self) -> Counter[str]:
        """How many lines say what."""
        return Counter(one.row.presence.value for one in self.entries if one.row)


def register_of(meeting: Meeting) -> Register:
    """The register of a session that was found for somebody. Eleven statements at most, whatever the size."""
    found = Register(meeting)
    rows = {row.enrollment_id: row for row in _of(Attendance, meeting)}
    bookings = {row.enrollment_id: row for row in _of(Booking, meeting)}
    check_ins = {row.enrollment_id: row for row in _of(CheckIn, meeting)}
    asked = {one.fact.enrollment_id: one for one in excuses_in(meeting)}
    people = _people(meeting, [*rows, *(n for n, b in bookings.items() if b.state is not BookingState.CANCELLED)])
    enrollments = [enrollment for enrollment, _, _ in people]
    active = _active(enrollments, meeting.day)
    codes = gates_of([meeting])[meeting.id]
    signed = sign_offs_of(enrollments) if codes else {}
    missed = _missed(bookings.values())
    phones = Counter(one.device_mark for one in check_ins.values() if one.device_mark)
    for enrollment, name, is_placed in people:
        number = enrollment.id
        booking = bookings.get(number)
        state = booking.state if booking else None
        row, check_in = rows.get(number), check_ins.get(number)
        here = is_placed and number in active
        makes_up = missed.get(booking.missed_id or 0) if booking and state is BookingState.BOOKED else None
        if not (here or row or makes_up):
            continue
        known = Known(
            arrival=arrival(check_in.recorded_at, meeting.session.starts_at, meeting.session.ends_at)
            if check_in
            else None,
            is_excused=number in asked and asked[number].is_granted,
            is_expected=state is BookingState.BOOKED if meeting.session.stations is not None else here,
            makes_up=makes_up is not None,
        )
        found.entries.append(
            Entry(
                enrollment,
                name,
                known,
                row,
                booking if state is not BookingState.CANCELLED else None,
                check_in,
                asked.get(number),
                makes_up,
                shares_phone=bool(check_in and check_in.device_mark and phones[check_in.device_mark] > 1),
                unsigned=missing_codes(codes, signed.get(number, ()), meeting.day),
            )
        )
    closed = select(RegisterClose).where(RegisterClose.session_id == meeting.id)
    found.closed = session.scalars(unscoped(closed, WHY)).first()
    found.token = token_of(meeting.session)
    return found


def token_of(meeting: Session) -> str:
    """Which version of the register it is. One query."""
    ((latest,),) = plain(_latest(), session_id=meeting.id)
    return str(latest or 0)


@cache
def _latest() -> Select[int]:
    latest = select(func.max(Attendance.id)).where(Attendance.session_id == bindparam("session_id"))
    return unscoped(latest, WHY)


def _of(model: Any, meeting: Meeting) -> Sequence[Any]:
    return [row for (row,) in read(_of_session(model), session_id=meeting.id)]


@cache
def _of_session(model: Any) -> Select[Any]:
    statement = select(model).where(model.session_id == bindparam("session_id"), stands(model))
    return unscoped(statement.order_by(model.id), WHY)


def _people(meeting: Meeting, also: Sequence[int]) -> Sequence[Any]:
    """Who sits in the section on the day of the session, and `also`: with names, in their order."""
    asked = {"section_id": meeting.session.section_id, "day": meeting.day, "also": list(also)}
    return read(_placed_and_also(), **asked)


@cache
def _placed_and_also() -> Select[*tuple[Any, ...]]:
    placed = (
        select(Placement.id)
        .where(
            Placement.enrollment_id == Enrollment.id,
            Placement.section_id == bindparam("section_id"),
            stands(Placement),
            runs_on(Placement, bindparam("day", type_=Day)),
        )
        .correlate(Enrollment)
        .exists()
    )
    statement = select(Enrollment, Person.name, placed.label("is_placed")).join(
        Person, Person.id == Enrollment.person_id
    )
    also = Enrollment.id.in_(bindparam("also", expanding=True))
    return unscoped(statement.where(or_(placed, also)).order_by(Person.name, Enrollment.id), WHY)


def _active(enrollments: Sequence[Enrollment], day: date) -> set[int]:
    changes = grouped(standing(StatusChange, enrollments))
    return {number for number, found in changes.items() if status_on(found, day) is Status.ACTIVE}


def _missed(bookings: Any) -> dict[int, Meeting]:
    """The sessions that bookings make up for."""
    wanted = {one.missed_id for one in bookings if one.missed_id}
    if not wanted:
        return {}
    return {one.id: one for one in meetings_in(unscoped(joined(), WHY).where(Session.id.in_(wanted)))}


@dataclass(frozen=True, slots=True)
class Held:
    """A session in an instructor's list. lines: how many the register has; is_closed: whether it is complete."""

    meeting: Meeting
    lines: int
    is_closed: bool


def sessions_around(actor: Actor, first: datetime, last: datetime) -> list[Held]:
    """The sessions whose register `actor` may take, from `first` to before `last`. Two queries."""
    return _held(list_meetings(actor, Action.ATTENDANCE_TAKE, first, last))


def not_closed(actor: Actor, now: datetime, most: int = 30) -> list[Held]:
    """The sessions that have ended and whose register is not closed, the latest first. Two queries."""
    closed = select(RegisterClose.id).where(RegisterClose.session_id == Session.id).exists()
    statement = scoped(joined(), actor, Action.ATTENDANCE_TAKE, on=Session).where(
        Session.ends_at <= now, Session.ends_at > now - OPEN_FOR, ~closed
    )
    latest = statement.order_by(None).order_by(Session.starts_at.desc(), Session.id.desc()).limit(most)
    return _held(meetings_in(latest))


def _held(meetings: list[Meeting]) -> list[Held]:
    ids = [one.id for one in meetings]
    statement = (
        select(Session.id, func.count(Attendance.id), func.max(RegisterClose.id))
        .select_from(Session)
        .outerjoin(Attendance, and_(Attendance.session_id == Session.id, stands(Attendance)))
        .outerjoin(RegisterClose, RegisterClose.session_id == Session.id)
        .where(Session.id.in_(ids))
        .group_by(Session.id)
    )
    found = {row[0]: row for row in session.execute(unscoped(statement, WHY))}
    return [Held(one, found[one.id][1], found[one.id][2] is not None) for one in meetings]
