"""A person's own account: their row, sessions and tokens."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from lms.kernel.db import session
from lms.kernel.errors import NotFound
from lms.people.access import Action, Actor
from lms.people.accounts.models import ApiToken, Person, SignIn
from lms.people.scope import scoped, unscoped, within


def find_own_account(actor: Actor) -> Person:
    """The actor's own row, to be changed by a command. Raises NotFound for the system."""
    found = session.scalar(scoped(select(Person), actor, Action.ACCOUNT_OWN).where(Person.id == actor.person_id))
    if found is None:
        raise NotFound()
    return found


def person_by_email(email: str) -> Person | None:
    """Who has this address, for commands that name a person by it; None for nobody. One query."""
    statement = select(Person).where(Person.email == email.strip().lower(), Person.is_active)
    return session.scalar(unscoped(statement, "who is named by an address that the actor knows"))


def list_sessions(person: Person, moment: datetime) -> Sequence[SignIn]:
    """The live sessions of `person`, the one used last first."""
    live = select(SignIn).where(SignIn.idle_until > moment, SignIn.expires_at > moment)
    return session.scalars(within(live, person).order_by(SignIn.last_seen_at.desc())).all()


def list_tokens(person: Person) -> Sequence[ApiToken]:
    """Every API token of `person`, revoked and expired ones too, newest first."""
    return session.scalars(within(select(ApiToken), person).order_by(ApiToken.id.desc())).all()


def find_token_of(person: Person, public_id: str) -> ApiToken:
    """One token of `person`. Raises NotFound."""
    found = session.scalar(within(select(ApiToken), person).where(ApiToken.public_id == public_id))
    if found is None:
        raise NotFound()
    return found
