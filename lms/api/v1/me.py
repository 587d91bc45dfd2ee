"""Whose token it is, and what it may do."""

from lms.api.kit import operation
from lms.api.shapes import Shape
from lms.people.access import Action, Actor, may_at_all


class Me(Shape):
    """The token's owner. `may`: what this token may do now to at least something."""

    id: str
    name: str
    language: str
    zone: str
    relations: list[str]
    may: list[str]


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
    )
