"""Opening firms and sites."""

from zoneinfo import available_timezones

from sqlalchemy import select

from lms.kernel.db import session
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action, Actor, Anchor
from lms.people.commands import command
from lms.people.orgs.models import Firm, Site, SiteKind
from lms.people.scope import unscoped


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
    actor: Actor, place: Anchor, name: str, kind: SiteKind, city: str, state: str, zone: str = "America/New_York"
) -> Site:
    """A delivery partner's place. Raises RuleBroken for a name in use."""
    _check(name, zone)
    if session.scalar(unscoped(select(Site.id).where(Site.name == name.strip()), "names of sites are unique")):
        raise RuleBroken(N_("There is a site called %(name)s already."), field="name", name=name.strip())
    site = Site(name=name.strip(), kind=kind, city=city, state=state, zone=zone)
    session.add(site)
    session.flush()
    return site


def _check(name: str, zone: str) -> None:
    faults = []
    if not name.strip():
        faults.append(RuleBroken(N_("Give it a name."), field="name"))
    if zone not in available_timezones():
        faults.append(RuleBroken(N_("Choose a time zone such as America/New_York."), field="zone"))
    if faults:
        first, *rest = faults
        raise RuleBroken(first.sentence.message, field=first.field, also=tuple(rest))
