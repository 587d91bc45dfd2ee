"""How grants reach regions, which stand above programs: an integrator's own, and any for who manages a program."""

from datetime import date

from sqlalchemy import Select, select

from lms.hub.catalog.models import Program
from lms.kernel.db import session
from lms.people.access import Anchor, Grant, Relation
from lms.people.anchors import places_of
from lms.people.orgs.models import Region
from lms.people.scope import reach_of, unscoped

PROGRAM_WIDE = (Relation.PROGRAM_ADMIN, Relation.REVIEWER, Relation.AUDITOR)


@reach_of("region")
def regions_reached(relation: Relation, grants: frozenset[Grant], day: date) -> "Select[int] | None":
    """An integrator's own regions; every region from any program."""
    numbers = sorted(grant.place_id for grant in grants)
    if relation is Relation.INTEGRATOR:
        return select(Region.id).where(Region.id.in_(numbers))
    if relation in PROGRAM_WIDE:
        return select(Region.id).where(select(Program.id).where(Program.id.in_(numbers)).exists())
    return None


@places_of("region")
def region_places(region_id: int) -> Anchor:
    """A region hangs at itself and at every program. One query."""
    programs = session.scalars(unscoped(select(Program.id), "a region hangs at every program"))
    return Anchor(regions=frozenset({region_id}), programs=frozenset(programs))
