"""A cohort of 72 in three zones whose year is written out in plain values first and told to the database as it passes.

What is written here is all that anybody knows of these students: the product reads it from the tables, the tests from
these values.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select

from lms.hub.catalog.kinds import Kind
from lms.hub.cohorts.models import Break, BreakKind, Cohort, Section
from lms.hub.enrollment.kinds import LeaveKind, Status, StatusReason
from lms.hub.enrollment.models import Enrollment, Leave, Placement, StatusChange
from lms.hub.hours.models import HoursEntry, SheetEvent, WeekSheet
from lms.hub.hours.rules.sheet import Route, State, Step
from lms.kernel.db import session
from lms.people.accounts.models import Person
from lms.people.orgs.models import Site, SiteKind
from lms.people.scope import unscoped
from tests.support.cast import STARTS_ON, WROTE_AT

ZONES = ("America/New_York", "America/Chicago", "America/Phoenix")
STUDENTS = 72
ONE_DAY, ONE_WEEK = timedelta(days=1), timedelta(weeks=1)
BREAKS = ((date(2026, 11, 26), date(2026, 11, 27)), (date(2026, 12, 21), date(2027, 1, 3)))
CLOSED = (date(2026, 10, 12), date(2026, 10, 18))  # only in Phoenix


@dataclass
class Life:
    """One student. starts: first day. leaves: first and last days. left: from which day on, and how."""

    number: int
    zone: str
    starts: date = STARTS_ON
    leaves: list[tuple[date, date]] = field(default_factory=list)
    left: tuple[date, Status] | None = None
    moved: tuple[date, str] | None = None
    logged: list[tuple[datetime, date, int]] = field(default_factory=list)
    handed: list[tuple[datetime, date, bool]] = field(default_factory=list)  # True: handed in, False: returned
    enrollment_id: int = 0
    person_id: int = 0

    def zone_at(self, moment: datetime) -> str:
        """A move holds from its day on, as the program's own zone counts days."""
        if self.moved and moment.astimezone(ZoneInfo(ZONES[0])).date() >= self.moved[0]:
            return self.moved[1]
        return self.zone


def lives(seed: int, mondays: list[date]) -> list[Life]:
    """What 72 students do in these weeks. Nothing happens within the hour after a reminder is due."""
    chance = random.Random(seed)
    made = [Life(number, ZONES[number % 3]) for number in range(STUDENTS)]
    for life in made:
        _plan(life, mondays, chance)
    return made


def _plan(life: Life, mondays: list[date], chance: random.Random) -> None:
    begins = max(mondays[0], STARTS_ON)
    span = (mondays[-1] + ONE_WEEK - begins).days
    if chance.random() < 0.15:
        life.starts = begins + timedelta(days=chance.randrange(1, min(span, 60)))
    for _ in range(chance.choice((0, 0, 1, 2))):
        first = begins + timedelta(days=chance.randrange(span))
        life.leaves.append((first, first + timedelta(days=chance.randrange(0, 25))))
    if chance.random() < 0.2:
        status = chance.choice((Status.WITHDRAWN, Status.DISMISSED, Status.COMPLETED))
        life.left = (max(life.starts, begins) + timedelta(days=chance.randrange(1, span)), status)
    if chance.random() < 0.1:
        moved_to = chance.choice([zone for zone in ZONES if zone != life.zone])
        life.moved = (chance.choice(mondays) + 2 * ONE_DAY, moved_to)
    habit = chance.random()
    for monday in mondays:
        for weekday in range(7):
            if chance.random() < habit / 2:
                day = monday + timedelta(days=weekday)
                life.logged.append((_quiet(day, chance), day, chance.randrange(15, 240)))
        if chance.random() < habit:
            handed_on = monday + timedelta(days=chance.choice((4, 5, 6, 6, 7, 8, 9)))
            life.handed.append((_quiet(handed_on, chance), monday, True))
            if chance.random() < 0.2:
                life.handed.append((_quiet(handed_on + ONE_DAY, chance), monday, False))
                if chance.random() < 0.6:
                    life.handed.append((_quiet(handed_on + 2 * ONE_DAY, chance), monday, True))


def _quiet(day: date, chance: random.Random) -> datetime:
    """A morning's moment: between 9:00 and 14:59 UTC, when no zone has a reminder due, nor had one an hour ago."""
    return datetime.combine(day, time(chance.randrange(9, 15), chance.randrange(60), 7), UTC)


