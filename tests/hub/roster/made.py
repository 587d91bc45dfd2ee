"""Roster files for tests, in the columns of the template."""

import csv
import io
from collections.abc import Iterable, Mapping

from lms.hub.cohorts.models import Cohort
from lms.hub.roster.models.imports import RosterImport
from lms.hub.roster.rules.columns import NAMES
from lms.hub.roster.services.importing import confirm_roster, plan_roster
from lms.kernel.db import transaction
from lms.people.orgs.models import Site
from tests.support.web import World

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
