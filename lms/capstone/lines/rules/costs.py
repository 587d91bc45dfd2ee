"""The investment side: wages of approved hours, costs by payer, incentives apart. Pure; amounts in minor units."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Protocol

from lms.capstone.lines.rules.kinds import CostKind, Payer, Perspective
from lms.kernel.errors import RuleBroken
from lms.kernel.money import hround
from lms.kernel.text import N_

MINUTES_AN_HOUR = 60

ASSUMED_LOADED_RATE_CENTS = 4565
"""Average hourly cost of a US private-industry employee, wages and benefits; shown as "assumption, not your data".

Source: US Bureau of Labor Statistics, Employer Costs for Employee Compensation, June 2025.
"""


class Rate(Protocol):
    """A loaded hourly rate from a day on; the newest one recorded for a day holds."""

    @property
    def effective_on(self) -> date: ...
    @property
    def rate_minor(self) -> int: ...


class Cost(Protocol):
    """One cost as posted: what for, who paid, how much (negative only for an incentive or a cancelled cost)."""

    @property
    def cost_kind(self) -> CostKind: ...
    @property
    def payer(self) -> Payer: ...
    @property
    def amount_minor(self) -> int: ...


@dataclass(frozen=True, slots=True)
class WeekWage:
    """What one week's firm-paid hours cost. rate_minor: None where no rate is known yet, and then the wage is 0."""

    monday: date
    minutes: int
    rate_minor: int | None
    wage_minor: int


@dataclass(frozen=True, slots=True)
class CostTotals:
    """A project's cost in one perspective: before and after incentives, and by kind."""

    gross_minor: int
    incentive_minor: int
    by_kind: Mapping[CostKind, int]

    @property
    def net_minor(self) -> int:
        """What it cost after incentives; the cost that ratios use."""
        return self.gross_minor + self.incentive_minor


def wage(minutes: int, rate_minor: int) -> int:
    """What so many minutes cost at an hourly rate, rounded once: 390 min at 45.37 is 294.91."""
    return hround(Fraction(minutes * rate_minor, MINUTES_AN_HOUR))


def rate_on(rates: Iterable[Rate], day: date) -> int | None:
    """The hourly rate that holds on `day`; None before the first one. Rates that start the same day: the last given."""
    holding = [rate for rate in rates if rate.effective_on <= day]
    return max(reversed(holding), key=lambda rate: rate.effective_on).rate_minor if holding else None


def weekly_wages(minutes_by_monday: Mapping[date, int], rates: Sequence[Rate]) -> list[WeekWage]:
    """Each week's paid minutes at the rate of its Monday, rounded once a week, oldest first."""
    found = []
    for monday in sorted(minutes_by_monday):
        minutes, rate = minutes_by_monday[monday], rate_on(rates, monday)
        found.append(WeekWage(monday, minutes, rate, wage(minutes, rate) if rate is not None else 0))
    return found


def unposted(due: Mapping[date, int], posted: Mapping[date, int]) -> dict[date, int]:
    """What still has to be posted for each week, so that posted plus this is due; weeks that agree are left out."""
    weeks = sorted({*due, *posted})
    missing = {week: due.get(week, 0) - posted.get(week, 0) for week in weeks}
    return {week: amount for week, amount in missing.items() if amount}


def totals(costs: Iterable[Cost], perspective: Perspective) -> CostTotals:
    """The costs that count in `perspective`: what the firm paid, or what all payers paid together."""
    by_kind: dict[CostKind, int] = {}
    for cost in costs:
        if perspective is Perspective.ALL or cost.payer is Payer.FIRM:
            by_kind[cost.cost_kind] = by_kind.get(cost.cost_kind, 0) + cost.amount_minor
    incentive = by_kind.get(CostKind.INCENTIVE, 0)
    return CostTotals(sum(by_kind.values()) - incentive, incentive, by_kind)


def check_cost(kind: CostKind, amount_minor: int) -> None:
    """Raises RuleBroken on a cost of nothing, on one below zero that is no incentive, or an incentive above zero."""
    if amount_minor == 0:
        raise RuleBroken(N_("What did it cost? Write an amount other than zero."), field="amount")
    if kind is CostKind.INCENTIVE and amount_minor > 0:
        raise RuleBroken(N_("An incentive lowers the cost. Write it with a minus sign."), field="amount")
    if kind is not CostKind.INCENTIVE and amount_minor < 0:
        raise RuleBroken(
            N_("Only an incentive (rebate, grant, scrap sale) can be below zero. Choose that kind."), field="amount"
        )
