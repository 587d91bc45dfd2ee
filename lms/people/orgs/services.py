"""Opening firms and sites."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import available_timezones

from sqlalchemy import select

from lms.kernel.db import session
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action, Actor, Anchor
from lms.people.commands import command
from lms.people.orgs.models import Firm, Site, SiteKind
from lms.people.scope import unscoped


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
