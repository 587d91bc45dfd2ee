"""A week of Ada's, logged and handed in, for the tests of commands and pages."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import time_machine

from lms.hub.catalog.kinds import Kind
from lms.hub.catalog.models import Unit
from lms.hub.hours.models import HoursEntry, SheetPart, WeekSheet
from lms.hub.hours.queries.weeks import Week, week_of
from lms.hub.hours.rules.sheet import Route, ZeroReason
from lms.hub.hours.services.entries import Hours, log_hours
from lms.hub.hours.services.sheets import submit_sheet
from lms.kernel.db import transaction
from tests.support.web import NOW, World

MONDAY = date(2026, 10, 19)  # the week before NOW's: due and locked in the days after NOW
DUE = datetime(2026, 10, 28, 16, tzinfo=UTC)
LOCK = datetime(2026, 10, 31, 16, tzinfo=UTC)
FULL = 660


@contextmanager
def at(instant: datetime) -> Iterator[None]:
    """Play what is inside at another instant than NOW."""
    with time_machine.travel(instant, tick=False):
        yield


def log_week(world: World, who: str = "Ada", monday: date = MONDAY, minutes: int = FULL) -> None:
    """Hours from Monday on, at most four a day, of the first unit."""
    unit = world.one(Unit, code="PC-1").public_id
    with transaction():
        for number in range(-(-minutes // 240)):
            part = min(240, minutes - 240 * number)
            hours = Hours(day=monday + timedelta(days=number), minutes=part, unit=unit)
            log_hours(world.actor(who), world.enrollment(who), hours, str(uuid4()))


def log_capstone(world: World, who: str = "Ada", monday: date = MONDAY, minutes: int = 120) -> HoursEntry:
    """Capstone work on site, on the week's Friday."""
    with transaction():
        said = f"Tried the new fixture, week of {monday}"
        hours = Hours(day=monday + timedelta(days=4), minutes=minutes, kind=Kind.CAPSTONE_ONSITE, comment=said)
        return log_hours(world.actor(who), world.enrollment(who), hours, str(uuid4())).entry


def hand_in(world: World, who: str = "Ada", monday: date = MONDAY, zero_reason: ZeroReason | None = None) -> WeekSheet:
    """The week, handed in."""
    with transaction():
        return submit_sheet(world.actor(who), world.enrollment(who), monday, zero_reason)


def part_of(world: World, who: str = "Ada", route: Route = Route.SECTION, monday: date = MONDAY) -> SheetPart:
    """One part of a week that was handed in, as the database has it now."""
    enrollment = world.enrollment(who)
    sheet = world.one(WeekSheet, enrollment_id=enrollment.id, monday=monday)
    return world.one(SheetPart, week_sheet_id=sheet.id, route=route)


def week(world: World, who: str = "Ada", monday: date = MONDAY, as_of: datetime | None = None) -> Week:
    """One week as it stands."""
    with transaction(write=False):
        return week_of(world.enrollment(who), monday, as_of)


__all__ = ["DUE", "FULL", "LOCK", "MONDAY", "NOW", "at", "hand_in", "log_capstone", "log_week", "part_of", "week"]
