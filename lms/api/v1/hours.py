"""Hours entries: logged once however often they are sent, changed and removed by rows that supersede them."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import select

from lms.api.finding import find, part_of
from lms.api.kit import Answer, operation
from lms.api.shapes import AsOf, Day, Instant, Paged, Prose, PublicId, Shape
from lms.hub.catalog.kinds import Kind
from lms.hub.catalog.models import Unit
from lms.hub.enrollment.models import Enrollment
from lms.hub.enrollment.queries import find_enrollment
from lms.hub.hours.models import HoursEntry
from lms.hub.hours.queries.plan import units_of
from lms.hub.hours.services.entries import (
    ClockHours,
    Hours,
    Logged,
    TimerHours,
    change_by_clock,
    change_entry,
    log_by_clock,
    log_hours,
    log_timer,
    remove_entry,
)
from lms.kernel.db import session
from lms.kernel.facts import known
from lms.kernel.prose import prose_of
from lms.people.access import Action, Actor
from lms.people.scope import within
from lms.web.language import tell

OF = "/enrollments/<public_id:enrollment>"


class Sent(Shape):
    """What every way to log hours has. `kind`: of the unit if left out, and needed without a unit.

    `paid_by_firm`: left out, what the employment agreed on. `client_key`: drawn by you; sent again with the same hours,
    it gives the entry that it made before.
    """

    client_key: UUID
    unit: PublicId | None = None
    kind: Kind | None = None
    paid_by_firm: bool | None = None
    comment: Prose = ""

    def what(self) -> dict[str, Any]:
        """As the commands take it."""
        return {"unit": self.unit, "kind": self.kind, "paid_by_firm": self.paid_by_firm, "comment": self.comment}


class NewHours(Sent):
    """So many minutes on a local day."""

    day: Day
    minutes: int = Field(ge=-(10**6), le=10**6, description="Whole minutes, 1 to 960.")


class NewClockHours(Sent):
    """From start to end on the wall clock; an end at or before the start is on the next day.

    `second_start`, `second_end`: which one is meant where the clock shows that time twice.
    """

    day: Day
    start: time
    end: time
    second_start: bool | None = None
    second_end: bool | None = None


class NewTimerHours(Sent):
    """From start to stop of a timer."""

    started_at: Instant
    stopped_at: Instant


class HoursOut(Shape):
    """One entry as it stands. `evidence`: 0 own word, 1 system trace, 2 countersigned, 3 attendance.

    `span`: the same for the two parts of one night over Sunday midnight; else null.
    """

    id: str
    day: date
    week_starts_on: date
    zone: str
    minutes: int
    kind: str
    unit: str | None
    paid_by_firm: bool
    source: str
    evidence: int
    starts_at: datetime | None
    ends_at: datetime | None
    span: str | None
    comment: str
    client_key: str | None
    recorded_at: datetime


class LoggedOut(Shape):
    """`rest`: the part in the next week of work that runs over Sunday midnight. `notes`: what was assumed."""

    entry: HoursOut
    rest: list[HoursOut]
    notes: list[str]


class HoursListOut(Shape):
    """In the order in which they were recorded. `next`: send it as `after` for the following page."""

    items: list[HoursOut]
    next: str | None


class HoursQuery(Paged, AsOf):
    """Which part of the list, as of when."""


class UnitOut(Shape):
    """A unit of the student's plan, in cohort weeks first to last."""

    id: str
    title: str
    course: str
    kind: str
    first_week: int
    last_week: int


class UnitsOut(Shape):
    """In the order of the plan."""

    items: list[UnitOut]


@operation(f"GET {OF}/units", Action.HOURS_READ, gives=UnitsOut)
def list_units(actor: Actor, enrollment: str) -> UnitsOut:
    """The units on which the student can log hours."""
    found = units_of(find_enrollment(actor, enrollment, Action.HOURS_READ))
    items = [
        UnitOut(
            id=unit.public_id,
            title=unit.title,
            course=unit.course,
            kind=unit.kind,
            first_week=unit.first_week,
            last_week=unit.last_week,
        )
        for unit in found
    ]
    return UnitsOut(items=items)


@operation(f"GET {OF}/hours", Action.HOURS_READ, gives=HoursListOut, query=HoursQuery)
def list_hours(actor: Actor, enrollment: str, query: HoursQuery) -> HoursListOut:
    """Every entry that stands."""
    found = find_enrollment(actor, enrollment, Action.HOURS_READ)
    stands = known(within(select(HoursEntry), found), HoursEntry, query.as_of).where(HoursEntry.is_removal.is_(False))
    page = part_of(stands, HoursEntry.id, query)
    return HoursListOut(items=entries_out(list(page.items)), next=page.after)


