"""Writing when a session is: the dated fact and, beside it, what `Session` shows as of now.

Bare writing for commands of the calendar, which answer for the policy.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select

from lms.hub.catalog.models import Unit
from lms.hub.cohorts.models import Section, Session, SessionTime
from lms.kernel.db import session
from lms.kernel.facts import stands
from lms.people.scope import within


@dataclass(frozen=True, slots=True)
class When:
    """When and where a session is."""

    starts_at: datetime
    ends_at: datetime
    zone: str
    room: str = ""
    stations: int | None = None
    is_cancelled: bool = False


def add_sessions(section: Section, plans: Iterable[tuple[Unit, When]]) -> list[Session]:
    """New sessions of `section`, each with its first fact; two statements, however many."""
    made = [Session(section_id=section.id, unit_id=unit.id, kind=unit.kind, **asdict(when)) for unit, when in plans]
    session.add_all(made)
    session.flush()
    session.add_all(_time(meeting) for meeting in made)
    session.flush()
    return made


def standing_times(meetings: Sequence[Session]) -> dict[int, SessionTime]:
    """The fact that holds for each of these sessions, by its row number. One query."""
    rows = session.scalars(within(select(SessionTime).where(stands(SessionTime)), meetings, on=SessionTime))
    return {row.session_id: row for row in rows}


def write_time(meeting: Session, before: SessionTime, when: When) -> SessionTime:
    """`meeting` is at `when` from now on, instead of what `before` says; flushed by the caller."""
    for name, value in asdict(when).items():
        setattr(meeting, name, value)
    fact = _time(meeting)
    fact.supersedes_id = before.id
    session.add(fact)
    return fact


def when_of(time: SessionTime | Session) -> When:
    """The same as a plain value."""
    return When(time.starts_at, time.ends_at, time.zone, time.room, time.stations, time.is_cancelled)


def _time(meeting: Session) -> SessionTime:
    return SessionTime(session_id=meeting.id, section_id=meeting.section_id, **asdict(when_of(meeting)))
