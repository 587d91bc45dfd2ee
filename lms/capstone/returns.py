"""What a project or a portfolio returned, at one level of trust and from one perspective, each figure explained. Pure.

The plain folds (`benefit`, `cost`, `flows`) are what list pages use; `Return` is what "why?" shows.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from lms.capstone import roi
from lms.capstone.flows import flows, run_rate_at
from lms.capstone.lines.rules.costs import CostTotals, totals
from lms.capstone.lines.rules.kinds import Perspective
from lms.capstone.lines.rules.worth import Line
from lms.capstone.roi import Figure
from lms.capstone.savings.rules.kinds import Level
from lms.capstone.savings.rules.ledger import Ledger
from lms.kernel.explain import Explained, FactRef, Step
from lms.kernel.money import BASIS_POINTS, Money, exponent, hround, round_half_away
from lms.kernel.text import N_, Sentence, say
from lms.kernel.units import Share

PROGRAM_RATE_BP = 700
"""Yearly discount rate where the firm has named none. Source: OMB Circular A-94 (1992), base case of 7 % real."""


def as_ratio(value: Fraction) -> Decimal:
    """A benefit-cost ratio as it is shown: two digits."""
    return round_half_away(value, 2)


def as_percent(value: Fraction) -> Share:
    """A return as it is shown: hundredths of a percent."""
    return Share(hround(value * BASIS_POINTS))


def as_months(value: Fraction) -> Decimal:
    """A payback as it is shown: tenths of a month."""
    return round_half_away(value, 1)


@dataclass(frozen=True, slots=True)
class Return:
    """The numbers that every figure of return is made from, and the figures, each with its "why?".

    flows: month by month from the first month of benefit, the cost at the start. parts: what the benefit is the sum
    of, by name: a project's lines, a firm's projects. facts: what was folded.
    """

    level: Level
    perspective: Perspective
    currency: str
    benefit_minor: int
    costs: CostTotals
    run_rate_minor: int
    flows: Sequence[int]
    rate_bp: int = PROGRAM_RATE_BP
    parts: tuple[tuple[str, int], ...] = field(default=(), compare=False)
    facts: tuple[FactRef, ...] = field(default=(), compare=False)

    @property
    def cost_minor(self) -> int:
        """What it cost after incentives."""
        return self.costs.net_minor

    @property
    def net_minor(self) -> int:
        """What is left of the first year's benefit after the cost."""
        return self.benefit_minor - self.cost_minor

    @property
    def annual_rate(self) -> Decimal:
        """The yearly discount rate."""
        return Decimal(self.rate_bp) / BASIS_POINTS

    def bcr(self) -> Explained[Figure]:
        """Benefit for each unit of cost."""
        return self._ratio(
            roi.bcr(self.benefit_minor, self.cost_minor),
            N_("First-year benefit divided by cost."),
            N_("Phillips and Phillips, ROI Basics: benefit-cost ratio"),
            N_("Benefit for each unit of cost"),
            as_ratio,
        )

    def roi(self) -> Explained[Figure]:
        """What came back beyond the cost, as a part of the cost."""
        return self._ratio(
            roi.roi(self.benefit_minor, self.cost_minor),
            N_("First-year benefit less cost, divided by cost."),
            N_("Phillips and Phillips, ROI Basics: return on investment"),
            N_("Return on investment"),
            as_percent,
        )

    def simple_payback(self) -> Explained[Figure]:
        """Months until the first year's benefit, spread evenly, equals the cost."""
        return self._ratio(
            roi.simple_payback_months(self.benefit_minor, self.cost_minor),
            N_("Cost times twelve divided by first-year benefit."),
            N_("US DOE Industrial Assessment Centers database manual: simple payback"),
            N_("Months to pay back"),
            as_months,
        )

    def cumulative_payback(self) -> Explained[Figure]:
        """The month in which the running total turns and stays positive."""
        return self._ratio(
            roi.payback_period(self.flows),
            N_("The month in which cost and monthly benefits together become zero or more and stay so."),
            N_("Ross, Westerfield, Jordan, Fundamentals of Corporate Finance: payback rule"),
            N_("Months to pay back, month by month"),
            as_months,
        )

    def discounted_payback(self) -> Explained[Figure]:
        """The same on discounted flows."""
        return self._ratio(
            roi.discounted_payback_months(self.flows, self.annual_rate),
            N_("The same on monthly benefits discounted at (1 + rate)^(1/12) - 1 a month."),
            N_("Ross, Westerfield, Jordan, Fundamentals of Corporate Finance: discounted payback"),
            N_("Months to pay back, discounted"),
            as_months,
        )

    def irr(self) -> Explained[Figure]:
        """The yearly rate at which the project is worth nothing."""
        return self._ratio(
            roi.irr_annual(self.flows),
            N_("The yearly rate at which cost and 36 monthly benefits are worth nothing today."),
            N_("Ross, Westerfield, Jordan, Fundamentals of Corporate Finance: internal rate of return"),
            N_("Internal rate of return a year"),
            as_percent,
        )

    def npv(self) -> Explained[Money]:
        """What the horizon's flows are worth at the start."""
        worth = Money(roi.npv_monthly(self.flows, self.annual_rate), self.currency)
        return Explained(
            worth,
            rule=say(
                N_("Monthly benefits of %(months)s months discounted at %(rate)s a year, less cost."),
                months=len(self.flows) - 1,
                rate=Share(self.rate_bp),
            ),
            source=say(N_("US OMB Circular A-94; the rate is the firm's own or the program's")),
            facts=self.facts,
            steps=(*self._base(), Step(say(N_("Net present value")), worth)),
        )

    def benefit(self) -> Explained[Money]:
        """The first-year net hard benefit, part by part."""
        parts = [Step(say(N_("%(name)s"), name=name), Money(minor, self.currency)) for name, minor in self.parts]
        return Explained(
            Money(self.benefit_minor, self.currency),
            rule=say(
                N_(
                    "The sum of ledger entries in hard classes for the twelve months after each go-live,"
                    " as far as they are attested."
                )
            ),
            source=say(N_("Phillips ROI Methodology, principles 3, 4 and 9")),
            facts=self.facts,
            steps=(*parts, Step(say(N_("First-year benefit")), Money(self.benefit_minor, self.currency))),
        )

    def cost(self) -> Explained[Money]:
        """The cost in this perspective, by kind."""
        kinds = [
            Step(say(kind.value), Money(minor, self.currency)) for kind, minor in sorted(self.costs.by_kind.items())
        ]
        total = Money(self.cost_minor, self.currency)
        return Explained(
            total,
            rule=say(_COST_RULES[self.perspective]),
            source=say(N_("Phillips ROI Methodology, principle 10: fully loaded cost")),
            facts=self.facts,
            steps=(*kinds, Step(say(N_("Cost")), total)),
        )

    def run_rate(self) -> Explained[Money]:
        """What a full year brings once everything runs."""
        rate = Money(self.run_rate_minor, self.currency)
        return Explained(
            rate,
            rule=say(
                N_("The yearly amount of recurring lines still in use, as far as attested; never one-time savings.")
            ),
            source=say(N_("KaiNexus and DOE practice: run-rate is told apart from first-year benefit")),
            facts=self.facts,
            steps=(Step(say(N_("Run-rate a year")), rate),),
        )

    def _base(self) -> tuple[Step, ...]:
        return (
            Step(say(N_("First-year benefit")), Money(self.benefit_minor, self.currency)),
            Step(say(N_("Cost")), Money(self.cost_minor, self.currency)),
        )

    def _ratio(
        self, figure: Figure, rule: str, source: str, name: str, show: Callable[[Fraction], object]
    ) -> Explained[Figure]:
        if figure.value is None:
            last: tuple[Step, ...] = (Step(say(name), say(NOT_AVAILABLE[figure.why or roi.Why.NEVER])),)
        else:
            last = (Step(say(name), show(figure.value)), Step(say(N_("Exactly")), figure.value))
        steps = (*self._base(), *last)
        return Explained(figure, rule=say(rule), source=say(source), facts=self.facts, steps=steps)


