"""The charts of a project and of a portfolio, each with its "why?": drawn from the same figures as the tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import accumulate
from typing import Any

from lms.capstone.lines.rules.kinds import Perspective
from lms.capstone.lines.rules.worth import WINDOW_MONTHS
from lms.capstone.queries import FirmFigures, ProjectFigures
from lms.capstone.returns import Return
from lms.capstone.savings.rules.figures import (
    AGE_DAYS,
    WAITING,
    Age,
    ageing,
    explain_ageing,
    explain_funnel,
    explain_waterfall,
)
from lms.capstone.savings.rules.kinds import Level
from lms.capstone.savings.rules.realized import is_over, sum_realized
from lms.capstone.savings.rules.views import (
    add_cases,
    add_sources,
    came,
    explain_cases,
    explain_sources,
    sources,
    what_if,
)
from lms.kernel.explain import Explained, FactRef
from lms.kernel.money import Money, round_half_away
from lms.kernel.months import add_months
from lms.kernel.text import N_, say
from lms.people.scope import policy_day
from lms.web.charts import savings as drawn
from lms.web.charts.shapes import Figure
from lms.web.savings.figures import funnel_chart, waterfall_chart
from lms.web.savings.words import NAMES


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chart with its explanation. about: what it shows, for those who cannot see the "why?" beside it."""

    chart: Figure
    why: Explained[Any]


def project_charts(figures: ProjectFigures, level: Level, now: datetime) -> list[Drawn]:
    """The charts of one project."""
    made = figures.at(level, Perspective.FIRM)
    titles = {line.id: line.title for line in figures.lines}
    today = policy_day(figures.as_of)
    pairs = [
        drawn.Pair(titles.get(one.line_id, ""), one.forecast_minor, one.realized_minor)
        for one in came(figures.ledger, today)
    ]
    return _charts([figures], made, figures.funnel(), figures.waterfall(level, Perspective.FIRM), pairs, level, now)


def portfolio_charts(figures: FirmFigures, level: Level, now: datetime) -> list[Drawn]:
    """The charts of a firm, over every project."""
    made = figures.at(level, Perspective.FIRM)
    pairs = []
    for each in figures.projects:
        found = came(each.ledger, policy_day(each.as_of))
        if found:
            forecast, realized = (sum(getattr(one, name) for one in found) for name in PAIR)
            pairs.append(drawn.Pair(each.project.title, forecast, realized))
    return _charts(
        figures.projects, made, figures.funnel(), figures.waterfall(level, Perspective.FIRM), pairs, level, now
    )


PAIR = ("forecast_minor", "realized_minor")


def _charts(
    parts: Sequence[ProjectFigures],
    made: Return,
    funnel: Any,
    waterfall: Any,
    pairs: Sequence[drawn.Pair],
    level: Level,
    now: datetime,
) -> list[Drawn]:
    currency, facts = made.currency, made.facts
    found = add_sources([sources(each.ledger, each.versions, level) for each in parts])
    ages = add_ages([ageing(each.ledger, now) for each in parts])
    realized = [each.realized() for each in parts]
    return [
        Drawn(funnel_chart(funnel, currency), explain_funnel(funnel, currency, facts)),
        Drawn(waterfall_chart(waterfall, currency, level), explain_waterfall(waterfall, currency, facts)),
        Drawn(_cumulative(parts, made, level), made.cumulative_payback()),
        Drawn(
            drawn.pareto([drawn.Part(say(NAMES[one.stream]), one.minor) for one in found], currency),
            explain_sources(found, currency, facts),
        ),
        Drawn(drawn.dumbbells(pairs, currency), sum_realized(realized, currency, facts).explain_rate()),
        Drawn(
            drawn.ageing([drawn.Age(_days(age), age.claims, age.minor) for age in ages], currency),
            explain_ageing(ages, currency, facts),
        ),
        _sensitivity(parts, made, level),
    ]


def _sensitivity(parts: Sequence[ProjectFigures], made: Return, level: Level) -> Drawn:
    base = made.npv().value
    each = [(part, part.at(level, Perspective.FIRM)) for part in parts]
    rest = base.minor - sum(own.npv().value.minor for _, own in each)  # tuition beside, and what rounding leaves
    cases = [what_if(part.ledger, part.versions, level, own.flows, own.costs, own.rate_bp) for part, own in each]
    whole = [type(case)(case.name, case.worse_minor + rest, case.better_minor + rest) for case in add_cases(cases)]
    chart = drawn.sensitivity(
        base.minor, [drawn.WhatIf(case.name, case.worse_minor, case.better_minor) for case in whole], made.currency
    )
    return Drawn(chart, explain_cases(base, whole, made.facts))


def ages_by_level(
    parts: Sequence[ProjectFigures], currency: str, facts: tuple[FactRef, ...], now: datetime
) -> list[tuple[Level, list[Age], Explained[Money]]]:
    """What waits at each level by age, with its "why?"."""
    found = []
    for level in WAITING:
        ages = add_ages([ageing(each.ledger, now, level) for each in parts])
        found.append((level, ages, explain_ageing(ages, currency, facts, level)))
    return found


def add_ages(parts: Sequence[Sequence[Age]]) -> list[Age]:
    """The ages of the claims of several projects as one."""
    by_limit: dict[int | None, Age] = {limit: Age(limit, 0, 0) for limit in (*AGE_DAYS, None)}
    for age in (age for part in parts for age in part):
        before = by_limit[age.up_to_days]
        by_limit[age.up_to_days] = Age(age.up_to_days, before.claims + age.claims, before.minor + age.minor)
    return list(by_limit.values())


def _days(age: Age) -> Any:
    if age.up_to_days is None:
        return say(N_("more than 90 days"))
    first = 0 if age.up_to_days == AGE_DAYS[0] else age.up_to_days - AGE_DAYS[0] + 1
    return say(N_("%(first)s to %(last)s days"), first=first, last=age.up_to_days)


def _cumulative(parts: Sequence[ProjectFigures], made: Return, level: Level) -> Figure:
    """Each project's months from its own first month of benefit, as the return counts them."""
    planned = list(accumulate(made.flows[: WINDOW_MONTHS + 1]))
    brought, waits, last = [0] * (WINDOW_MONTHS + 1), [False] * (WINDOW_MONTHS + 1), 0
    for part in parts:
        start, today = min(part.ledger.months(level), default=None), policy_day(part.as_of)
        months = part.realized().months
        for place in range(1, WINDOW_MONTHS + 1) if start else ():
            month: date = add_months(start, place - 1)  # type: ignore[arg-type]  # there is a start
            if month in months:
                brought[place] += months[month]
                last = max(last, place)
            elif is_over(month, today):
                waits[place] = True
    so_far = list(accumulate([made.flows[0] if made.flows else 0, *brought[1:]]))
    paid = made.cumulative_payback().value.value
    rows = [
        drawn.Month(
            say(N_("%(month)s"), month=place),
            planned[place],
            so_far[place] if place <= last else None,
            waits[place],
        )
        for place in range(min(len(planned), WINDOW_MONTHS + 1))
    ]
    return drawn.cumulative(rows, made.currency, None if paid is None else round_half_away(paid, 1))
