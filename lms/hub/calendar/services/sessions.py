"""Sessions of a section: one, or one a week; moved, cancelled, back again. People are told of each change."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from lms.hub.calendar.rules.moves import check_free, check_stations, check_time
from lms.hub.calendar.rules.pattern import Weekly, weekly_series
from lms.hub.calendar.services.telling import tell_of_session
from lms.hub.catalog.kinds import TAUGHT
from lms.hub.catalog.models import Course, Unit
from lms.hub.cohorts.meetings import meetings_of
from lms.hub.cohorts.models import Attendance, Cohort, Section, Session, SessionTime
from lms.hub.cohorts.queries import calendar_of
from lms.hub.cohorts.rules import covers
from lms.hub.cohorts.times import When, add_sessions, standing_times, when_of, write_time
from lms.kernel.db import session
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.kernel.weeks import clock_time
from lms.people.access import Action, Actor
from lms.people.commands import command
from lms.people.orgs.models import Site
from lms.people.scope import unscoped


@dataclass(frozen=True, slots=True)
class Place:
    """Where a section meets: its cohort and its site's zone."""

    section: Section
    cohort: Cohort
    site: Site


@dataclass(frozen=True, slots=True)
class Wanted:
    """A session as it is asked for: local day and times, room, stations (None is without limit)."""

    day: date
    starts: time
    ends: time
    room: str = ""
    stations: int | None = None

    def times(self, zone: str) -> tuple[datetime, datetime]:
        """The instants; an end at or before the start is on the next day."""
        last = self.day if self.ends > self.starts else self.day + timedelta(days=1)
        return (
            clock_time(self.day, self.starts, zone, second_pass=True).instant,
            clock_time(last, self.ends, zone, second_pass=True).instant,
        )


@dataclass(frozen=True, slots=True)
class Made:
    """The sessions that were made, and the days that were left out."""

    sessions: list[Session]
    skipped: tuple[date, ...]


def place_of(section: Section) -> Place:
    """Cohort and site of a section that was found for somebody. One query."""
    statement = select(Cohort, Site).select_from(Section).where(Section.id == section.id)
    statement = statement.join(Cohort, Cohort.id == Section.cohort_id).join(Site, Site.id == Section.site_id)
    cohort, site = session.execute(unscoped(statement, "where a section found in scope meets")).one()
    return Place(section, cohort, site)


def units_taught(cohort: Cohort) -> list[tuple[Unit, Course]]:
    """The units of the cohort's version that are taught in sessions, in the plan's order. One query."""
    statement = select(Unit, Course).join(Course, Course.id == Unit.course_id)
    statement = statement.where(Course.program_version_id == cohort.program_version_id, Unit.kind.in_(TAUGHT))
    return [(unit, course) for unit, course in session.execute(statement.order_by(Course.position, Unit.position))]


@command(Action.SESSION_SCHEDULE)
def schedule_session(actor: Actor, section: Section, unit: Unit, wanted: Wanted) -> Session:
    """One session. Raises RuleBroken for a time that cannot be."""
    place = place_of(section)
    starts_at, ends_at = wanted.times(place.site.zone)
    _check(place, starts_at, ends_at, wanted.stations)
    if covers(calendar_of(place.cohort, place.site.id).breaks, wanted.day):
        raise RuleBroken(N_("There is no teaching on %(day)s. Choose another day."), field="day", day=wanted.day)
    when = When(starts_at, ends_at, place.site.zone, wanted.room.strip(), wanted.stations)
    (made,) = add_sessions(section, [(unit, when)])
    return made


