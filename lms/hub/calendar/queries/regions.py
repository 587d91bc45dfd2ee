"""What a workforce integrator reads of a region: sites, authorization, capacity, and counts that point at nobody.

The counts are of the first of the month, so that two looks a day apart do not reveal who joined in between.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, distinct, func, select

from lms.hub.calendar.queries.network import outcomes, sections_at
from lms.hub.enrollment.models import EmploymentSpell, Placement
from lms.kernel.db import session
from lms.kernel.errors import NotFound
from lms.kernel.facts import runs_on, stands
from lms.kernel.smallcells import Cells, shown
from lms.kernel.weeks import starts_at
from lms.people.access import Action, Actor
from lms.people.orgs.models import Region, Site
from lms.people.orgs.services import states_of
from lms.people.scope import policy_day, scoped, unscoped

COUNTED = ("students", "active", "completed", "left", "firms")


@dataclass(frozen=True, slots=True)
class RegionSite:
    """A site of the region. counts: by the names of `COUNTED`; None is too few to be shown."""

    site: Site
    sections: int
    counts: dict[str, int | None]

    def authorization(self, day: date) -> str:
        """ "open", "ahead" or "over" on `day`."""
        if self.site.authorized_from and day < self.site.authorized_from:
            return "ahead"
        return "over" if self.site.authorized_to and day > self.site.authorized_to else "open"


@dataclass(frozen=True, slots=True)
class RegionView:
    """A region as its integrator reads it. totals: by the names of `COUNTED`; None is too few to be shown."""

    region: Region
    states: tuple[str, ...]
    day: date
    sites: tuple[RegionSite, ...]
    capacity: int
    totals: dict[str, int | None]


def list_regions(actor: Actor, action: Action = Action.REGION_READ) -> Sequence[Region]:
    """The regions to which `actor` may do `action`, by name. One query."""
    return session.scalars(scoped(select(Region), actor, action).order_by(Region.name, Region.id)).all()


def find_region(actor: Actor, public_id: str, action: Action = Action.REGION_READ) -> Region:
    """Raises NotFound. One query."""
    found = session.scalar(scoped(select(Region).where(Region.public_id == public_id), actor, action))
    if found is None:
        raise NotFound()
    return found


def view_of(region: Region) -> RegionView:
    """A region that was found in scope, counted on the first of this month. Five queries."""
    day = policy_day().replace(day=1)
    known_at = starts_at(day, "UTC")
    states = states_of(region)
    sites = session.scalars(_sites(region, states)).all()
    numbers = [site.id for site in sites]
    counts, firms, sections = outcomes(numbers, day, known_at), _firms(numbers, day, known_at), sections_at(numbers)
    rows = [(*counts.get(number, (0, 0, 0, 0)), firms.get(number, 0)) for number in numbers]
    told: dict[str, Cells] = {name: shown([row[place] for row in rows]) for place, name in enumerate(COUNTED)}
    return RegionView(
        region=region,
        states=tuple(states),
        day=day,
        sites=tuple(
            RegionSite(site, sections.get(site.id, 0), {name: told[name].counts[index] for name in COUNTED})
            for index, site in enumerate(sites)
        ),
        capacity=sum(site.capacity or 0 for site in sites),
        totals={name: told[name].total for name in COUNTED},
    )


def _sites(region: Region, states: Sequence[str]) -> Select[Site]:
    statement = select(Site).order_by(Site.state, Site.name)
    if not region.is_network:
        statement = statement.where(Site.state.in_(states))
    return unscoped(statement, "sites of a region that was found in scope")


def _firms(site_ids: Sequence[int], day: date, as_of: datetime) -> dict[int, int]:
    statement = (
        select(Placement.site_id, func.count(distinct(EmploymentSpell.firm_id)))
        .join(EmploymentSpell, EmploymentSpell.enrollment_id == Placement.enrollment_id)
        .where(Placement.site_id.in_(site_ids), stands(Placement, as_of), runs_on(Placement, day))
        .where(stands(EmploymentSpell, as_of), runs_on(EmploymentSpell, day))
        .group_by(Placement.site_id)
    )
    rows = session.execute(unscoped(statement, "how many firms, at the sites of a region that was found in scope"))
    return dict(rows.all())
