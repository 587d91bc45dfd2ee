"""Everything that sessions and the register say of one student or of many, in a fixed number of statements."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from sqlalchemy import or_

from lms.hub.attendance.kinds import BookingState
from lms.hub.attendance.models import Booking
from lms.hub.attendance.queries.meetings import Meeting, joined, meetings_in
from lms.hub.attendance.rules.credit import (
    Credit,
    Held,
    credit,
    explain_attended,
    explain_counted,
    explain_excused,
    explain_made_up,
    explain_scheduled,
    explain_share,
)
from lms.hub.attendance.rules.excuses import Allowance
from lms.hub.cohorts.kinds import Presence
from lms.hub.cohorts.models import Attendance, Session
from lms.hub.enrollment.kinds import Status
from lms.hub.enrollment.models import Enrollment, Placement, StatusChange
from lms.hub.enrollment.queries import grouped, standing
from lms.hub.enrollment.rules import status_on
from lms.kernel.explain import Explained
from lms.kernel.units import Share
from lms.people.scope import unscoped

MISSED = frozenset({Presence.ABSENT, Presence.EXCUSED})


@dataclass(frozen=True, slots=True)
class Line:
    """One session and one student. is_placed: on that day the student is active and sits in its section."""

    meeting: Meeting
    booking: Booking | None
    row: Attendance | None
    is_placed: bool

    @property
    def state(self) -> BookingState | None:
        """Of the booking; None where there is none, or it was cancelled."""
        held = self.booking
        return held.state if held and held.state is not BookingState.CANCELLED else None

    @property
    def makes_up(self) -> int | None:
        """The number of the session that this one makes up for."""
        return self.booking.missed_id if self.booking and self.state else None

    @property
    def is_expected(self) -> bool:
        """Whether the student is to come: with a station where there are stations, else with the section."""
        if self.meeting.session.stations is None:
            return self.is_placed
        return self.state is BookingState.BOOKED

    @property
    def held(self) -> Held | None:
        """As the rules read it; None before the register has a line."""
        if self.row is None:
            return None
        meeting = self.meeting
        return Held(
            session=meeting.id,
            course=meeting.course.name,
            day=meeting.day,
            planned=meeting.planned,
            presence=self.row.presence,
            minutes=self.row.minutes,
            fact=self.row.ref,
            makes_up=self.makes_up,
        )


@dataclass
class Roll:
    """One student's sessions, in the order of time."""

    enrollment: Enrollment
    lines: list[Line] = field(default_factory=list)
    changes: list[StatusChange] = field(default_factory=list)

    def is_active_on(self, day: date) -> bool:
        """Neither on leave nor gone."""
        return status_on(self.changes, day) is Status.ACTIVE

    @cached_property
    def held(self) -> list[Held]:
        """The lines that the register has."""
        return [held for line in self.lines if (held := line.held)]

    @cached_property
    def planned(self) -> dict[str, int]:
        """Session minutes by course, held or to come, without make-ups."""
        found: dict[str, int] = {}
        for line in self.lines:
            if line.makes_up is None and (line.is_expected or line.row is not None):
                name = line.meeting.course.name
                found[name] = found.get(name, 0) + line.meeting.planned
        return found

    @cached_property
    def credit(self) -> Credit:
        """What counts."""
        return credit(self.held, self.planned)

    def explain_scheduled(self) -> Explained[int]:
        """Why so many minutes were scheduled."""
        return explain_scheduled(self.held)

    def explain_attended(self) -> Explained[int]:
        """Why so many minutes were attended."""
        return explain_attended(self.held)

    def explain_made_up(self) -> Explained[int]:
        """Why so many minutes are made up."""
        return explain_made_up(self.held, self.planned)

    def explain_counted(self) -> Explained[int]:
        """Why so many minutes count."""
        return explain_counted(self.held, self.planned)

    def explain_excused(self) -> Explained[int]:
        """Why so many excused minutes count."""
        return explain_excused(self.held, self.planned)

    def explain_share(self) -> Explained[Share] | None:
        """Why attendance is at this share."""
        return explain_share(self.held, self.planned)

    def line_of(self, session_id: int) -> Line | None:
        """The line of one session."""
        return next((line for line in self.lines if line.meeting.id == session_id), None)

    def made_up_by(self, session_id: int) -> Line | None:
        """Where the student makes up, or has made up, for that session."""
        return next((line for line in self.lines if line.makes_up == session_id), None)

    def allowance(self, meeting: Meeting, granted: Iterable[int]) -> Allowance:
        """The excused minutes of the session's course, with it. granted: sessions excused from, by number."""
        ahead, excused = set(granted), []
        for line in self.lines:
            is_same = line.meeting.course.code == meeting.course.code and line.meeting.id != meeting.id
            is_excused = line.row.presence is Presence.EXCUSED if line.row else line.meeting.id in ahead
            if is_same and is_excused:
                excused.append(line)
        return Allowance(
            planned=self.planned.get(meeting.course.name, 0),
            before=sum(line.meeting.planned for line in excused),
            asked=meeting.planned,
            facts=tuple(line.row.ref for line in excused if line.row),
        )


def roll_of(enrollment: Enrollment, as_of: datetime | None = None) -> Roll:
    """One student's sessions. Five statements."""
    return rolls_of([enrollment], as_of)[enrollment.id]


def rolls_of(enrollments: Sequence[Enrollment], as_of: datetime | None = None) -> dict[int, Roll]:
    """Several students' sessions by the enrollment's row number. Five statements, however many.

    as_of: which bookings and lines of the register were known then, and when the sessions were to be.
    """
    placements = grouped(standing(Placement, enrollments, as_of))
    bookings = {(row.enrollment_id, row.session_id): row for row in standing(Booking, enrollments, as_of)}
    rows = {(row.enrollment_id, row.session_id): row for row in standing(Attendance, enrollments, as_of)}
    sections = {place.section_id for places in placements.values() for place in places}
    named = {number for _, number in (*bookings, *rows)}
    which = or_(Session.section_id.in_(sections), Session.id.in_(named))
    meetings = meetings_in(unscoped(joined(as_of), "the sessions of students that were found").where(which))
    changes = grouped(standing(StatusChange, enrollments, as_of))
    rolls = {one.id: Roll(one, changes=changes.get(one.id, [])) for one in enrollments}
    for number, roll in rolls.items():
        places = placements.get(number, [])
        for meeting in meetings:
            booking, row = bookings.get((number, meeting.id)), rows.get((number, meeting.id))
            is_placed = sits_in(places, meeting.session.section_id, meeting.day) and roll.is_active_on(meeting.day)
            if is_placed or booking or row:
                roll.lines.append(Line(meeting, booking, row, is_placed))
    return rolls


def sits_in(places: Iterable[Placement], section_id: int, day: date) -> bool:
    """Whether one of the placements holds in that section on that day."""
    return any(
        place.section_id == section_id and place.from_day <= day and (place.to_day is None or day <= place.to_day)
        for place in places
    )
