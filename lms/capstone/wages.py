"""What a reader may learn of wages. Pure.

Rates are finance's alone. Who knows how many hours were paid works the rate out from a week's wages, and in a team of
one from the wages in sum; so sponsor and viewers of the firm get one sum, and everybody else only the firm's costs
together.
"""

from dataclasses import replace
from enum import IntEnum

from lms.capstone.lines.rules.costs import CostTotals
from lms.people.access import Actor, Relation


class Sight(IntEnum):
    """How much of wages somebody sees."""

    NONE = 0
    """The costs of the firm together."""
    SUM = 1
    """Wages in one sum over all weeks."""
    EACH = 2
    """Every week."""


def sight_of(actor: Actor, firm_id: int) -> Sight:
    """How much of the wages of that firm `actor` sees; whoever holds several relations sees the most."""
    if actor.is_system or firm_id in actor.places(Relation.FINANCE):
        return Sight.EACH
    of_the_firm = actor.places(Relation.SPONSOR) | actor.places(Relation.FIRM_VIEWER)
    return Sight.SUM if firm_id in of_the_firm else Sight.NONE


def as_seen(costs: CostTotals, sight: Sight) -> CostTotals:
    """The same totals; without what each kind came to, where wages may not be told from the rest."""
    return costs if sight >= Sight.SUM else replace(costs, by_kind={})