@command(Action.SESSION_SCHEDULE)
def schedule_weekly(
    actor: Actor, section: Section, unit: Unit, weekday: int, first: Wanted, weeks: tuple[int, int] | None = None
) -> Made:
    """A session each week of the unit's plan, or of the cohort weeks `weeks`; days without teaching are left out.

    first: its times, room and stations; its day does not matter. Raises RuleBroken if nothing would be made.
    """
    place, (first_week, last_week) = place_of(section), weeks or (unit.first_week, unit.last_week)
    starts_at, ends_at = first.times(place.site.zone)
    minutes = (ends_at - starts_at) // timedelta(minutes=1)
    pattern = Weekly(first_week, last_week, weekday, first.starts, minutes)
    cohort, zone = place.cohort, place.site.zone
    closed = calendar_of(cohort, place.site.id).breaks
    series = weekly_series(pattern, cohort.week_one_monday, zone, closed, cohort.starts_on, cohort.ends_on)
    if not series.times:
        raise RuleBroken(N_("No session would be left: check the weeks and the breaks."), field="first_week")
    check_stations(first.stations)
    taken = _taken(section)
    for start, end in series.times:
        check_time(start, end, zone, cohort.starts_on, cohort.ends_on)
        check_free(start, end, taken)
    when = [When(start, end, zone, first.room.strip(), first.stations) for start, end in series.times]
    return Made(add_sessions(section, [(unit, one) for one in when]), series.skipped)


@command(Action.SESSION_SCHEDULE)
def move_session(actor: Actor, meeting: Session, wanted: Wanted) -> SessionTime:
    """Another time or room; one that was cancelled takes place again. People are told if the time changed."""
    section = _section_of(meeting)
    place = place_of(section)
    starts_at, ends_at = wanted.times(place.site.zone)
    _refuse_after_register(meeting)
    _check(place, starts_at, ends_at, wanted.stations, besides=meeting)
    when = When(starts_at, ends_at, place.site.zone, wanted.room.strip(), wanted.stations)
    before = when_of(meeting)
    if when == before:
        raise RuleBroken(N_("Nothing is different. Change the day, the times or the room."), field="day")
    fact = _write(meeting, when)
    if (when.starts_at, when.ends_at, when.is_cancelled) != (before.starts_at, before.ends_at, before.is_cancelled):
        values = {"course": _course_of(meeting), "before": before.starts_at, "after": when.starts_at}
        tell_of_session(section, "session-moved", fact.public_id, **values)
    return fact


@command(Action.SESSION_SCHEDULE)
def cancel_session(actor: Actor, meeting: Session) -> SessionTime:
    """It does not take place; moving it brings it back."""
    if meeting.is_cancelled:
        raise RuleBroken(N_("This session is cancelled already."))
    _refuse_after_register(meeting)
    fact = _write(meeting, replace(when_of(meeting), is_cancelled=True))
    values = {"course": _course_of(meeting), "before": meeting.starts_at}
    tell_of_session(_section_of(meeting), "session-cancelled", fact.public_id, **values)
    return fact


def _write(meeting: Session, when: When) -> SessionTime:
    fact = write_time(meeting, standing_times([meeting])[meeting.id], when)
    session.flush()
    return fact


def _check(
    place: Place, starts_at: datetime, ends_at: datetime, stations: int | None, besides: Session | None = None
) -> None:
    check_time(starts_at, ends_at, place.site.zone, place.cohort.starts_on, place.cohort.ends_on)
    check_stations(stations)
    check_free(starts_at, ends_at, _taken(place.section, besides))


def _taken(section: Section, besides: Session | None = None) -> Sequence[tuple[datetime, datetime]]:
    number = besides.id if besides else None
    return [(m.starts_at, m.ends_at) for m in meetings_of(section) if not m.is_cancelled and m.id != number]


def _refuse_after_register(meeting: Session) -> None:
    """Raises RuleBroken once attendance was taken: its hours say when it was."""
    statement = select(Attendance.id).where(Attendance.session_id == meeting.id).limit(1)
    if session.scalar(unscoped(statement, "whether a session has a register")) is not None:
        raise RuleBroken(N_("Attendance was taken in this session; its time can no longer be changed."))


def _section_of(meeting: Session) -> Section:
    statement = select(Section).where(Section.id == meeting.section_id)
    return session.scalars(unscoped(statement, "the section of a session found in scope")).one()


def _course_of(meeting: Session) -> str:
    statement = select(Course.name).join(Unit, Unit.course_id == Course.id).where(Unit.id == meeting.unit_id)
    return session.scalars(statement).one()
