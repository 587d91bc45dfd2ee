"""Figures of return as pages show them: rows of a table with their "why?", and the charts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate
from typing import Any

from babel.numbers import format_decimal

from lms.capstone.lines.rules.worth import WINDOW_MONTHS
from lms.capstone.returns import Return, as_shown
from lms.capstone.roi import Figure as Ratio
from lms.capstone.savings.rules.figures import FunnelBar, WaterfallBar
from lms.capstone.savings.rules.kinds import Level
from lms.kernel.explain import Explained
from lms.kernel.money import round_half_away
from lms.kernel.text import N_, say
from lms.web.charts import money as charts
from lms.web.charts.shapes import Figure
from lms.web.language import reader


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One figure in both perspectives."""

    key: str
    name: str
    firm: Explained[Any]
    everybody: Explained[Any]

    @property
    def firm_shown(self) -> object:
        """As the reader sees it, at the firm's own cost."""
        return shown(self.firm)

    @property
    def everybody_shown(self) -> object:
        """As the reader sees it, at the cost to all payers."""
        return shown(self.everybody)


def shown(explained: Explained[Any]) -> object:
    """A figure as pages show it: rounded for the eye with all its digits, or why there is none."""
    value = as_shown(explained) if isinstance(explained.value, Ratio) else explained.value
    if isinstance(value, Decimal):
        digits = "0" * -int(value.as_tuple().exponent)
        return str(format_decimal(value, format=f"#,##0.{digits}", locale=reader().locale))
    return value


def figure_rows(firm: Return, everybody: Return) -> list[FigureRow]:
    """Every figure of a return, in both perspectives."""
    figures = (
        ("benefit", N_("First-year benefit"), Return.benefit),
        ("cost", N_("Cost"), Return.cost),
        ("bcr", N_("Benefit for each unit of cost (BCR)"), Return.bcr),
        ("roi", N_("Return on investment (ROI)"), Return.roi),
        ("simple_payback", N_("Simple payback, months"), Return.simple_payback),
        ("cumulative_payback", N_("Payback month by month, months"), Return.cumulative_payback),
        ("discounted_payback", N_("Discounted payback, months"), Return.discounted_payback),
        ("npv", N_("Worth today over 36 months (NPV)"), Return.npv),
        ("irr", N_("Internal rate of return a year"), Return.irr),
        ("run_rate", N_("Run-rate a year"), Return.run_rate),
    )
    return [FigureRow(key, name, explain(firm), explain(everybody)) for key, name, explain in figures]


def funnel_chart(bars: Iterable[FunnelBar], currency: str) -> Figure:
    """The funnel; what finance has verified is solid."""
    levels = [
        charts.Level(bar.name, bar.minor, bar.lines, bar.level is not None and bar.level >= Level.VERIFIED)
        for bar in bars
    ]
    return charts.funnel(levels, currency)


def waterfall_chart(bars: Iterable[WaterfallBar], currency: str, level: Level, key: str = "waterfall") -> Figure:
    """The waterfall; bars of nothing are left out, and the drawing still foots."""
    flows = [
        charts.Flow(bar.name, bar.minor, bar.kind.value, level >= Level.VERIFIED)
        for bar in bars
        if bar.minor or bar.kind.value != "change"
    ]
    return charts.waterfall(flows, currency, key)


def net_chart(made: Return) -> Figure:
    """Net benefit so far, month by month over the first year, with the month of payback."""
    totals: Sequence[int] = list(accumulate(made.flows[: WINDOW_MONTHS + 1]))
    months = [charts.MonthNet(say(N_("%(month)s"), month=n), minor) for n, minor in enumerate(totals)]
    paid = made.cumulative_payback().value.value
    return charts.net_benefit(months, made.currency, None if paid is None else round_half_away(paid, 1))