_COST_RULES: Mapping[Perspective, str] = {
    Perspective.FIRM: N_("Everything that the firm itself paid, after incentives."),
    Perspective.ALL: N_("Everything that anybody paid (firm, learner, grant, institution), after incentives."),
}

NOT_AVAILABLE: Mapping[roi.Why, str] = {
    roi.Why.ZERO_COST: N_("n/a: no cost recorded"),
    roi.Why.NEGATIVE_COST: N_("n/a: incentives exceed the cost"),
    roi.Why.NEVER: N_("never"),
    roi.Why.NO_SIGN_CHANGE: N_("n/a: no cost followed by benefits"),
    roi.Why.MULTIPLE_SIGN_CHANGES: N_("n/a: more than one answer"),
    roi.Why.OUT_OF_RANGE: N_("n/a: beyond 1000 percent a year"),
}
"""What stands in place of a figure that there is none of."""


def as_shown(explained: Explained[Figure]) -> object:
    """A figure as pages show it: rounded for the eye, or why there is none."""
    return explained.steps[-2 if explained.value else -1].value


def explain_unverified(reported: Return, verified: Return) -> Explained[Money]:
    """What is reported beyond what is verified, of the same project or firm."""
    left = Money(reported.benefit_minor - verified.benefit_minor, verified.currency)
    return Explained(
        left,
        rule=say(N_("First-year benefit that the sponsor has reported, less what finance has verified.")),
        source=say(N_("Phillips ROI Methodology, principles 3, 4 and 9")),
        facts=reported.facts,
        steps=(
            Step(say(N_("Reported, first year")), Money(reported.benefit_minor, reported.currency)),
            Step(say(N_("Verified, first year")), Money(verified.benefit_minor, verified.currency)),
            Step(say(N_("Reported, not yet verified")), left),
        ),
    )


