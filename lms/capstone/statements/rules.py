"""What stands on a statement, as plain values that any program can compare. Pure.

Amounts are whole minor units, ratios and months exact fractions as text ("214/153"), so that two statements are equal
exactly if their canonical texts are. Names and titles are no part of it: they may be updated.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from lms.capstone.lines.rules.costs import CostTotals
from lms.capstone.lines.rules.kinds import Perspective
from lms.capstone.returns import Return
from lms.capstone.roi import Figure
from lms.capstone.savings.rules.kinds import Level
from lms.capstone.savings.rules.ledger import Ledger
from lms.capstone.savings.rules.realized import Realized
from lms.kernel.canonical import canonical

FORM = 1
"""The version of what stands on a statement; one of another form is not compared."""

LEVELS = (Level.REPORTED, Level.VERIFIED, Level.REVIEWED, Level.SUSTAINED)
RATIOS = ("bcr", "roi", "simple_payback", "cumulative_payback", "discounted_payback", "irr")
Returns = Mapping[tuple[Level, Perspective], Return]
Plain = dict[str, Any]


def level_key(level: Level) -> str:
    """`V2`."""
    return f"V{level.value}"


def sha256_of(figures: Plain) -> str:
    """The hash of the figures' canonical text."""
    return hashlib.sha256(canonical(figures).encode()).hexdigest()


def joint_head(heads: Mapping[str, str]) -> str:
    """One head for several chains, by the project's public id; that of a single one stays what it is."""
    if len(heads) == 1:
        return next(iter(heads.values()))
    text = "".join(f"{public_id} {head}\n" for public_id, head in sorted(heads.items()))
    return hashlib.sha256(text.encode()).hexdigest()


def figures_plain(
    returns: Returns, realized: Realized, classes: Mapping[str, int], lines: Mapping[Level, int]
) -> Plain:
    """The figures that a project and a portfolio share. returns: for each of `LEVELS` and perspectives."""
    some = returns[Level.VERIFIED, Perspective.FIRM]
    return {
        "form": FORM,
        "currency": some.currency,
        "rate_bp": some.rate_bp,
        "levels": {
            level_key(level): {
                "benefit": returns[level, Perspective.FIRM].benefit_minor,
                "run_rate": returns[level, Perspective.FIRM].run_rate_minor,
                "lines": lines.get(level, 0),
            }
            for level in LEVELS
        },
        "classes": dict(sorted(classes.items())),
        "costs": {each.value: _costs(returns[Level.VERIFIED, each].costs) for each in Perspective},
        "returns": {
            level_key(level): {each.value: _return(returns[level, each]) for each in Perspective}
            for level in (Level.REPORTED, Level.VERIFIED)
        },
        "realized": {
            "realized": realized.minor,
            "forecast": realized.expected_minor,
            "rate": _figure(realized.rate()),
            "confirmed_rate": _figure(realized.confirmed_rate()),
        },
    }


def part_plain(public_id: str, head: str, ledger: Ledger, returns: Returns) -> Plain:
    """One project as a portfolio's statement lists it."""
    return {
        "project": public_id,
        "head": head,
        "entries": len(ledger.rows),
        **{level_key(level): returns[level, Perspective.FIRM].benefit_minor for level in LEVELS},
        "cost_firm": returns[Level.VERIFIED, Perspective.FIRM].cost_minor,
        "cost_all": returns[Level.VERIFIED, Perspective.ALL].cost_minor,
    }


def _costs(costs: CostTotals) -> Plain:
    return {
        "kinds": {kind.value: minor for kind, minor in sorted(costs.by_kind.items())},
        "gross": costs.gross_minor,
        "incentives": costs.incentive_minor,
        "net": costs.net_minor,
    }


def _return(made: Return) -> Plain:
    found: Plain = {name: _figure(getattr(made, name)().value) for name in RATIOS}
    return {**found, "net": made.net_minor, "npv": made.npv().value.minor}


def _figure(figure: Figure) -> str | None:
    return None if figure.value is None else str(figure.value)
