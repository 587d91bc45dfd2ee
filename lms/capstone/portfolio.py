"""Several projects as one: sums of their sums, never means of their ratios. Pure; amounts of one currency.

Every enrollment of the firm is in it, also those without a project, withdrawn ones and projects that saved nothing.
"""

from collections.abc import Iterable, Sequence
from itertools import zip_longest

from lms.capstone.lines.rules.costs import CostTotals
from lms.capstone.lines.rules.kinds import CostKind, Perspective
from lms.capstone.returns import PROGRAM_RATE_BP, Return
from lms.capstone.savings.rules.figures import FunnelBar
from lms.capstone.savings.rules.kinds import Level
from lms.kernel.errors import RuleBroken
from lms.kernel.explain import FactRef
from lms.kernel.text import N_


def add_costs(parts: Iterable[CostTotals]) -> CostTotals:
    """The costs of several projects as one."""
    by_kind: dict[CostKind, int] = {}
    gross = incentive = 0
    for part in parts:
        gross, incentive = gross + part.gross_minor, incentive + part.incentive_minor
        for kind, minor in part.by_kind.items():
            by_kind[kind] = by_kind.get(kind, 0) + minor
    return CostTotals(gross, incentive, by_kind)


def tuition(minor: int) -> CostTotals:
    """A cost of tuition alone."""
    return CostTotals(minor, 0, {CostKind.TUITION: minor} if minor else {})


def combine(
    parts: Sequence[Return],
    level: Level,
    perspective: Perspective,
    currency: str,
    beside: CostTotals | None = None,
    rate_bp: int | None = None,
    names: Sequence[str] = (),
) -> Return:
    """The return of all `parts` together; beside: cost of enrollments that stands in no project's ledger.

    names: of the parts, where they are shown. Months are counted from each project's own first month of benefit. Raises
    RuleBroken on mixed currencies.
    """
    if any(part.currency != currency for part in parts):
        raise RuleBroken(N_("These projects are in several currencies. Look at them one by one."), field="currency")
    costs = add_costs([*(part.costs for part in parts), *([beside] if beside else [])])
    later = [sum(month) for month in zip_longest(*(part.flows[1:] for part in parts), fillvalue=0)]
    facts: tuple[FactRef, ...] = tuple(fact for part in parts for fact in part.facts)
    return Return(
        level=level,
        perspective=perspective,
        currency=currency,
        benefit_minor=sum(part.benefit_minor for part in parts),
        costs=costs,
        run_rate_minor=sum(part.run_rate_minor for part in parts),
        flows=[-costs.net_minor, *later],
        rate_bp=PROGRAM_RATE_BP if rate_bp is None else rate_bp,
        parts=tuple((name, part.benefit_minor) for name, part in zip(names, parts, strict=False) if part.benefit_minor),
        facts=facts,
    )


def combine_funnels(parts: Sequence[Sequence[FunnelBar]]) -> list[FunnelBar]:
    """The bars of several funnels, each summed with those of its name; `lines` counts the projects that have it."""
    found: dict[str, FunnelBar] = {}
    for bar in (bar for part in parts for bar in part):
        before = found.get(bar.name, FunnelBar(bar.name, bar.level, 0, 0))
        found[bar.name] = FunnelBar(bar.name, bar.level, before.minor + bar.minor, before.lines + (bar.lines > 0))
    return list(found.values())
