"""How many rankings of spokes wait for somebody's decision."""

from sqlalchemy import func, select

from lms.kernel.db import session
from lms.kernel.facts import stands
from lms.people.access import Action, Actor
from lms.people.scope import scoped
from lms.spokes.models import SpokeChoice, SpokeDecision


def spokes_waiting(actor: Actor) -> int:
    """Standing rankings without a standing decision, on which `actor` decides. One query."""
    decided = select(SpokeDecision.id).where(SpokeDecision.spoke_choice_id == SpokeChoice.id, stands(SpokeDecision))
    statement = select(func.count(SpokeChoice.id)).where(stands(SpokeChoice), ~decided.exists())
    return session.scalar(scoped(statement, actor, Action.SPOKE_DECIDE, on=SpokeChoice)) or 0
