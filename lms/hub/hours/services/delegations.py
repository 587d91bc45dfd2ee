"""Somebody decides on hours in another's place, from day to day (D16, H20)."""

from datetime import date, timedelta

from sqlalchemy import select

from lms.hub.cohorts.models import Section
from lms.hub.hours.models.deciding import Delegation
from lms.hub.hours.queries.delegations import holders_for, holds_there
from lms.hub.hours.rules.delegation import check_delegation
from lms.kernel import prose
from lms.kernel.db import session
from lms.kernel.errors import Conflict, NotAllowed, RuleBroken
from lms.kernel.facts import stands
from lms.kernel.memo import forget
from lms.kernel.text import N_
from lms.messages.services import notify
from lms.people.access import Action, Actor, Relation
from lms.people.accounts.models import Person
from lms.people.anchors import anchor_of
from lms.people.commands import command
from lms.people.grants.services import end_held, hold
from lms.people.orgs.models import Firm
from lms.people.scope import policy_day, unscoped

PAGES = {Section: "/instructor/approvals", Firm: "/employer/approvals"}


@command(Action.HOURS_DELEGATE)
def delegate(
    actor: Actor,
    place: Section | Firm,
    holder: Person,
    from_day: date,
    to_day: date,
    *,
    giver: Person,
    reason: str = "",
) -> Delegation:
    """`holder` decides on hours of `place` as `giver` could, from day to day, both included.

    giver: the actor; a coordinator may also hand on what an instructor of the site has. The right ends with the
    giver's own, and never covers the giver's own hours. Raises RuleBroken.
    """
    if giver.id != actor.person_id and not _runs_site(actor, place):
        raise NotAllowed()
    check_delegation(
        from_day,
        to_day,
        policy_day(),
        giver_id=giver.id,
        holder_id=holder.id,
        may_hold=any(one.id == holder.id for one in holders_for([place])),
        giver_holds=holds_there(giver.id, place),
    )
    where = {"section_id": place.id} if isinstance(place, Section) else {"firm_id": place.id}
    _check_free(giver, holder, where, from_day, to_day)
    row = Delegation(giver_id=giver.id, holder_id=holder.id, **where, from_day=from_day, to_day=to_day)
    session.add(row)
    session.flush()
    prose.keep(row, reason=reason.strip())
    grant = hold(holder.id, Relation.DELEGATE, row.id, from_day, to_day)
    grant.stands_in_for_id = giver.id
    forget()
    page, name = PAGES[type(place)], place.name
    values = {"name": giver.name, "place": name, "first": from_day, "last": to_day}
    notify(holder.id, "delegation-given", row.public_id, **values, path=page)
    if giver.id != actor.person_id:
        notify(giver.id, "delegation-arranged", row.public_id, **{**values, "name": holder.name}, path=page)
    return row


@command(Action.DELEGATION_END)
def end_delegation(actor: Actor, delegation: Delegation) -> Delegation:
    """It ends now, by its giver, its holder or the site's coordinator; what was decided stays decided."""
    newer = select(Delegation.id).where(Delegation.supersedes_id == delegation.id)
    if delegation.is_ended or session.scalar(unscoped(newer, "whether it has ended")) is not None:
        raise Conflict(N_("This delegation has ended already."))
    kept = ("giver_id", "holder_id", "section_id", "firm_id", "from_day", "to_day")
    row = Delegation(**{name: getattr(delegation, name) for name in kept}, is_ended=True, supersedes_id=delegation.id)
    session.add(row)
    end_held(Relation.DELEGATE, delegation.id, policy_day() - timedelta(days=1))
    session.flush()
    forget()
    for person_id in {delegation.giver_id, delegation.holder_id} - {actor.person_id}:
        notify(person_id, "delegation-ended", row.public_id, first=row.from_day, last=row.to_day)
    return row


def _runs_site(actor: Actor, place: Section | Firm) -> bool:
    sites = {site for site, _ in anchor_of(place).seats}
    return isinstance(place, Section) and bool(sites & actor.places(Relation.COORDINATOR))


def _check_free(giver: Person, holder: Person, where: dict[str, int], from_day: date, to_day: date) -> None:
    statement = select(Delegation).filter_by(giver_id=giver.id, holder_id=holder.id, is_ended=False, **where)
    statement = statement.where(stands(Delegation), Delegation.from_day <= to_day, Delegation.to_day >= from_day)
    if session.scalars(unscoped(statement, "whether it is given already")).first() is not None:
        message = N_("%(name)s stands in there already in these days. End that first, or choose other days.")
        raise RuleBroken(message, field="from_day", name=holder.name)
