"""A roster of 5,000 people: 200 planted errors of 14 kinds are all found, and the corrected file goes in at once."""

import random

import pytest
from sqlalchemy import func, select

from lms.hub.cohorts.models import Cohort
from lms.hub.enrollment.models import Enrollment
from lms.hub.roster.kinds import PlanKind
from lms.hub.roster.models.imports import RosterLine
from lms.hub.roster.queries.imports import fault_of
from lms.hub.roster.services.importing import confirm_roster, plan_roster
from lms.kernel.db import session, transaction
from lms.kernel.errors import RuleBroken
from lms.people.accounts.models import Person
from lms.people.orgs.models import Site
from lms.people.scope import unscoped
from tests.hub.roster.made import file_of
from tests.support.statements import count_statements
from tests.support.web import World

ROWS, PLANTED = 5000, 200
ROWS_ON_POSTGRESQL = 500  # in a short run: what is slow there is the number of rows, not what is proved
# One kind of error: the column that is spoiled, and with what.
KINDS = {
    "wrong e-mail": ("email", "not an address"),
    "no e-mail": ("email", ""),
    "no name": ("name", ""),
    "address of somebody else": ("email", "zoe@example.org"),
    "bad day": ("start_date", "03/04/2026"),
    "outside of the cohort": ("start_date", "2025-01-15"),
    "unknown site": ("site", "Atlantis"),
    "unknown section": ("section", "Night owls"),
    "another site's section": ("section", "Providence"),
    "unknown firm": ("firm", "Nobody Inc"),
    "unknown supervisor": ("supervisor_email", "stranger@example.org"),
    "unknown shift": ("shift", "sometimes"),
    "unknown status": ("status", "graduated"),
    "too long": ("name", "x" * 201),
}


def people(number: int) -> list[dict[str, str]]:
    """Sound rows."""
    shifts = ("day", "evening", "night", "rotating", "")
    return [
        {
            "external_id": f"L-{n:05}",
            "name": f"Person {n}",
            "email": f"person.{n}@example.org",
            "site": "Lowell" if n % 2 else "",
            "section": "Lowell",
            "firm": "Acme",
            "supervisor_email": "sam@example.org" if n % 3 else "",
            "shift": shifts[n % 5],
            "start_date": "2026-11-02" if n % 7 == 0 else "",
            "status": "active" if n % 2 else "",
        }
        for n in range(number)
    ]


def spoil(rows: list[dict[str, str]], planted: int) -> dict[int, str]:
    """Plant errors, the kinds in turn; each spoiled row (as a spreadsheet counts) and its column."""
    chosen = random.Random(5).sample(range(len(rows)), planted)
    kinds, columns = list(KINDS.values()), {}
    for place, index in enumerate(chosen):
        column, value = kinds[place % len(kinds)]
        if value == "zoe@example.org" and place >= len(kinds):  # once; further ones would also be twice in the file
            column, value = "email", f"person.{index}@@example.org"
        if column == "supervisor_email":
            rows[index]["firm"] = "Acme"
        rows[index][column] = value
        columns[index + 2] = column
    return columns


def count(model: type) -> int:
    found = session.scalar(unscoped(select(func.count()).select_from(model), "test"))
    session.commit()
    return found or 0


@pytest.mark.timeout(300)
def test_every_planted_error_is_found_and_the_corrected_file_goes_in_at_once(
    world: World, engine: str, pytestconfig: pytest.Config
) -> None:
    rows = ROWS if engine == "sqlite" or pytestconfig.getoption("--long") else ROWS_ON_POSTGRESQL
    cleo, cohort, lowell = world.actor("Cleo"), world.one(Cohort), world.one(Site, name="Lowell")
    spoiled = people(rows)
    planted = spoil(spoiled, PLANTED)
    before = count(Person), count(Enrollment)
    with transaction():
        made = plan_roster(cleo, cohort, lowell, "spoiled.csv", file_of(*spoiled))
    found = {line.number: fault_of(line)[0] for line in world.all(RosterLine, kind=PlanKind.FAULT)}
    assert made.faults == PLANTED
    assert found == planted
    with pytest.raises(RuleBroken, match="errors"), transaction():
        confirm_roster(cleo, made)
    assert (count(Person), count(Enrollment)) == before
    with transaction():
        sound = plan_roster(cleo, cohort, lowell, "corrected.csv", file_of(*people(rows)))
    assert (sound.joins, sound.faults) == (rows, 0)
    with count_statements() as sent, transaction():
        confirm_roster(cleo, sound)
    sent.at_most(120)
    assert (count(Person), count(Enrollment)) == (before[0] + rows, before[1] + rows)
    with transaction():
        again = plan_roster(cleo, cohort, lowell, "corrected.csv", file_of(*people(rows)))
    assert (again.joins, again.changes, again.unchanged) == (0, 0, rows)
