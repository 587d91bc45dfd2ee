"""Opening firms, sites and regions."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from zoneinfo import available_timezones

from sqlalchemy import select

from lms.kernel.db import session
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action, Actor, Anchor
from lms.people.commands import command
from lms.people.orgs.models import Firm, Region, RegionState, Site, SiteKind
from lms.people.scope import unscoped, within


@dataclass(frozen=True, slots=True)
class SiteTerms:
    """Between which days a partner may teach, both included, and for how many students; None is not limited."""

    authorized_from: date | None = None
    authorized_to: date | None = None
    capacity: int | None = None


UNLIMITED = SiteTerms()


@command(Action.FIRM_MANAGE)
def open_firm(
    actor: Actor,
    place: Anchor,
    name: str,
    *,
    naics: str | None = None,
    size_band: str | None = None,
    currency: str = "USD",
    zone: str = "America/New_York",
    is_sample: bool = False,
) -> Firm:
    """An employer. place: from where it is brought in. Raises RuleBroken for a bad name or zone, both at once."""
    _check(name, zone)
    firm = Firm(name=name.strip(), naics=naics, size_band=size_band, currency=currency, zone=zone, is_sample=is_sample)
    session.add(firm)
    session.flush()
    return firm


@command(Action.SITE_MANAGE)
def open_site(
    actor: Actor,
    place: Anchor,
    name: str,
    kind: SiteKind,
    city: str,
    state: str,
    zone: str = "America/New_York",
    terms: SiteTerms | None = None,
) -> Site:
    """A delivery partner's place. Raises RuleBroken for a name in use."""
    _check_site(name, zone, terms or UNLIMITED)
    site = Site(name=name.strip(), kind=kind, city=city.strip(), state=state.strip().upper(), zone=zone)
    _set_terms(site, terms or UNLIMITED)
    session.add(site)
    session.flush()
    return site


@command(Action.SITE_MANAGE)
def change_site(actor: Actor, site: Site, name: str, kind: SiteKind, city: str, state: str, terms: SiteTerms) -> Site:
    """Its name, kind, place, authorization and capacity. The zone stays: weeks that were lived are counted in it."""
    _check_site(name, site.zone, terms, site)
    site.name, site.kind, site.city, site.state = name.strip(), kind, city.strip(), state.strip().upper()
    _set_terms(site, terms)
    return site


def _set_terms(site: Site, terms: SiteTerms) -> None:
    site.authorized_from, site.authorized_to, site.capacity = terms.authorized_from, terms.authorized_to, terms.capacity


def _check_site(name: str, zone: str, terms: SiteTerms, own: Site | None = None) -> None:
    _check(name, zone)
    same = select(Site.id).where(Site.name == name.strip())
    number = session.scalar(unscoped(same, "names of sites are unique"))
    if number is not None and (own is None or number != own.id):
        raise RuleBroken(N_("There is a site called %(name)s already."), field="name", name=name.strip())
    if terms.authorized_from and terms.authorized_to and terms.authorized_to < terms.authorized_from:
        raise RuleBroken(N_("The last day is before the first. Check both."), field="authorized_to")
    if terms.capacity is not None and not 0 <= terms.capacity <= 99_999:
        raise RuleBroken(N_("Give the capacity as a whole number of students, or leave it empty."), field="capacity")


def _check(name: str, zone: str) -> None:
    faults = []
    if not name.strip():
        faults.append(RuleBroken(N_("Give it a name."), field="name"))
    if zone not in available_timezones():
        faults.append(RuleBroken(N_("Choose a time zone such as America/New_York."), field="zone"))
    if faults:
        first, *rest = faults
        raise RuleBroken(first.sentence.message, field=first.field, also=tuple(rest))


@command(Action.REGION_MANAGE)
def open_region(
    actor: Actor, place: Anchor, name: str, integrator: str, states: Iterable[str], *, is_network: bool = False
) -> Region:
    """What a workforce integrator will look after: the sites of these states, or of all. Raises RuleBroken."""
    codes = _check_region(name, integrator, states, is_network=is_network)
    region = Region(name=name.strip(), integrator=integrator.strip(), is_network=is_network)
    session.add(region)
    session.flush()
    _set_states(region, codes)
    return region


@command(Action.REGION_MANAGE)
def change_region(
    actor: Actor, region: Region, name: str, integrator: str, states: Iterable[str], *, is_network: bool = False
) -> Region:
    """Its name, its integrator and its states. Raises RuleBroken."""
    codes = _check_region(name, integrator, states, is_network=is_network, own=region)
    region.name, region.integrator, region.is_network = name.strip(), integrator.strip(), is_network
    _set_states(region, codes)
    return region


def states_of(region: Region) -> list[str]:
    """The states of a region in alphabetical order; none for the whole network. One query."""
    return list(session.scalars(within(select(RegionState.state), region, on=RegionState).order_by(RegionState.state)))


def _set_states(region: Region, codes: frozenset[str]) -> None:
    rows = {row.state: row for row in session.scalars(within(select(RegionState), region))}
    for state in sorted(codes - set(rows)):
        session.add(RegionState(region_id=region.id, state=state))
    for state in sorted(set(rows) - codes):
        session.delete(rows[state])
    session.flush()


def _check_region(
    name: str, integrator: str, states: Iterable[str], *, is_network: bool, own: Region | None = None
) -> frozenset[str]:
    codes = frozenset(state.strip().upper() for state in states if state.strip())
    faults = []
    if not name.strip():
        faults.append(RuleBroken(N_("Give it a name."), field="name"))
    if not integrator.strip():
        faults.append(RuleBroken(N_("Say which organization it is."), field="integrator"))
    if any(len(code) > 20 for code in codes):
        faults.append(RuleBroken(N_("Write the states as their sites do, such as MO, IL."), field="states"))
    if not codes and not is_network:
        faults.append(RuleBroken(N_("Name at least one state, or choose the whole network."), field="states"))
    if codes and is_network:
        faults.append(RuleBroken(N_("The whole network has every state. Leave the list empty."), field="states"))
    same = session.scalar(unscoped(select(Region.id).where(Region.name == name.strip()), "names of regions are unique"))
    if same is not None and (own is None or same != own.id):
        faults.append(RuleBroken(N_("There is a region called %(name)s already."), field="name", name=name.strip()))
    if faults:
        first, *rest = faults
        raise RuleBroken(first.sentence.message, field=first.field, also=tuple(rest), **first.sentence.values)
    return codes
