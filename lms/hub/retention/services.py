"""Putting a person's records under a legal hold and lifting it."""

from sqlalchemy import select

from lms.hub.retention.models import LegalHold
from lms.kernel.db import session
from lms.kernel.errors import RuleBroken
from lms.kernel.facts import stands
from lms.kernel.prose import keep
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.people.accounts.models import Person
from lms.people.commands import command
from lms.people.scope import within


@command(Action.HOLD_SET)
def hold_records(actor: Actor, person: Person, reason: str) -> LegalHold:
    """Nothing of this person's may go from now on. Holding twice gives the hold that stands. Raises RuleBroken."""
    if not reason.strip():
        raise RuleBroken(N_("Say why the records are held."), field="reason")
    if held := _held(person):
        return held
    row = LegalHold(person_id=person.id)
    session.add(row)
    keep(row, reason=reason.strip())
    return row


@command(Action.HOLD_SET)
def lift_hold(actor: Actor, person: Person, reason: str) -> LegalHold:
    """The hold ends; the times of retention count again. Raises RuleBroken."""
    held = _held(person)
    if held is None:
        raise RuleBroken(N_("The records of this person are not held."), field="person")
    if not reason.strip():
        raise RuleBroken(N_("Say why the hold ends."), field="reason")
    row = LegalHold(person_id=person.id, is_lifted=True, supersedes_id=held.id)
    session.add(row)
    keep(row, reason=reason.strip())
    return row


def _held(person: Person) -> LegalHold | None:
    statement = select(LegalHold).where(stands(LegalHold), LegalHold.is_lifted.is_(False))
    return session.scalars(within(statement, person)).first()
