"""Sessions for the named cast, made by the commands. "Now" in these tests is Wednesday of cohort week 8."""

from datetime import date, datetime, time

from sqlalchemy import select

from lms.hub.calendar.kinds import Push
from lms.hub.calendar.models import BreakPlan
from lms.hub.calendar.services.breaks import WantedBreak, apply_break, draw_break
from lms.hub.calendar.services.sessions import Wanted, schedule_session, schedule_weekly
from lms.hub.catalog.models import Unit
from lms.hub.cohorts.kinds import BreakKind
from lms.hub.cohorts.models import Break, Cohort, Section, Session, SessionTime
from lms.hub.coursework.models import Deadline
from lms.kernel.db import session, transaction
from lms.kernel.facts import stands
from lms.people.orgs.models import Site
from lms.people.scope import unscoped
from tests.support.web import World

LAB = Wanted(date(2026, 11, 12), time(17), time(19), "Bay 2", 8)
SNOW = date(2026, 11, 12)  # a Thursday of week 10


def section(world: World, name: str = "Lowell") -> Section:
    """One of the two sections."""
    return world.one(Section, name=name)


def lab(world: World, wanted: Wanted = LAB, name: str = "Lowell", who: str = "Cleo") -> Session:
    """One lab of a section."""
    with transaction():
        return schedule_session(world.actor(who), section(world, name), world.one(Unit, code="ROB-1"), wanted)


def labs(world: World, name: str = "Lowell", who: str = "Cleo", weeks: tuple[int, int] = (8, 14)) -> list[Session]:
    """A lab every Thursday from 17:00 to 19:00."""
    with transaction():
        unit = world.one(Unit, code="ROB-1")
        return schedule_weekly(world.actor(who), section(world, name), unit, 3, LAB, weeks).sessions


def snow_day(
    world: World,
    who: str = "Gus",
    site: str | None = None,
    push: Push = Push.NEXT_DAY,
    days: tuple[date, date] = (SNOW, SNOW),
) -> BreakPlan:
    """A closure as it is drawn."""
    place = world.one(Site, name=site) if site else None
    with transaction():
        wanted = WantedBreak(BreakKind.CLOSURE, *days, place, push, "Snow")
        return draw_break(world.actor(who), world.one(Cohort), wanted)


def applied(world: World, plan: BreakPlan, who: str = "Gus") -> BreakPlan:
    """The same, applied."""
    with transaction():
        return apply_break(world.actor(who), session.get_one(BreakPlan, plan.id))


Calendar = tuple[set[tuple[object, ...]], set[tuple[object, ...]], set[tuple[object, ...]]]


def calendar(world: World, as_of: datetime | None = None) -> Calendar:
    """What stands as of a moment: sessions, due dates and breaks."""
    with transaction(write=False):
        times = session.scalars(unscoped(select(SessionTime).where(stands(SessionTime, as_of)), "test"))
        dues = session.scalars(unscoped(select(Deadline).where(stands(Deadline, as_of), ~Deadline.is_lifted), "test"))
        breaks = session.scalars(unscoped(select(Break).where(stands(Break, as_of), ~Break.is_lifted), "test"))
        return (
            {(t.session_id, t.starts_at, t.ends_at, t.room, t.stations, t.is_cancelled) for t in times},
            {(d.activity_id, d.section_id, d.due_at) for d in dues},
            {(b.site_id, b.kind, b.from_day, b.to_day) for b in breaks},
        )
