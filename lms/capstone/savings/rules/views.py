"""More figures for charts: what the savings come from, forecast beside realized, what if. Pure; minor units.

As in `figures`, every number is a sum of ledger rows or is folded from line versions by the same rules as the return.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from lms.capstone.flows import HORIZON_MONTHS, kept_part, standing_lines
from lms.capstone.lines.rules.costs import CostTotals
from lms.capstone.lines.rules.kinds import COUNTED, BenefitClass, CostKind, HoursProof, Isolation, LineKind, Stream
from lms.capstone.lines.rules.worth import Line, schedule
from lms.capstone.roi import npv_monthly
from lms.capstone.savings.rules.kinds import EntryKind, Level
from lms.capstone.savings.rules.ledger import Ledger
from lms.capstone.savings.rules.realized import is_over
from lms.kernel.explain import Explained, FactRef, Step
from lms.kernel.money import BASIS_POINTS, Money, hround
from lms.kernel.months import months_between
from lms.kernel.text import N_, Sentence, say
from lms.kernel.units import Share


@dataclass(frozen=True, slots=True)
class Source:
    """What one stream brings in its first year."""

    stream: Stream
    minor: int


def sources(ledger: Ledger, versions: Mapping[int, Line], level: Level) -> dict[Stream, int]:
    """What counts at `level`, by what is saved; together it is the headline."""
    found: dict[Stream, int] = {}
    for line_id in sorted({p.line_id for p in ledger.postings if p.line_id is not None}):
        number = ledger.version_at(line_id, level)
        if number is None:
            continue
        rows = [row for row in ledger.line_rows(line_id, level) if row.benefit_class in COUNTED]
        stream = versions[number].stream
        found[stream] = found.get(stream, 0) + sum(row.amount_minor for row in rows)
    return found


def add_sources(parts: Sequence[Mapping[Stream, int]]) -> list[Source]:
    """Several projects as one, the largest first; streams that brought nothing are left out."""
    found: dict[Stream, int] = {}
    for part in parts:
        for stream, minor in part.items():
            found[stream] = found.get(stream, 0) + minor
    return sorted((Source(stream, minor) for stream, minor in found.items() if minor), key=_largest)


def _largest(source: Source) -> tuple[int, str]:
    return -source.minor, source.stream


@dataclass(frozen=True, slots=True)
class Came:
    """What was forecast for the months of a line that are over, and what finance has confirmed of them."""

    line_id: int
    forecast_minor: int
    realized_minor: int


def came(ledger: Ledger, today: date) -> list[Came]:
    """Forecast and realized of each line with a forecast or a confirmed month; together they are `realized`'s."""
    forecast: dict[int, dict[int, int]] = {}
    brought: dict[int, int] = {}
    for posting in ledger.postings:
        if posting.line_id is None or not ledger.stands(posting):
            continue
        rows = [row for row in ledger.rows_of(posting.id) if row.benefit_class in COUNTED]
        if posting.kind is EntryKind.FORECAST:  # of several, the newest holds
            minor = sum(row.amount_minor for row in rows if is_over(row.period, today))
            forecast[posting.line_id] = {posting.id: minor}
        elif posting.kind is EntryKind.REALIZE:
            brought[posting.line_id] = brought.get(posting.line_id, 0) + sum(row.amount_minor for row in rows)
    lines = sorted(forecast.keys() | brought.keys())
    return [Came(line, sum(forecast.get(line, {}).values()), brought.get(line, 0)) for line in lines]


@dataclass(frozen=True, slots=True)
class PlainLine:
    """A line version as values, so that one of them can be supposed to be another."""

    benefit_class: BenefitClass
    kind: LineKind
    stream: Stream
    quantity_e4: int
    unit_value_e4: int
    margin_bp: int | None
    attribution_bp: int
    confidence_bp: int
    ramp_bp: tuple[int, ...]
    life_months: int | None
    go_live: date | None
    isolation_method: Isolation | None
    hours_proof: HoursProof | None

    @classmethod
    def of(cls, line: Line) -> "PlainLine":
        """The values of any line."""
        values = {field.name: getattr(line, field.name) for field in fields(cls)}
        return cls(**{**values, "ramp_bp": tuple(line.ramp_bp or ())})


@dataclass(frozen=True, slots=True)
class Case:
    """One assumption, and what the result is if it is worse or better."""

    name: Sentence
    worse_minor: int
    better_minor: int


POINTS_BP = 1_000
"""Ten points of attribution or confidence. Source: the method, 4.6, chart 7."""

WAGE_BP = 2_000
LATER_MONTHS = 3
RATES_BP = (300, 1_200)
"""Discount rates of 3 and 12 percent a year beside the one in use."""

Change = Callable[[PlainLine], PlainLine]


