"""Who decides on hours in whose place, from day to day."""

from datetime import date, datetime

from sqlalchemy import select

from lms.api.finding import find
from lms.api.kit import operation
from lms.api.shapes import Day, Prose, PublicId, Shape
from lms.hub.cohorts.models import Section
from lms.hub.hours.queries.delegations import Given, find_delegation, holders_for, list_delegations
from lms.hub.hours.services.delegations import delegate, end_delegation
from lms.kernel.db import session
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.people.accounts.models import Person
from lms.people.orgs.models import Firm
from lms.people.scope import policy_day, unscoped


class NewDelegation(Shape):
    """For a `section` or for a `firm`. `giver`: you if left out; a coordinator may name an instructor of the site.

    `holder`: staff of the cohort's sites, or people of the firm, who do not study there.
    """

    section: PublicId | None = None
    firm: PublicId | None = None
    giver: PublicId | None = None
    holder: PublicId
    from_day: Day
    to_day: Day
    reason: Prose = ""


class DelegationOut(Shape):
    """`state`: running, ahead, past or ended. Both days are included."""

    id: str
    giver: str
    holder: str
    place: str
    from_day: date
    to_day: date
    state: str
    recorded_at: datetime


class DelegationsOut(Shape):
    """Newest first."""

    items: list[DelegationOut]


@operation("GET /delegations", Action.DELEGATION_READ, gives=DelegationsOut)
def list_all_delegations(actor: Actor) -> DelegationsOut:
    """Your own, on either side; as a coordinator those of your sites. Ended ones too."""
    return DelegationsOut(items=[_out(one) for one in list_delegations(actor)])


@operation(
    "POST /delegations",
    Action.HOURS_DELEGATE,
    gives=DelegationOut,
    body=NewDelegation,
    status=201,
    problems=(404,),
)
def post_delegation(actor: Actor, body: NewDelegation) -> DelegationOut:
    """Let somebody decide in your place, or in an instructor's, from day to day."""
    if (body.section is None) == (body.firm is None):
        raise RuleBroken(N_("Name a section or a firm, one of the two."), field="section")
    place: Section | Firm
    if body.section is not None:
        place = find(actor, Action.HOURS_DELEGATE, Section, body.section)
    else:
        place = find(actor, Action.HOURS_DELEGATE, Firm, body.firm or "")
    holder = next((one for one in holders_for([place]) if one.public_id == body.holder), None)
    if holder is None:
        raise RuleBroken(
            N_("Choose somebody of the program's staff, or of the firm, who does not study there."), field="holder"
        )
    made = delegate(
        actor, place, holder, body.from_day, body.to_day, giver=_giver(actor, body.giver), reason=body.reason
    )
    return _one(actor, made.public_id)


@operation("POST /delegations/<public_id:delegation>/end", Action.DELEGATION_END, gives=DelegationOut)
def post_delegation_end(actor: Actor, delegation: str) -> DelegationOut:
    """End it now. 409 if it has ended already."""
    return _one(actor, end_delegation(actor, find_delegation(actor, delegation)).public_id)


def _giver(actor: Actor, public_id: str | None) -> Person:
    chosen = Person.id == actor.person_id if public_id is None else Person.public_id == public_id
    found = session.scalar(unscoped(select(Person).where(chosen), "the command asks what they hold there"))
    if found is None:
        raise RuleBroken(N_("This person does not decide on these hours, so nothing can be handed on."), field="giver")
    return found


def _one(actor: Actor, public_id: str) -> DelegationOut:
    return next(_out(one) for one in list_delegations(actor) if one.delegation.public_id == public_id)


def _out(given: Given) -> DelegationOut:
    row = given.delegation
    return DelegationOut(
        id=row.public_id,
        giver=given.giver.public_id,
        holder=given.holder.public_id,
        place=given.place,
        from_day=row.from_day,
        to_day=row.to_day,
        state=given.state(policy_day()),
        recorded_at=row.recorded_at,
    )
