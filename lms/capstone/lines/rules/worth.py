"""What a benefit line is worth: gross, adjusted, and month by month. Pure; amounts in minor units.

One rounding per line per month, so that every total is a sum of the rows that a page shows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Protocol

from lms.capstone.lines.rules.kinds import COUNTED, BenefitClass, HoursProof, Isolation, LineKind, Stream
from lms.kernel.explain import Explained, FactRef, Step
from lms.kernel.money import BASIS_POINTS, Money, exponent, hround, monthly, share
from lms.kernel.months import add_months, month_of
from lms.kernel.text import N_, say
from lms.kernel.units import Share

WINDOW_MONTHS = 12
"""The headline counts the first twelve months after go-live. Source: Phillips principle 9."""

SCALE = 10_000
"""Quantities and unit values are kept in ten-thousandths, so that sub-cent values stay exact."""


class Line(Protocol):
    """One version of a benefit line.

    quantity_e4: units a year (recurring) or units (one-time), in ten-thousandths. unit_value_e4: ten-thousandths of a
    minor unit. margin_bp: contribution margin, only for `hard_margin`. ramp_bp: share reached in the first months; the
    later ones count whole. life_months: None if no end is known.
    """

    @property
    def benefit_class(self) -> BenefitClass: ...
    @property
    def kind(self) -> LineKind: ...
    @property
    def stream(self) -> Stream: ...
    @property
    def quantity_e4(self) -> int: ...
    @property
    def unit_value_e4(self) -> int: ...
    @property
    def margin_bp(self) -> int | None: ...
    @property
    def attribution_bp(self) -> int: ...
    @property
    def confidence_bp(self) -> int: ...
    @property
    def ramp_bp(self) -> Sequence[int]: ...
    @property
    def life_months(self) -> int | None: ...
    @property
    def go_live(self) -> date | None: ...
    @property
    def isolation_method(self) -> Isolation | None: ...
    @property
    def hours_proof(self) -> HoursProof | None: ...


@dataclass(frozen=True, slots=True)
class MonthAmount:
    """What one month brings. month: its first day."""

    month: date
    minor: int


def gross(line: Line) -> int:
    """Units times unit value (times margin), a year for a recurring line; 0 for an intangible one."""
    if line.benefit_class is BenefitClass.INTANGIBLE:
        return 0
    exact = Fraction(line.quantity_e4 * line.unit_value_e4, SCALE * SCALE)
    if line.margin_bp is not None:
        exact *= Fraction(line.margin_bp, BASIS_POINTS)
    return hround(exact)


def attributed(line: Line) -> int:
    """What of the gross amount is claimed as caused by the project; a dis-benefit stays whole."""
    amount = gross(line)
    return amount if amount < 0 else share(amount, line.attribution_bp)


def adjusted(line: Line) -> int:
    """Gross times attribution times confidence, rounded once; a dis-benefit is never made smaller.

    Source: Phillips ROI Methodology (isolation and error of estimate), principles 4, 5 and 7.
    """
    return adjust(gross(line), line.attribution_bp, line.confidence_bp)


def adjust(amount: int, attribution_bp: int, confidence_bp: int) -> int:
    """The adjusted amount of a gross one: 48,000 at 80 % and 90 % is 34,560; -6,000 stays -6,000."""
    if amount < 0:
        return amount
    return hround(Fraction(amount * attribution_bp * confidence_bp, BASIS_POINTS * BASIS_POINTS))


def counts_in_headline(line: Line) -> bool:
    """Whether the line's class stands in the headline figures."""
    return line.benefit_class in COUNTED


def first_month(go_live: date, kind: LineKind) -> date:
    """The month whose whole benefit counts first.

    A recurring saving that starts on the 17th counts from the 1st of the next month; a one-time one in its own month.
    """
    whole = go_live.day == 1 or kind is LineKind.ONE_TIME
    return month_of(go_live) if whole else add_months(month_of(go_live), 1)


def schedule(line: Line, months: int = WINDOW_MONTHS) -> list[MonthAmount]:
    """The line's adjusted amount for each of its first `months` months; empty before it has a go-live day."""
    return spread(line, adjusted(line), months)


def spread(line: Line, amount: int, months: int = WINDOW_MONTHS) -> list[MonthAmount]:
    """`amount` a year (or once) over the line's months, by its go-live, ramp and life.

    Each year's twelve parts sum to it exactly (largest remainder); a ramp takes its share of a month's part, rounded
    once. A dis-benefit has no ramp.
    """
    if line.go_live is None or line.benefit_class is BenefitClass.INTANGIBLE:
        return []
    start = first_month(line.go_live, line.kind)
    if line.kind is LineKind.ONE_TIME:
        return [MonthAmount(start, amount)] if months > 0 else []
    parts = monthly(amount)
    length = min(months, line.life_months or months)
    return [MonthAmount(add_months(start, n), _ramped(parts[n % len(parts)], line.ramp_bp, n)) for n in range(length)]


def _ramped(part: int, ramp_bp: Sequence[int], n: int) -> int:
    return share(part, ramp_bp[n]) if part > 0 and n < len(ramp_bp) else part


def run_rate(line: Line) -> int:
    """What the line brings in a full year once it runs; nothing if it is one-time or ends within the year."""
    ends = line.life_months is not None and line.life_months < WINDOW_MONTHS
    return 0 if line.kind is LineKind.ONE_TIME or ends else adjusted(line)


def explain_gross(line: Line, currency: str, facts: tuple[FactRef, ...] = ()) -> Explained[Money]:
    """The gross amount with its steps: how many units, what each is worth, what of it is margin."""
    each = Decimal(line.unit_value_e4) / SCALE / 10 ** exponent(currency)
    total = Money(gross(line), currency)
    margin = [] if line.margin_bp is None else [Step(say(N_("Contribution margin")), Share(line.margin_bp))]
    return Explained(
        total,
        rule=say(N_("Quantity times unit value, of extra sales the margin alone; nothing for an intangible benefit.")),
        source=say(N_("Phillips ROI Methodology: converting data to monetary value")),
        facts=facts,
        steps=(
            Step(say(N_("Quantity")), Decimal(line.quantity_e4) / SCALE),
            Step(say(N_("Unit value, in %(currency)s"), currency=currency), each),
            *margin,
            Step(say(N_("Gross")), total),
        ),
    )


def explain_adjusted(line: Line, currency: str, facts: tuple[FactRef, ...] = ()) -> Explained[Money]:
    """The adjusted amount with its steps: gross, what is caused by the project, what is certain."""
    steps = [
        Step(say(N_("Gross: quantity times unit value")), Money(gross(line), currency)),
        Step(
            say(N_("Caused by the project: %(share)s"), share=Share(line.attribution_bp)),
            Money(attributed(line), currency),
        ),
        Step(
            say(N_("Certain: %(share)s"), share=Share(line.confidence_bp)),
            Money(adjusted(line), currency),
        ),
    ]
    return Explained(
        Money(adjusted(line), currency),
        rule=say(N_("Gross times attribution times confidence, rounded once; a recurring cost is never made smaller.")),
        source=say(N_("Phillips ROI Methodology, principles 4, 5 and 7")),
        facts=facts,
        steps=tuple(steps),
    )