def what_if(
    ledger: Ledger,
    versions: Mapping[int, Line],
    level: Level,
    flows: Sequence[int],
    costs: CostTotals,
    rate_bp: int,
) -> list[Case]:
    """How the net present value moves with each assumption. flows: as they stand, the cost at the start."""
    lines = standing_lines(ledger, versions, level)
    kept = {number: kept_part(ledger, number, line, level) for number, line in lines.items()}

    def worth(change: Change | None = None, rate: int = rate_bp, more_cost: int = 0) -> int:
        supposed = _moved(lines, kept, flows, change) if change else list(flows)
        return npv_monthly([supposed[0] - more_cost, *supposed[1:]], Decimal(rate) / BASIS_POINTS)

    def case(name: str, low: Change, high: Change | None) -> Case:
        return Case(say(name, points=Share(POINTS_BP)), worth(low), worth(high))

    wages = costs.by_kind.get(CostKind.WAGES, 0)
    dearer = hround(Fraction(wages * WAGE_BP, BASIS_POINTS))
    cases = [
        case(N_("Caused by the project: %(points)s less or more"), _attribution(-POINTS_BP), _attribution(POINTS_BP)),
        case(N_("Certain: %(points)s less or more"), _confidence(-POINTS_BP), _confidence(POINTS_BP)),
        case(N_("The ramp starts three months later"), _later, None),
        Case(
            say(N_("Discount rate of %(high)s or %(low)s"), low=Share(RATES_BP[0]), high=Share(RATES_BP[1])),
            worth(rate=RATES_BP[1]),
            worth(rate=RATES_BP[0]),
        ),
    ]
    if wages:
        name = say(N_("An hour costs %(share)s more or less"), share=Share(WAGE_BP))
        cases.append(Case(name, worth(more_cost=dearer), worth(more_cost=-dearer)))
    return cases


def _moved(lines: Mapping[int, Line], kept: Mapping[int, Fraction], flows: Sequence[int], change: Change) -> list[int]:
    """The flows with each line's months as they would be; months are counted from the first benefit of all."""
    start = min((part.month for line in lines.values() for part in schedule(line)), default=None)
    moved = list(flows)
    if start is None:
        return moved
    for number, line in lines.items():
        before = {part.month: part.minor for part in schedule(line, HORIZON_MONTHS)}
        after = {part.month: part.minor for part in schedule(change(PlainLine.of(line)), HORIZON_MONTHS)}
        for month in before.keys() | after.keys():
            place = months_between(start, month) + 1
            if 1 <= place < len(moved):
                moved[place] += hround((after.get(month, 0) - before.get(month, 0)) * kept[number])
    return moved


def _attribution(by_bp: int) -> Change:
    return lambda line: replace(line, attribution_bp=_within(line.attribution_bp + by_bp))


def _confidence(by_bp: int) -> Change:
    return lambda line: replace(line, confidence_bp=_within(line.confidence_bp + by_bp))


def _within(bp: int) -> int:
    return min(max(bp, 0), BASIS_POINTS)


def _later(line: PlainLine) -> PlainLine:
    if line.kind is LineKind.ONE_TIME or line.unit_value_e4 < 0:
        return line
    return replace(line, ramp_bp=(*(0,) * LATER_MONTHS, *line.ramp_bp))


def add_cases(parts: Sequence[Sequence[Case]]) -> list[Case]:
    """The cases of several projects as one, by their names."""
    found: dict[str, Case] = {}
    for each in (each for part in parts for each in part):
        before = found.get(each.name.message, Case(each.name, 0, 0))
        found[each.name.message] = Case(
            each.name, before.worse_minor + each.worse_minor, before.better_minor + each.better_minor
        )
    return list(found.values())


def explain_sources(found: Sequence[Source], currency: str, facts: tuple[FactRef, ...] = ()) -> Explained[Money]:
    """Why the streams come to what they do: one step a stream, then the headline."""
    whole = Money(sum(source.minor for source in found), currency)
    steps = [Step(say(source.stream.value), Money(source.minor, currency)) for source in found]
    return Explained(
        whole,
        say(N_("First-year hard savings of each line, put where what it saves belongs.")),
        say(N_("US DOE Industrial Assessment Centers: resource streams")),
        facts,
        (*steps, Step(say(N_("Together")), whole)),
    )


def explain_cases(base: Money, cases: Sequence[Case], facts: tuple[FactRef, ...] = ()) -> Explained[Money]:
    """Why an assumption moves the result: each alone is changed, everything else stays."""
    steps = [Step(case.name, Money(case.worse_minor - base.minor, base.currency)) for case in cases]
    return Explained(
        base,
        say(N_("Net present value over 36 months; each assumption alone is changed, and everything else stays.")),
        say(N_("Capstone method, 4.6: sensitivity")),
        facts,
        (*steps, Step(say(N_("As it stands")), base)),
    )
