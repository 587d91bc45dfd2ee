"""Whose token it is, what it may do, and the password again for what needs a fresh sign-in."""

from datetime import datetime
from typing import Annotated

from flask import request
from pydantic import StringConstraints

from lms.api.kit import operation
from lms.api.shapes import NO_NUL, Shape
from lms.guard import current_token
from lms.kernel.clock import now
from lms.kernel.errors import LoggedRefusal
from lms.kernel.text import N_
from lms.people.access import Action, Actor, may_at_all
from lms.people.accounts.queries import find_own_account
from lms.people.accounts.services import keys_of, refresh
from lms.people.accounts.throttle import count_failure


class Me(Shape):
    """The token's owner. `may`: what this token may do now to at least something. `fresh_until`: see sign-in-again."""

    id: str
    name: str
    language: str
    zone: str
    relations: list[str]
    may: list[str]
    fresh_until: datetime | None


class Again(Shape):
    """The owner's password."""

    password: Annotated[str, StringConstraints(max_length=1000, pattern=NO_NUL)]


class FreshOut(Shape):
    """Until when this token may do what needs a fresh sign-in."""

    fresh_until: datetime


@operation("GET /me", Action.ACCOUNT_OWN, gives=Me)
def me(actor: Actor) -> Me:
    """Whose token this is."""
    return Me(
        id=actor.person_public_id,
        name=actor.name,
        language=actor.language,
        zone=actor.zone,
        relations=sorted({str(grant.relation) for grant in actor.grants}),
        may=sorted(action for action in Action if may_at_all(actor, action)),
        fresh_until=actor.fresh_until,
    )


@operation("POST /me/sign-in-again", Action.ACCOUNT_OWN, gives=FreshOut, body=Again, is_kept=False)
def sign_token_in_again(actor: Actor, body: Again) -> FreshOut:
    """Your password makes this token fresh for 15 minutes: verifying savings asks for that through every door.

    Wrong passwords count together with those of the sign-in page, and slow down in the same way.
    """
    token, owner, address = current_token(), find_own_account(actor), request.remote_addr or ""
    if not refresh(token, owner, body.password, address) or token.fresh_until is None:
        problem = LoggedRefusal(N_("This is not your password. Try again."), field="password")
        keys = keys_of(owner, address)
        problem.afterwards = lambda: count_failure(keys, now())  # what `refresh` counted is rolled back with the answer
        raise problem
    return FreshOut(fresh_until=token.fresh_until)