@operation(f"POST {OF}/hours", Action.HOURS_LOG, gives=LoggedOut, body=NewHours, status=201, also=(200,))
def post_hours(actor: Actor, enrollment: str, body: NewHours) -> Answer:
    """Log minutes on a day: 201 the first time, 200 for a retry with the same key and hours, 422 for other hours."""
    hours = Hours(day=body.day, minutes=body.minutes, **body.what())
    return logged_out(log_hours(actor, _mine(actor, enrollment), hours, str(body.client_key)))


@operation(f"POST {OF}/clock-hours", Action.HOURS_LOG, gives=LoggedOut, body=NewClockHours, status=201, also=(200,))
def post_clock_hours(actor: Actor, enrollment: str, body: NewClockHours) -> Answer:
    """Log work from one time of the day to another."""
    return logged_out(log_by_clock(actor, _mine(actor, enrollment), _clock(body), str(body.client_key)))


def _clock(body: NewClockHours) -> ClockHours:
    return ClockHours(
        day=body.day,
        start=body.start,
        end=body.end,
        second_start=body.second_start,
        second_end=body.second_end,
        **body.what(),
    )


@operation(f"POST {OF}/timer-hours", Action.HOURS_LOG, gives=LoggedOut, body=NewTimerHours, status=201, also=(200,))
def post_timer_hours(actor: Actor, enrollment: str, body: NewTimerHours) -> Answer:
    """Log what a timer measured."""
    hours = TimerHours(started_at=body.started_at, stopped_at=body.stopped_at, **body.what())
    return logged_out(log_timer(actor, _mine(actor, enrollment), hours, str(body.client_key)))


@operation("GET /hours/<public_id:entry>", Action.HOURS_READ, gives=HoursOut)
def get_hours(actor: Actor, entry: str) -> HoursOut:
    """One entry, also one that was replaced since."""
    return entries_out([find(actor, Action.HOURS_READ, HoursEntry, entry)])[0]


@operation("PUT /hours/<public_id:entry>", Action.HOURS_LOG, gives=LoggedOut, body=NewHours)
def put_hours(actor: Actor, entry: str, body: NewHours) -> Answer:
    """Replace an entry; the answer is the new one, and the old one stays readable. 409 if it no longer stands."""
    found = find(actor, Action.HOURS_READ, HoursEntry, entry)
    hours = Hours(day=body.day, minutes=body.minutes, **body.what())
    return logged_out(change_entry(actor, found, hours, str(body.client_key)), status=200)


@operation("PUT /clock-hours/<public_id:entry>", Action.HOURS_LOG, gives=LoggedOut, body=NewClockHours)
def put_clock_hours(actor: Actor, entry: str, body: NewClockHours) -> Answer:
    """Replace an entry by work from one time of the day to another, in its own zone. 409 if it no longer stands."""
    found = find(actor, Action.HOURS_READ, HoursEntry, entry)
    return logged_out(change_by_clock(actor, found, _clock(body), str(body.client_key)), status=200)


@operation("DELETE /hours/<public_id:entry>", Action.HOURS_LOG, gives=None, status=204)
def delete_hours(actor: Actor, entry: str) -> Answer:
    """Remove an entry; it no longer counts, and stays readable. 409 if it no longer stands."""
    remove_entry(actor, find(actor, Action.HOURS_READ, HoursEntry, entry))
    return Answer(None)


def _mine(actor: Actor, enrollment: str) -> Enrollment:
    return find_enrollment(actor, enrollment, Action.HOURS_READ)


def logged_out(logged: Logged, status: int | None = None) -> Answer:
    session.flush()
    entry, *rest = entries_out([logged.entry, *logged.rest])
    value = LoggedOut(entry=entry, rest=rest, notes=[tell(note) for note in logged.notes])
    return Answer(value, status or (201 if logged.is_new else 200))


def entries_out(entries: list[HoursEntry]) -> list[HoursOut]:
    """Entries that the caller has found, with their comments and the public ids of their units. Two queries."""
    comments = prose_of(entries, "comment")
    wanted = {entry.unit_id for entry in entries if entry.unit_id is not None}
    units = {
        row.id: row.public_id for row in session.execute(select(Unit.id, Unit.public_id).where(Unit.id.in_(wanted)))
    }
    return [
        HoursOut(
            id=entry.public_id,
            day=entry.day,
            week_starts_on=entry.monday,
            zone=entry.zone,
            minutes=entry.minutes,
            kind=entry.kind,
            unit=units.get(entry.unit_id or 0),
            paid_by_firm=entry.paid_by_firm,
            source=entry.source,
            evidence=entry.evidence_level,
            starts_at=entry.starts_at,
            ends_at=entry.ends_at,
            span=entry.span,
            comment=comments.get(entry.public_id, ""),
            client_key=entry.client_key,
            recorded_at=entry.recorded_at,
        )
        for entry in entries
    ]
