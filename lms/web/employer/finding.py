"""What every page of a firm starts with: which firm, known as of when, at which level."""

from flask import request
from sqlalchemy import select

from lms.capstone.savings.rules.kinds import Level
from lms.kernel.db import session
from lms.kernel.errors import NotFound, RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.people.orgs.models import Firm
from lms.people.scope import scoped

LEVELS = [level for level in Level if level is not Level.DRAFT]


def own_firm(actor: Actor, action: Action = Action.PORTFOLIO_READ) -> Firm:
    """The firm that the address names with `?firm=`, or the person's first by name. Raises NotFound. One query."""
    statement = scoped(select(Firm), actor, action).order_by(Firm.name, Firm.id)
    if wanted := request.args.get("firm"):
        statement = statement.where(Firm.public_id == wanted)
    firm = session.scalars(statement.limit(1)).first()
    if firm is None:
        raise NotFound()
    return firm


def asked_level() -> Level:
    """The level of `?level=V1`, finance's by default. Raises RuleBroken on another word."""
    levels = {f"V{level.value}": level for level in Level if level is not Level.DRAFT}
    found = levels.get(request.args.get("level", "V2"))
    if found is None:
        raise RuleBroken(N_("A level is one of V1, V2, V3 and V4."), field="level")
    return found
