"""Labs of the cast: Ada and Zoe sit in Lowell, Eli in Providence. "Now" is Wednesday, October 28, 10:00 in Lowell."""

from datetime import date, datetime, time, timedelta

from lms.hub.attendance.kinds import ExcuseKind, Verdict
from lms.hub.attendance.models import Booking, Excuse
from lms.hub.attendance.queries.meetings import Meeting, meeting_by
from lms.hub.attendance.queries.register import register_of
from lms.hub.attendance.queries.rolls import Roll, roll_of
from lms.hub.attendance.rules.register import Mark
from lms.hub.attendance.services.excuses import ask_excuse, decide_excuse
from lms.hub.attendance.services.register import Closed, close_register, save_register
from lms.hub.attendance.services.stations import book_station
from lms.hub.catalog.models import Unit
from lms.hub.cohorts.kinds import Presence
from lms.hub.cohorts.models import Section
from lms.hub.cohorts.times import When, add_sessions
from lms.hub.hours.services.attendance import Taken
from lms.kernel.db import transaction
from lms.kernel.weeks import clock_time
from tests.hub.hours.weeks import NOW, at
from tests.support.web import World

ZONE = "America/New_York"
TODAY = date(2026, 10, 28)
SATURDAY, NEXT_SATURDAY = date(2026, 10, 24), date(2026, 10, 31)


def instant(day: date, hour: int, minute: int = 0) -> datetime:
    """Local time in Lowell."""
    return clock_time(day, time(hour, minute), ZONE).instant


def lab(
    world: World,
    day: date = NEXT_SATURDAY,
    hour: int = 9,
    section: str = "Lowell",
    stations: int | None = None,
    unit: str = "ROB-1",
    minutes: int = 180,
) -> Meeting:
    """A session of three hours."""
    found = world.one(Unit, code=unit)
    with transaction():
        starts_at = instant(day, hour)
        when = When(starts_at, starts_at + timedelta(minutes=minutes), ZONE, "Lab 2", stations)
        (row,) = add_sessions(world.one(Section, name=section), [(found, when)])
    with transaction(write=False):
        return meeting_by(row.public_id)


def book(world: World, who: str, meeting: Meeting, missed: Meeting | None = None) -> Booking:
    with transaction():
        return book_station(world.actor(who), world.enrollment(who), meeting, missed)


def save(world: World, meeting: Meeting, marks: dict[str, Mark], who: str = "Ben", rest: bool = False) -> list[Taken]:
    """Save the register as it stands now. marks: by the name of the cast."""
    with transaction():
        token = register_of(meeting).token
        named = {world.enrollment(name).public_id: mark for name, mark in marks.items()}
        return save_register(world.actor(who), meeting.session, named, token, rest)


def close(world: World, meeting: Meeting, who: str = "Ben") -> Closed:
    with transaction():
        return close_register(world.actor(who), meeting.session)


def miss(world: World, who: str = "Ada", **of: object) -> Meeting:
    """A lab of last Saturday that `who` missed."""
    meeting = lab(world, **{"day": SATURDAY, **of})  # type: ignore[arg-type]
    save(world, meeting, {who: Mark(Presence.ABSENT)})
    return meeting


def excuse(world: World, meeting: Meeting, who: str = "Ada", verdict: Verdict | None = None) -> Excuse:
    with transaction():
        made = ask_excuse(
            world.actor(who), world.enrollment(who), meeting, ExcuseKind.WORK, "The night shift is short."
        )
    if verdict:
        with transaction():
            decide_excuse(world.actor("Ben"), made, verdict, "As agreed.")
    return made


def roll(world: World, who: str = "Ada", as_of: datetime | None = None) -> Roll:
    with transaction(write=False):
        return roll_of(world.enrollment(who), as_of)


__all__ = ["NOW", "at", "book", "close", "excuse", "instant", "lab", "miss", "roll", "save"]
