"""Roster files for tests, in the columns of the template."""

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import timedelta

from lms.hub.cohorts.models import Cohort
from lms.hub.roster.anchors import roster_place
from lms.hub.roster.kinds import Skill, SkillLevel
from lms.hub.roster.models.imports import RosterImport
from lms.hub.roster.models.seats import Seat, SeatContract
from lms.hub.roster.rules.applications import Form
from lms.hub.roster.rules.columns import NAMES
from lms.hub.roster.rules.seats import Terms
from lms.hub.roster.services.importing import confirm_roster, plan_roster
from lms.hub.roster.services.seats import nominate, open_seats
from lms.kernel.db import transaction
from lms.people.orgs.models import Firm, Site
from tests.support.web import NOW, World

DAY = NOW.date()

ADA = {"name": "Ada", "email": "ada@example.org", "section": "Lowell", "firm": "Acme"}
ZOE = {"name": "Zoe", "email": "zoe@example.org", "section": "Lowell", "firm": "Bolt"}
NOA = {"external_id": "L-9", "name": "Noa Lind", "email": "noa@example.org", "section": "Lowell"}


def file_of(*rows: Mapping[str, str], columns: Iterable[str] = NAMES) -> bytes:
    """A CSV file with these rows."""
    names = list(columns)
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, names, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue().encode()


def plan(world: World, *rows: Mapping[str, str], data: bytes | None = None, by: str = "Cleo") -> RosterImport:
    """A roster of Lowell, looked at and stored."""
    with transaction():
        return plan_roster(
            world.actor(by), world.one(Cohort), world.one(Site, name="Lowell"), "roster.csv", data or file_of(*rows)
        )


def apply(world: World, *rows: Mapping[str, str], by: str = "Cleo") -> RosterImport:
    """The same, confirmed at once."""
    made = plan(world, *rows, by=by)
    with transaction():
        return confirm_roster(world.actor(by), made)


def open_acme(world: World, seats: int = 2) -> SeatContract:
    """Seats of Acme at Lowell, from a week ago for half a year."""
    cohort, lowell = world.one(Cohort), world.one(Site, name="Lowell")
    terms = Terms(seats, DAY - timedelta(days=7), DAY + timedelta(days=180))
    with transaction():
        place = roster_place(cohort.id, cohort.program_id, lowell.id)
        return open_seats(world.actor("Cleo"), place, cohort, lowell, world.one(Firm, name="Acme"), terms)


def give(world: World, contract: SeatContract, name: str = "Noa Lind", email: str = "noa@example.org") -> Seat:
    """One of Acme's seats, given by its sponsor."""
    with transaction():
        return nominate(world.actor("Dee"), contract, name, email)


def form(**changed: object) -> Form:
    """A complete application."""
    values = {
        "floor_months": 48,
        "job": "Sets up lathes",
        "motivation": "I want to run the cell on my own one day.",
        "skills": dict.fromkeys(Skill, SkillLevel.HELPED),
    }
    return Form(**{**values, **changed})  # type: ignore[arg-type]
