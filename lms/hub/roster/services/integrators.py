"""Who looks after a region: appointed by the program, invited by mail if they cannot sign in yet, and dismissed."""

from datetime import date, timedelta

from sqlalchemy import select

from lms.hub.roster.services.invitations import program_name, send_links
from lms.hub.roster.services.seats import clean_who
from lms.kernel.db import session
from lms.kernel.errors import NotFound, RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action, Actor, Relation
from lms.people.accounts.models import Person
from lms.people.accounts.services import person_by_email
from lms.people.anchors import anchor_of
from lms.people.commands import command
from lms.people.grants.models import GrantRow
from lms.people.grants.services import hold
from lms.people.orgs.models import Region
from lms.people.scope import policy_day


@command(Action.GRANT_APPOINT)
def appoint_integrator(
    actor: Actor, region: Region, name: str, email: str, from_day: date, to_day: date | None = None
) -> GrantRow:
    """From `from_day` to `to_day` inclusive the person looks after the region. Raises RuleBroken."""
    name, email = clean_who(name, email)
    if to_day and to_day < from_day:
        raise RuleBroken(N_("The last day is before the first. Check both."), field="to_day")
    person = person_by_email(email)
    if person is None:
        person = Person(name=name, email=email)
        session.add(person)
        session.flush()
    if any(row.person_id == person.id and _lasts(row) for row in _held(region)):
        raise RuleBroken(N_("This person looks after the region already."), field="email")
    grant = hold(person.id, Relation.INTEGRATOR, region.id, from_day, to_day)
    if person.password_hash is None:
        programs = sorted(anchor_of(region).programs)
        send_links([person], "invite", {"program": program_name(programs[0])})
    return grant


@command(Action.GRANT_APPOINT)
def dismiss_integrator(actor: Actor, region: Region, grant_id: str) -> GrantRow:
    """From now on the person does not look after the region. Raises NotFound."""
    grant = next((row for row in _held(region) if row.public_id == grant_id and _lasts(row)), None)
    if grant is None:
        raise NotFound()
    yesterday = policy_day() - timedelta(days=1)
    grant.to_day = max(yesterday, grant.from_day - timedelta(days=1))
    return grant


def _lasts(row: GrantRow) -> bool:
    return row.to_day is None or row.to_day >= policy_day()


def _held(region: Region) -> list[GrantRow]:
    held = select(GrantRow).where(GrantRow.relation == Relation.INTEGRATOR, GrantRow.place_id == region.id)
    return list(session.scalars(held.order_by(GrantRow.id)))
