"""Sessions with their unit, course, section and site."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, func, select

from lms.hub.attendance.kinds import BookingState
from lms.hub.attendance.models import Booking
from lms.hub.catalog.models import Course, Unit
from lms.hub.cohorts.models import Cohort, Section, Session, SessionTime
from lms.hub.cohorts.times import when_of
from lms.kernel.db import session
from lms.kernel.errors import NotFound
from lms.kernel.facts import stands
from lms.kernel.weeks import local_day, minutes_between
from lms.people.access import Action, Actor
from lms.people.orgs.models import Site
from lms.people.scope import scoped, unscoped

WIDTH = 5  # columns of `joined` without a fact of the time
OPEN_TO_ALL = "a student may go to a session of the same unit at any site of the program"


@dataclass(frozen=True, slots=True)
class Meeting:
    """One session with where it stands."""

    session: Session
    unit: Unit
    course: Course
    section: Section
    site: Site

    @property
    def id(self) -> int:
        return self.session.id

    @property
    def planned(self) -> int:
        """Its length in minutes."""
        return minutes_between(self.session.starts_at, self.session.ends_at)

    @property
    def day(self) -> date:
        """The local day on which it begins."""
        return local_day(self.session.starts_at, self.session.zone)


def joined(as_of: datetime | None = None) -> Select[*tuple[Any, ...]]:
    """Every session that is on, with what belongs to it, in the order of time; for `meetings_in`.

    as_of: when and where each was to be, as known then; one that was not planned yet is left out.
    """
    statement = (
        select(Session, Unit, Course, Section, Site)
        .join(Unit, Unit.id == Session.unit_id)
        .join(Course, Course.id == Unit.course_id)
        .join(Section, Section.id == Session.section_id)
        .join(Site, Site.id == Section.site_id)
    )
    if as_of is None:
        return statement.where(~Session.is_cancelled).order_by(Session.starts_at, Session.id)
    then = and_(SessionTime.session_id == Session.id, stands(SessionTime, as_of))
    planned = statement.join(SessionTime, then).add_columns(SessionTime).where(~SessionTime.is_cancelled)
    return planned.order_by(SessionTime.starts_at, Session.id)


def meetings_in(statement: Select[*tuple[Any, ...]]) -> list[Meeting]:
    """The rows of a statement made from `joined`, which the caller has scoped. One query."""
    return [Meeting(*row) if len(row) == WIDTH else _as_then(*row) for row in session.execute(statement)]


def _as_then(now: Session, unit: Unit, course: Course, section: Section, site: Site, time: SessionTime) -> Meeting:
    """With a copy of the session, which is never written, as its fact said."""
    values = {"id": now.id, "public_id": now.public_id, "kind": now.kind, **asdict(when_of(time))}
    then = Session(section_id=section.id, unit_id=unit.id, **values)
    return Meeting(then, unit, course, section, site)


def find_meeting(actor: Actor, public_id: str, action: Action) -> Meeting:
    """The session, if `actor` may do `action` to it. Raises NotFound. One query."""
    found = meetings_in(scoped(joined(), actor, action, on=Session).where(Session.public_id == public_id))
    if not found:
        raise NotFound()
    return found[0]


def meeting_by(public_id: str) -> Meeting:
    """Any session of the program, for a student who may book there or check in. Raises NotFound. One query."""
    found = meetings_in(unscoped(joined(), OPEN_TO_ALL).where(Session.public_id == public_id))
    if not found:
        raise NotFound()
    return found[0]


def taken_in(session_ids: Collection[int], state: BookingState = BookingState.BOOKED) -> dict[int, int]:
    """How many bookings in that state each session has; sessions without any are left out. One query."""
    counts = select(Booking.session_id, func.count(Booking.id)).where(
        stands(Booking), Booking.state == state, Booking.session_id.in_(session_ids)
    )
    rows = session.execute(unscoped(counts.group_by(Booking.session_id), "how many stations are free"))
    return {row[0]: row[1] for row in rows}


@dataclass(frozen=True, slots=True)
class Free:
    """A session with free stations."""

    meeting: Meeting
    free: int


def equivalents(meeting: Meeting, now: datetime, most: int = 5) -> list[Free]:
    """The next sessions of the same unit with a free station, at any site of the program. Two queries.

    The unit is the same by its code and its course's, since another cohort may live another version.
    """
    taken = (
        select(func.count(Booking.id))
        .where(Booking.session_id == Session.id, stands(Booking), Booking.state == BookingState.BOOKED)
        .correlate(Session)
        .scalar_subquery()
    )
    program = select(Cohort.program_id).where(Cohort.id == meeting.section.cohort_id).scalar_subquery()
    statement = (
        joined()
        .add_columns(taken)
        .join(Cohort, Cohort.id == Section.cohort_id)
        .where(
            Cohort.program_id == program,
            Unit.code == meeting.unit.code,
            Course.code == meeting.course.code,
            Session.id != meeting.id,
            Session.starts_at > now,
            Session.stations.is_not(None),
            taken < Session.stations,
        )
        .limit(most)
    )
    rows = session.execute(unscoped(statement, OPEN_TO_ALL)).all()
    return [Free(Meeting(*row[:5]), row[0].stations - row[5]) for row in rows]


def list_meetings(actor: Actor, action: Action, first: datetime, last: datetime) -> list[Meeting]:
    """The sessions that `actor` may do `action` to, beginning from `first` to before `last`. One query."""
    statement = scoped(joined(), actor, action, on=Session)
    return meetings_in(statement.where(Session.starts_at >= first, Session.starts_at < last))


def in_order(meetings: Sequence[Meeting]) -> list[Meeting]:
    """By time."""
    return sorted(meetings, key=lambda one: (one.session.starts_at, one.id))
