"""Sessions of sections as lists need them, as of any moment. One query each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select

from lms.hub.catalog.kinds import Kind
from lms.hub.catalog.models import Course, Unit
from lms.hub.cohorts.models import Section, Session, SessionTime
from lms.kernel.db import session
from lms.kernel.errors import NotFound
from lms.kernel.facts import stands
from lms.kernel.weeks import local_day, minutes_between
from lms.people.access import Action, Actor
from lms.people.orgs.models import Site
from lms.people.scope import scoped, within


@dataclass(frozen=True, slots=True)
class Meeting:
    """One session with when and where it is. sequence: how often that changed; changed_at: when last. fact: its row."""

    id: int
    public_id: str
    section_id: int
    cohort_id: int
    section: str
    section_public_id: str
    site_id: int
    site: str
    unit: str
    course: str
    kind: Kind
    starts_at: datetime
    ends_at: datetime
    zone: str
    room: str
    stations: int | None
    is_cancelled: bool
    fact: str
    changed_at: datetime
    sequence: int

    @property
    def day(self) -> date:
        """The local day on which it begins."""
        return local_day(self.starts_at, self.zone)

    @property
    def minutes(self) -> int:
        """How long it is planned to be."""
        return minutes_between(self.starts_at, self.ends_at)


def meetings_of(
    sections: Section | Iterable[Section],
    first: datetime | None = None,
    last: datetime | None = None,
    as_of: datetime | None = None,
) -> list[Meeting]:
    """The sessions of sections that were found for somebody, cancelled ones too, that end after `first` and start
    before `last`, in order of time."""
    statement = within(_meetings(as_of), sections, on=SessionTime)
    if first is not None:
        statement = statement.where(SessionTime.ends_at > first)
    if last is not None:
        statement = statement.where(SessionTime.starts_at < last)
    return read_meetings(statement)


def find_meeting(actor: Actor, public_id: str, action: Action = Action.SECTION_READ) -> tuple[Session, Meeting]:
    """One session, if `actor` may do `action` to its section, and as lists show it. Raises NotFound. Two queries."""
    statement = scoped(_meetings(None).where(Session.public_id == public_id), actor, action, on=SessionTime)
    found = read_meetings(statement)
    if not found:
        raise NotFound()
    row = session.scalars(scoped(select(Session).where(Session.public_id == public_id), actor, action)).one()
    return row, found[0]


def _meetings(as_of: datetime | None) -> Select[*tuple[Any, ...]]:
    known = select(func.count()).select_from(every := SessionTime.__table__.alias("every_time"))
    known = known.where(every.c.session_id == SessionTime.session_id)
    if as_of is not None:
        known = known.where(every.c.recorded_at <= as_of)
    return (
        select(SessionTime, Session.public_id, Session.kind, Section, Site.name, Unit.title, Course.name)
        .add_columns(known.scalar_subquery())
        .join(Session, Session.id == SessionTime.session_id)
        .join(Section, Section.id == SessionTime.section_id)
        .join(Site, Site.id == Section.site_id)
        .join(Unit, Unit.id == Session.unit_id)
        .join(Course, Course.id == Unit.course_id)
        .where(stands(SessionTime, as_of))
        .order_by(SessionTime.starts_at, SessionTime.session_id)
    )


def read_meetings(statement: Select[*tuple[Any, ...]]) -> list[Meeting]:
    """What `_meetings` found, as values."""
    return [_meeting(row) for row in session.execute(statement)]


def _meeting(row: Sequence[Any]) -> Meeting:
    time, public_id, kind, section, site, unit, course, count = row
    return Meeting(
        id=time.session_id,
        public_id=public_id,
        section_id=section.id,
        cohort_id=section.cohort_id,
        section=section.name,
        section_public_id=section.public_id,
        site_id=section.site_id,
        site=site,
        unit=unit,
        course=course,
        kind=kind,
        starts_at=time.starts_at,
        ends_at=time.ends_at,
        zone=time.zone,
        room=time.room,
        stations=time.stations,
        is_cancelled=time.is_cancelled,
        fact=time.public_id,
        changed_at=time.recorded_at,
        sequence=count - 1,
    )
