"""Cohorts, their weeks, the sessions of their sections, and the caller's own calendar."""

from datetime import date, datetime, time, timedelta

from pydantic import Field
from sqlalchemy import select

from lms.api.finding import find, part_of
from lms.api.kit import operation
from lms.api.shapes import AsOf, Day, Paged, PublicId, Shape, Why, why
from lms.hub.calendar.queries.agenda import items_of, local_days
from lms.hub.calendar.queries.weeks import WeekLine, year_lines
from lms.hub.calendar.rules.items import Item
from lms.hub.calendar.services.sessions import (
    Wanted,
    cancel_session,
    move_session,
    place_of,
    schedule_session,
    units_taught,
)
from lms.hub.cohorts.meetings import Meeting, find_meeting, meetings_of
from lms.hub.cohorts.models import Cohort, Section
from lms.hub.cohorts.queries import find_cohort
from lms.kernel.clock import today
from lms.kernel.errors import NotFound, RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.people.scope import scoped
from lms.web.language import tell

COHORT = "/cohorts/<public_id:cohort>"
SESSION = "/sessions/<public_id:session>"
LONGEST_DAYS = 400


class CohortOut(Shape):
    """`zone`: of its due dates. The band is what a full week asks for, in minutes."""

    id: str
    name: str
    starts_on: date
    ends_on: date
    week_one_monday: date
    zone: str
    least_minutes: int
    most_minutes: int
    funders: str


class CohortsOut(Shape):
    """`next`: send it as `after` for the following page; null on the last one."""

    items: list[CohortOut]
    next: str | None


class CohortWeekOut(Shape):
    """`planned_minutes`: of hub and capstone, without a spoke. `breaks`: names of the days without teaching in it."""

    number: int
    monday: date
    sunday: date
    least_minutes: int
    most_minutes: int
    planned_minutes: int
    breaks: list[str]


class CohortWeeksOut(Shape):
    """First to last."""

    items: list[CohortWeekOut]


class SessionOut(Shape):
    """`stations`: how many can work at once; null is without limit. `sequence`: how often its time or room changed."""

    id: str
    section_id: str
    section: str
    site: str
    unit: str
    course: str
    kind: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    minutes: int
    room: str
    stations: int | None
    is_cancelled: bool
    sequence: int
    changed_at: datetime


class SessionsOut(Shape):
    """In order of time."""

    items: list[SessionOut]


class Times(Shape):
    """Local day and clock times at the site, as `17:00`; an end at or before the start is on the next day."""

    day: Day
    starts: str = Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", examples=["17:00"])
    ends: str = Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", examples=["19:00"])
    room: str = Field(default="", max_length=100, pattern=r"^[^\x00]*$")
    stations: int | None = Field(default=None, ge=1, le=999)

    def wanted(self) -> Wanted:
        """The same for the command."""
        starts, ends = time.fromisoformat(self.starts), time.fromisoformat(self.ends)
        return Wanted(self.day, starts, ends, self.room, self.stations)


class NewSession(Times):
    """A single session of a unit."""

    unit_id: PublicId


class CalendarQuery(Shape):
    """From which to which day, both included, in your own time zone; without them, the coming month."""

    first: Day | None = Field(default=None, description="The first day.")
    last: Day | None = Field(default=None, description="The last day; at most 400 days later.")


class ItemOut(Shape):
    """`kind`: session, due, hours_due, lock, break or review. `clash`: with your shift. `first_day`: of whole days."""

    uid: str
    kind: str
    title: str
    detail: str
    where: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    first_day: date | None
    last_day: date | None
    is_cancelled: bool
    clash: str | None
    sequence: int


class CalendarOut(Shape):
    """In order of time."""

    items: list[ItemOut]


@operation("GET /cohorts", Action.COHORT_READ, gives=CohortsOut, query=Paged)
def list_cohorts(actor: Actor, query: Paged) -> CohortsOut:
    """The cohorts that you may see."""
    statement = select(Cohort).where(Cohort.taken_back_at.is_(None))
    page = part_of(scoped(statement, actor, Action.COHORT_READ), Cohort.id, query)
    return CohortsOut(items=[_cohort(row) for row in page.items], next=page.after)


@operation(f"GET {COHORT}", Action.COHORT_READ, gives=CohortOut)
def get_cohort(actor: Actor, cohort: str) -> CohortOut:
    """One cohort."""
    return _cohort(find_cohort(actor, cohort))


@operation(f"GET {COHORT}/weeks", Action.COHORT_READ, gives=CohortWeeksOut)
def list_cohort_weeks(actor: Actor, cohort: str) -> CohortWeeksOut:
    """Every week with what it asks for; breaks of single sites are left out."""
    return CohortWeeksOut(items=[_week(line) for line in year_lines(find_cohort(actor, cohort))])