def settle(told: list[Life]) -> None:
    """Write the people, places and dated facts. Needs a writing transaction on the cast's database."""
    cohort = session.scalars(unscoped(select(Cohort), "test")).one()
    sections = {zone: _section(cohort, zone) for zone in ZONES}
    for first, last in BREAKS:
        session.add(Break(cohort_id=cohort.id, kind=BreakKind.BREAK, from_day=first, to_day=last))
    phoenix = sections["America/Phoenix"].site_id
    session.add(
        Break(cohort_id=cohort.id, site_id=phoenix, kind=BreakKind.CLOSURE, from_day=CLOSED[0], to_day=CLOSED[1])
    )
    people = [
        Person(name=f"Student {life.number:02}", email=f"s{life.number}@example.org", zone=life.zone) for life in told
    ]
    session.add_all(people)
    session.flush()
    enrollments = [Enrollment(person_id=person.id, cohort_id=cohort.id) for person in people]
    session.add_all(enrollments)
    session.flush()
    for life, person, enrollment in zip(told, people, enrollments, strict=True):
        life.person_id, life.enrollment_id = person.id, enrollment.id
        session.add_all(_dated(life, sections))
    session.flush()


def _section(cohort: Cohort, zone: str) -> Section:
    site = Site(name=f"Site of {zone}", kind=SiteKind.COLLEGE, city="Anywhere", state="OH", zone=zone)
    session.add(site)
    session.flush()
    section = Section(cohort_id=cohort.id, site_id=site.id, name=f"Section of {zone}")
    session.add(section)
    session.flush()
    return section


def _dated(life: Life, sections: dict[str, Section]) -> Iterator[Any]:
    of = {"enrollment_id": life.enrollment_id, "recorded_at": WROTE_AT}
    yield StatusChange(**of, status=Status.ACTIVE, effective_on=life.starts, reason=StatusReason.START)
    places = [(STARTS_ON, life.zone), *([life.moved] if life.moved else [])]
    for from_day, zone in places:
        yield Placement(**of, site_id=sections[zone].site_id, section_id=sections[zone].id, from_day=from_day)
    for first, last in life.leaves:
        yield Leave(**of, kind=LeaveKind.FAMILY, from_day=first, to_day=last)
    if life.left:
        yield StatusChange(**of, status=life.left[1], effective_on=life.left[0], reason=StatusReason.OTHER)


class Telling:
    """Writes down what happens, in the order in which it does."""

    def __init__(self, told: list[Life]) -> None:
        self.logged = sorted(((*one, life) for life in told for one in life.logged), key=lambda one: one[0])
        self.handed = sorted(((*one, life) for life in told for one in life.handed), key=lambda one: one[0])
        self.sheets: dict[tuple[int, date], int] = {}

    def until(self, moment: datetime) -> None:
        """Everything before `moment` that was not written yet. Needs a writing transaction."""
        rows = [_entry(at, day, minutes, life) for at, day, minutes, life in _taken(self.logged, moment)]
        if rows:
            session.execute(insert(HoursEntry), rows)
        for at, monday, is_in, life in _taken(self.handed, moment):
            self._note(at, monday, is_in, life)
        session.flush()

    def _note(self, at: datetime, monday: date, is_in: bool, life: Life) -> None:
        key = life.enrollment_id, monday
        if key not in self.sheets:
            sheet = WeekSheet(enrollment_id=life.enrollment_id, monday=monday, zone=life.zone, state=State.SUBMITTED)
            session.add(sheet)
            session.flush()
            self.sheets[key] = sheet.id
        step = Step.SUBMITTED if is_in else Step.RETURNED
        event = SheetEvent(
            week_sheet_id=self.sheets[key],
            enrollment_id=life.enrollment_id,
            step=step,
            route=Route.SECTION,
            version=1,
            recorded_at=at,
        )
        session.add(event)


def _taken(waiting: list[Any], moment: datetime) -> list[Any]:
    taken = [one for one in waiting if one[0] < moment]
    del waiting[: len(taken)]
    return taken


def _entry(at: datetime, day: date, minutes: int, life: Life) -> dict[str, Any]:
    return {
        "enrollment_id": life.enrollment_id,
        "monday": day - timedelta(days=day.weekday()),
        "day": day,
        "zone": life.zone,
        "minutes": minutes,
        "kind": Kind.SELF_STUDY,
        "lag_days": 0,
        "recorded_at": at,
    }
