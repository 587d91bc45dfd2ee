"""Two regions and who looks after them: Wim the one with Lowell, Una the one with Providence."""

from datetime import date

from lms.hub.roster.services.integrators import appoint_integrator
from lms.kernel.clock import now
from lms.kernel.db import session, transaction
from lms.people.access import Anchor, Relation
from lms.people.accounts.models import Person
from lms.people.accounts.passwords import hash_password
from lms.people.orgs.models import Region
from lms.people.orgs.services import open_region
from tests.support.cast import PASSWORD
from tests.support.web import World

SINCE = date(2026, 8, 1)


def open_regions(world: World) -> None:
    """Bay with Massachusetts for Wim, Ocean with Rhode Island for Una; both can sign in."""
    admin = world.actor("Gus")
    place = Anchor(programs=admin.places(Relation.PROGRAM_ADMIN))
    password_hash = hash_password(PASSWORD)
    for who, name, state in (("Wim", "Bay", "MA"), ("Una", "Ocean", "RI")):
        with transaction():
            email = f"{who.lower()}@example.org"
            session.add(Person(name=who, email=email, password_hash=password_hash, created_at=now()))
            session.flush()
            region = open_region(admin, place, name, f"{name} Manufacturing Partners", [state])
            appoint_integrator(admin, region, who, email, SINCE)


def region_of(world: World, name: str) -> Region:
    """The region of that name."""
    return world.one(Region, name=name)