@operation(f"GET {COHORT}/weeks/<int:week>/explain", Action.COHORT_READ, gives=Why)
def explain_cohort_week(actor: Actor, cohort: str, week: int) -> Why:
    """Why a week asks for what it does."""
    found = [line for line in year_lines(find_cohort(actor, cohort)) if line.number == week]
    if not found:
        raise NotFound()
    return why(found[0].target)


@operation("GET /sections/<public_id:section>/sessions", Action.SECTION_READ, gives=SessionsOut, query=AsOf)
def list_sessions(actor: Actor, section: str, query: AsOf) -> SessionsOut:
    """The sessions of a section, cancelled ones too."""
    found = find(actor, Action.SECTION_READ, Section, section)
    return SessionsOut(items=[_session(one) for one in meetings_of(found, as_of=query.as_of)])


@operation(
    "POST /sections/<public_id:section>/sessions",
    Action.SESSION_SCHEDULE,
    gives=SessionOut,
    body=NewSession,
    status=201,
)
def post_session(actor: Actor, section: str, body: NewSession) -> SessionOut:
    """Plan a single session."""
    found = find(actor, Action.SECTION_READ, Section, section)
    units = {unit.public_id: unit for unit, _ in units_taught(place_of(found).cohort)}
    if body.unit_id not in units:
        raise RuleBroken(N_("Choose a unit that is taught in this cohort."), field="unit_id")
    made = schedule_session(actor, found, units[body.unit_id], body.wanted())
    return _session(find_meeting(actor, made.public_id)[1])


@operation(f"POST {SESSION}/moves", Action.SESSION_SCHEDULE, gives=SessionOut, body=Times, status=201)
def post_session_move(actor: Actor, session: str, body: Times) -> SessionOut:
    """Another time or room; one that was cancelled takes place again."""
    row, meeting = find_meeting(actor, session)
    move_session(actor, row, body.wanted())
    return _session(find_meeting(actor, meeting.public_id)[1])


@operation(f"POST {SESSION}/cancellations", Action.SESSION_SCHEDULE, gives=SessionOut, status=201)
def post_session_cancellation(actor: Actor, session: str) -> SessionOut:
    """It does not take place."""
    row, meeting = find_meeting(actor, session)
    cancel_session(actor, row)
    return _session(find_meeting(actor, meeting.public_id)[1])


@operation("GET /me/calendar", Action.CALENDAR_READ, gives=CalendarOut, query=CalendarQuery)
def get_own_calendar(actor: Actor, query: CalendarQuery) -> CalendarOut:
    """Your sessions, due dates, week locks and breaks; what a firm sees of its employees is not in it."""
    first = query.first or today(actor.zone)
    last = query.last or first + timedelta(days=30)
    if last < first or (last - first).days > LONGEST_DAYS:
        raise RuleBroken(N_("Ask for at most 400 days, the last not before the first."), field="last")
    return CalendarOut(items=[_item(item) for item in items_of(actor, local_days(first, last, actor.zone))])


def _cohort(row: Cohort) -> CohortOut:
    return CohortOut(
        id=row.public_id,
        name=row.name,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        week_one_monday=row.week_one_monday,
        zone=row.zone,
        least_minutes=row.target_min_minutes,
        most_minutes=row.target_max_minutes,
        funders=row.funders,
    )


def _week(line: WeekLine) -> CohortWeekOut:
    return CohortWeekOut(
        number=line.number,
        monday=line.monday,
        sunday=line.sunday,
        least_minutes=line.target.value.least,
        most_minutes=line.target.value.most,
        planned_minutes=line.planned,
        breaks=[tell(one.title) for one in line.breaks],
    )


def _session(one: Meeting) -> SessionOut:
    return SessionOut(
        id=one.public_id,
        section_id=one.section_public_id,
        section=one.section,
        site=one.site,
        unit=one.unit,
        course=one.course,
        kind=one.kind.value,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        zone=one.zone,
        minutes=one.minutes,
        room=one.room,
        stations=one.stations,
        is_cancelled=one.is_cancelled,
        sequence=one.sequence,
        changed_at=one.changed_at,
    )


def _item(item: Item) -> ItemOut:
    return ItemOut(
        uid=item.uid,
        kind=item.kind.value,
        title=tell(item.title),
        detail=item.detail,
        where=item.where,
        starts_at=item.starts_at,
        ends_at=item.ends_at,
        zone=item.zone,
        first_day=item.first_day,
        last_day=item.last_day,
        is_cancelled=item.is_cancelled,
        clash=item.clash.value if item.clash else None,
        sequence=item.sequence,
    )
