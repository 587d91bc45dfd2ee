"""The formulas of return: benefit-cost ratio, ROI, paybacks, NPV, IRR. Pure, exact, each with its source.

Amounts are minor units of one currency. `flows[0]` stands at the start, `flows[t]` at the end of period t; a cost is
negative. Ratios are exact fractions, rounded only when shown. Two words that common tools mix up: BCR is benefit over
cost (1.40), ROI is what comes back beyond the cost (40 %).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from lms.kernel.money import MONTHS_A_YEAR, hround, round_half_away

DIGITS = 40
"""Decimal digits of intermediate values; discounting 36 months loses fewer than three of them."""

RATE_DIGITS = Decimal("1e-20")
YEARLY_DIGITS = 12
"""A rate that was searched for is no exact fraction; so many digits of it are kept."""

LARGEST_IRR = 10
"""Yearly internal rates beyond plus or minus 1000 % say nothing about a project and are not shown."""

DAYS_A_YEAR = 365  # XIRR's convention (Microsoft Excel function reference)


class Why(StrEnum):
    """Why a figure is not available."""

    ZERO_COST = "zero_cost"
    NEGATIVE_COST = "negative_cost"
    NEVER = "never"
    NO_SIGN_CHANGE = "no_sign_change"
    MULTIPLE_SIGN_CHANGES = "multiple_sign_changes"
    OUT_OF_RANGE = "out_of_range"


@dataclass(frozen=True, slots=True)
class Figure:
    """A ratio, a rate or a number of months; without `value`, `why` says why there is none."""

    value: Fraction | None
    why: Why | None = None

    def __bool__(self) -> bool:
        return self.value is not None


def bcr(benefit: int, cost: int) -> Figure:
    """Benefits for each unit of cost: 428 on 305.40 is 1.4014.

    Source: Phillips and Phillips, ROI Basics (ASTD), "benefit-cost ratio"; IAC and KPI Fire print it as "ROI".
    """
    return _over_cost(benefit, cost)


def roi(benefit: int, cost: int) -> Figure:
    """Net benefits over cost: 0.4014 is 40.14 %. A loss is negative and never clipped.

    Source: Phillips and Phillips, ROI Basics (ASTD): (benefits - costs) / costs; 3 : 1 is 200 %, not 300 %.
    """
    return _over_cost(benefit - cost, cost)


def simple_payback_months(annual_benefit: int, cost: int) -> Figure:
    """Months until a year's benefit, spread evenly, equals the cost.

    Source: US DOE Industrial Assessment Centers database manual v10.2, "simple payback" (cost / yearly savings).
    """
    if cost < 0:
        return Figure(None, Why.NEGATIVE_COST)
    if cost == 0:
        return Figure(Fraction(0))
    if annual_benefit <= 0:
        return Figure(None, Why.NEVER)
    return Figure(Fraction(cost * MONTHS_A_YEAR, annual_benefit))


def payback_period(flows: Sequence[int | Decimal]) -> Figure:
    """The period in which the running total becomes zero or more and stays so, linear inside the period.

    0 if it never was below zero; NEVER if it ends below. Only what the flows hold counts: 865 a year for eight years
    never pays back 7,900. Source: Ross, Westerfield, Jordan, Fundamentals of Corporate Finance, ch. 9 (payback rule).
    """
    totals = list(_running(flows))
    below = [period for period, total in enumerate(totals) if total < 0]
    if not below:
        return Figure(Fraction(0))
    last = below[-1]
    if last == len(totals) - 1:
        return Figure(None, Why.NEVER)
    return Figure(last + Fraction(-totals[last]) / Fraction(flows[last + 1]))


def discounted(flows: Sequence[int], rate: Decimal) -> list[Decimal]:
    """Each flow at its present value for `rate` a period; the first one stands as it is."""
    with localcontext(prec=DIGITS):
        factor = 1 / (1 + rate)
        return [flow * factor**period for period, flow in enumerate(flows)]


def npv(flows: Sequence[int], rate: Decimal) -> Decimal:
    """Net present value at `rate` a period, unrounded.

    Source: numpy-financial `npv` (Gitman 2003), which leaves the first flow undiscounted; Excel's NPV() discounts its
    first argument, so Excel writes NPV(rate, later flows) + first flow.
    """
    with localcontext(prec=DIGITS):
        return sum(discounted(flows, rate), Decimal(0))


def monthly_rate(annual: Decimal) -> Decimal:
    """The monthly rate that compounds to `annual`: (1 + r)^(1/12) - 1, not r / 12."""
    with localcontext(prec=DIGITS):
        return (1 + annual) ** (Decimal(1) / MONTHS_A_YEAR) - 1


def yearly_rate(monthly: Decimal) -> Decimal:
    """The yearly rate that `monthly` compounds to."""
    with localcontext(prec=DIGITS):
        return (1 + monthly) ** MONTHS_A_YEAR - 1


def npv_monthly(flows: Sequence[int], annual_rate: Decimal) -> int:
    """Net present value of monthly flows at a yearly rate, in minor units, rounded once."""
    return hround(npv(flows, monthly_rate(annual_rate)))


def discounted_payback_months(flows: Sequence[int], annual_rate: Decimal) -> Figure:
    """Payback of monthly flows discounted at a yearly rate."""
    return payback_period(discounted(flows, monthly_rate(annual_rate)))


def irr(flows: Sequence[int]) -> Figure:
    """The rate a period at which the flows are worth nothing.

    Only for a conventional project: first a cost, then one change of sign; anything else has no single answer, and says
    so instead of returning one of several roots. Source: Ross, Westerfield, Jordan, ch. 9 (nonconventional flows).
    """
    broken = _not_conventional(flows)
    if broken:
        return Figure(None, broken)

    def worth(factor: Decimal) -> Decimal:
        total = Decimal(0)
        for flow in reversed(flows):
            total = total * factor + flow
        return total

    return _rate_of_root(worth)


def irr_annual(flows: Sequence[int]) -> Figure:
    """The yearly internal rate of monthly flows, (1 + i)^12 - 1; OUT_OF_RANGE beyond plus or minus 1000 %."""
    monthly = irr(flows)
    if monthly.value is None:
        return monthly
    yearly = round_half_away((1 + monthly.value) ** MONTHS_A_YEAR - 1, YEARLY_DIGITS)
    return Figure(Fraction(yearly)) if abs(yearly) <= LARGEST_IRR else Figure(None, Why.OUT_OF_RANGE)


def irr_dated(flows: Sequence[tuple[date, int]]) -> Figure:
    """The yearly internal rate of flows on given days, a year having 365.

    Source: Microsoft Excel function reference, XIRR. Conventional flows only, as `irr`.
    """
    ordered = sorted(flows)
    broken = _not_conventional([flow for _, flow in ordered])
    if broken:
        return Figure(None, broken)
    start = ordered[0][0]

    def worth(factor: Decimal) -> Decimal:
        return sum((flow * factor ** (Decimal((day - start).days) / DAYS_A_YEAR) for day, flow in ordered), Decimal(0))

    return _rate_of_root(worth)


def sir(savings_present: Decimal, investment_present: Decimal) -> Figure:
    """Savings-to-investment ratio of present values.

    Source: US DOE Federal Energy Management Program, NIST Handbook 135 (2022), section on SIR.
    """
    if investment_present <= 0:
        return Figure(None, Why.ZERO_COST if investment_present == 0 else Why.NEGATIVE_COST)
    return Figure(Fraction(savings_present) / Fraction(investment_present))


def airr(ratio: Fraction, rate: Decimal, years: int) -> Decimal:
    """Adjusted internal rate of return, (1 + r) * SIR^(1/N) - 1.

    Source: NIST Handbook 135 (2022), section on AIRR. Raises ValueError on a negative ratio or no years.
    """
    if ratio < 0 or years <= 0:
        raise ValueError("an adjusted rate needs a ratio of at least 0 and at least one year")
    with localcontext(prec=DIGITS):
        return (1 + rate) * (Decimal(ratio.numerator) / ratio.denominator) ** (Decimal(1) / years) - 1


def realization(realized: int, forecast: int) -> Figure:
    """What part of the forecast came true over the same months; not available where nothing was forecast."""
    return Figure(Fraction(realized, forecast)) if forecast > 0 else Figure(None, Why.ZERO_COST)


def sign_changes(flows: Sequence[int]) -> int:
    """How often the flows turn from cost to benefit or back; zeros do not count."""
    signs = [flow > 0 for flow in flows if flow]
    return sum(one != two for one, two in pairwise(signs))


def _over_cost(numerator: int, cost: int) -> Figure:
    if cost == 0:
        return Figure(None, Why.ZERO_COST)
    if cost < 0:
        return Figure(None, Why.NEGATIVE_COST)
    return Figure(Fraction(numerator, cost))


def _running(flows: Sequence[int | Decimal]) -> Iterator[Fraction]:
    total = Fraction(0)
    for flow in flows:
        total += Fraction(flow)
        yield total


def _not_conventional(flows: Sequence[int]) -> Why | None:
    changes = sign_changes(flows)
    if changes > 1:
        return Why.MULTIPLE_SIGN_CHANGES
    first = next((flow for flow in flows if flow), 0)
    return None if changes == 1 and first < 0 else Why.NO_SIGN_CHANGE


def _rate_of_root(worth: Callable[[Decimal], Decimal]) -> Figure:
    """The rate whose discount factor makes `worth` zero, by bisection.

    With one change of sign from cost to benefit, `worth` is negative below its only positive root and positive above
    (Descartes), so bisection cannot miss; it stops when the factor is known to 25 digits.
    """
    with localcontext(prec=DIGITS):
        low, high = Decimal(0), Decimal(1)
        while worth(high) < 0:
            low, high = high, high * 2
        while high - low > high * Decimal("1e-25"):
            middle = (low + high) / 2
            low, high = (middle, high) if worth(middle) < 0 else (low, middle)
        return Figure(Fraction((2 / (low + high) - 1).quantize(RATE_DIGITS)))