def explain_covered(verified: Return, projects: int) -> Explained[int]:
    """In how many of a firm's `projects` something is verified."""
    each = [Step(say(N_("%(name)s"), name=name), Money(minor, verified.currency)) for name, minor in verified.parts]
    return Explained(
        len(each),
        rule=say(N_("Projects of which finance has verified a first-year benefit, of all projects of the firm.")),
        source=say(N_("Phillips ROI Methodology, principles 3, 4 and 9")),
        facts=verified.facts,
        steps=(*each, Step(say(N_("All projects of the firm")), projects), Step(say(N_("Verified covers")), len(each))),
    )


def project_return(
    ledger: Ledger,
    versions: Mapping[int, Line],
    currency: str,
    level: Level = Level.VERIFIED,
    perspective: Perspective = Perspective.FIRM,
    rate_bp: int | None = None,
    facts: tuple[FactRef, ...] = (),
    names: Mapping[int, str] | None = None,
) -> Return:
    """What one project returned. rate_bp: the firm's hurdle rate, None for the program's. names: of its lines."""
    costs, by_line = totals(ledger.costs(), perspective), ledger.headline_by_line(level) if names else {}
    return Return(
        level=level,
        perspective=perspective,
        currency=currency,
        benefit_minor=ledger.headline(level),
        costs=costs,
        run_rate_minor=run_rate_at(ledger, versions, level),
        flows=flows(ledger, versions, level, costs.net_minor),
        rate_bp=PROGRAM_RATE_BP if rate_bp is None else rate_bp,
        parts=tuple((name, by_line[number]) for number, name in (names or {}).items() if number in by_line),
        facts=facts,
    )


def portfolio_sums(returns: Sequence[Return]) -> tuple[int, int]:
    """Benefit and cost over all projects, those that failed or were left included: never a mean of ratios."""
    return sum(r.benefit_minor for r in returns), sum(r.cost_minor for r in returns)


def in_words(level: Level, figure: Return) -> Sentence:
    """One sentence for a sponsor: what stands, what it cost, what each unit returned."""
    ratio, unit = roi.bcr(figure.benefit_minor, figure.cost_minor), 10 ** exponent(figure.currency)
    known = {
        "benefit": Money(figure.benefit_minor, figure.currency),
        "cost": Money(figure.cost_minor, figure.currency),
    }
    if ratio.value is None:
        return Sentence(N_("%(benefit)s stand for the first 12 months; no cost is recorded yet."), known)
    message = (
        N_("Finance has confirmed %(benefit)s over 12 months at a cost of %(cost)s: each %(one)s returned %(back)s.")
        if level >= Level.VERIFIED
        else N_("The firm reports %(benefit)s over 12 months at a cost of %(cost)s: each %(one)s returned %(back)s.")
    )
    return Sentence(
        message,
        {**known, "one": Money(unit, figure.currency), "back": Money(hround(ratio.value * unit), figure.currency)},
    )
