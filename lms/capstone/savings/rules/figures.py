"""Figures of a ledger for charts: the funnel by level and the waterfall from gross to net. Pure; minor units.

Every bar is a sum of stored rows, or a difference of two such sums, so that a chart foots to the ledger.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from lms.capstone.lines.rules.costs import CostTotals
from lms.capstone.lines.rules.kinds import COUNTED, CostKind
from lms.capstone.lines.rules.worth import Line, attributed, gross, schedule, spread
from lms.capstone.savings.rules.kinds import EntryKind, Level, Reason
from lms.capstone.savings.rules.ledger import Ledger
from lms.kernel.explain import Explained, FactRef, Step
from lms.kernel.money import Money
from lms.kernel.text import N_, say


@dataclass(frozen=True, slots=True)
class FunnelBar:
    """One bar: what stands at a level and how many lines have something there."""

    name: str
    level: Level | None
    minor: int
    lines: int


class StepKind(StrEnum):
    """How a bar of a waterfall is drawn: standing on the ground, or hanging from the one before."""

    START = "start"
    TOTAL = "total"
    CHANGE = "change"


@dataclass(frozen=True, slots=True)
class WaterfallBar:
    name: str
    minor: int
    kind: StepKind = StepKind.CHANGE


FUNNEL_NAMES: Mapping[Level, str] = {
    Level.REPORTED: N_("Reported by the firm"),
    Level.VERIFIED: N_("Verified by finance"),
    Level.REVIEWED: N_("Reviewed by the program"),
    Level.SUSTAINED: N_("Sustained after a year"),
}

COST_BARS: Sequence[tuple[str, frozenset[CostKind]]] = (
    (N_("Tuition"), frozenset({CostKind.TUITION})),
    (N_("Wages"), frozenset({CostKind.WAGES})),
    (N_("Materials"), frozenset({CostKind.MATERIALS})),
    (N_("Implementation"), frozenset({CostKind.CAPEX, CostKind.LABOR, CostKind.SERVICE, CostKind.TRAVEL})),
    (N_("Incentives"), frozenset({CostKind.INCENTIVE})),
)


def funnel(ledger: Ledger) -> list[FunnelBar]:
    """Forecast, then what stands at each level, of the counted classes."""
    planned = EntryKind.FORECAST if ledger.planned(EntryKind.FORECAST) else EntryKind.TARGET
    lines = {posting.line_id for posting in ledger.postings if posting.kind is planned}
    bars = [FunnelBar(N_("Forecast by the team"), None, ledger.planned(planned), len(lines))]
    for level, name in FUNNEL_NAMES.items():
        bars.append(FunnelBar(name, level, ledger.headline(level), len(counted_lines(ledger, level))))
    return bars


def counted_lines(ledger: Ledger, level: Level) -> set[int]:
    """The lines with a counted row at `level`."""
    by_posting = {posting.id: posting.line_id for posting in ledger.postings}
    rows = [row for row in ledger.benefit_rows(level) if row.benefit_class in COUNTED]
    return {line_id for row in rows if (line_id := by_posting[row.posting_id]) is not None}


@dataclass(slots=True)
class _Sums:
    """What the bars before the costs sum to."""

    gross: int = 0
    overlap: int = 0
    attribution: int = 0
    confidence: int = 0
    finance: int = 0
    ceased: int = 0
    not_counted: int = 0
    running: int = 0

    def add(self, ledger: Ledger, line_id: int, line: Line, level: Level) -> None:
        """One more line, as it stands at `level`."""
        rows = ledger.line_rows(line_id, level)
        stands = sum(row.amount_minor for row in rows)
        counted = sum(row.amount_minor for row in rows if row.benefit_class in COUNTED)
        if gross(line) < 0:
            self.running += counted
            return
        whole, caused = _window(line, gross(line)), _window(line, attributed(line))
        certain = sum(part.minor for part in schedule(line))
        taken = _sum_of(ledger, line_id, level, EntryKind.FINANCE_ADJUST, Reason.OVERLAP)
        ended = _sum_of(ledger, line_id, level, EntryKind.FIRM_CEASED)
        self.gross += whole
        self.attribution += caused - whole
        self.confidence += certain - caused
        self.overlap += taken
        self.ceased += ended
        self.finance += stands - certain - taken - ended
        self.not_counted -= stands - counted

    def bars(self) -> list[WaterfallBar]:
        """In order, the first being the gross amount."""
        return [
            WaterfallBar(N_("Gross"), self.gross, StepKind.START),
            WaterfallBar(N_("Overlap removed"), self.overlap),
            WaterfallBar(N_("Not caused by the project"), self.attribution),
            WaterfallBar(N_("Not certain"), self.confidence),
            WaterfallBar(N_("Finance adjustment"), self.finance),
            WaterfallBar(N_("Ended with the firm"), self.ceased),
            WaterfallBar(N_("Soft, avoided, cash: not counted"), self.not_counted),
            WaterfallBar(N_("New running costs"), self.running),
        ]


def waterfall(ledger: Ledger, versions: Mapping[int, Line], level: Level, costs: CostTotals) -> list[WaterfallBar]:
    """From what lines are worth in full in their first year to what is left after costs.

    versions: line versions by their id. The bars between two totals sum to their difference.
    """
    sums = _Sums()
    for line_id in sorted({p.line_id for p in ledger.postings if p.line_id is not None}):
        version_id = ledger.version_at(line_id, level)
        if version_id is not None:
            sums.add(ledger, line_id, versions[version_id], level)
    return net_bars([sums.bars()], costs)


def net_bars(parts: Sequence[Sequence[WaterfallBar]], costs: CostTotals) -> list[WaterfallBar]:
    """Several waterfalls as one, their own totals left out, and what is left of it after `costs`."""
    changes: dict[str, WaterfallBar] = {bar.name: bar for bar in _Sums().bars()}
    for bar in (bar for part in parts for bar in part if bar.name in changes):
        before = changes[bar.name]
        changes[bar.name] = WaterfallBar(bar.name, before.minor + bar.minor, before.kind)
    benefit = sum(bar.minor for bar in changes.values())
    return [
        *changes.values(),
        WaterfallBar(N_("Net hard benefit"), benefit, StepKind.TOTAL),
        *_cost_bars(costs),
        WaterfallBar(N_("Net after cost"), benefit - costs.net_minor, StepKind.TOTAL),
    ]


def _window(line: Line, amount: int) -> int:
    return sum(part.minor for part in spread(line, amount))


def _sum_of(ledger: Ledger, line_id: int, level: Level, kind: EntryKind, reason: Reason | None = None) -> int:
    rows = ledger.benefit_rows(
        level, lambda p: p.line_id == line_id and p.kind is kind and (reason is None or p.reason == reason)
    )
    return sum(row.amount_minor for row in rows)


def _cost_bars(costs: CostTotals) -> list[WaterfallBar]:
    sums = [(name, sum(costs.by_kind.get(kind, 0) for kind in kinds)) for name, kinds in COST_BARS]
    together = costs.net_minor - sum(minor for _, minor in sums)  # where the reader may not tell the kinds apart
    return [WaterfallBar(name, -minor) for name, minor in (*sums, (N_("Costs together"), together)) if minor]


def explain_funnel(bars: Sequence[FunnelBar], currency: str, facts: tuple[FactRef, ...] = ()) -> Explained[Money]:
    """Why each level has what it has; the value is that of the last."""
    steps = tuple(Step(say(bar.name), Money(bar.minor, currency)) for bar in bars)
    return Explained(
        Money(bars[-1].minor if bars else 0, currency),
        say(N_("Each level counts the first-year hard savings that were attested at least so far.")),
        say(N_("Capstone method, levels V0 to V4")),
        facts,
        steps,
    )


def explain_waterfall(bars: Sequence[WaterfallBar], currency: str, facts: tuple[FactRef, ...] = ()) -> Explained[Money]:
    """Why so much is left: every bar, of which the last is the value."""
    steps = tuple(Step(say(bar.name), Money(bar.minor, currency)) for bar in bars)
    return Explained(
        Money(bars[-1].minor if bars else 0, currency),
        say(
            N_("Each bar is a sum of ledger entries or the difference of two such sums; totals are what stands before.")
        ),
        say(N_("Capstone method, 4.6: the waterfall foots to the ledger")),
        facts,
        steps,
    )


@dataclass(frozen=True, slots=True)
class Age:
    """Claims that wait for finance, by how long. up_to_days: None for the oldest."""

    up_to_days: int | None
    claims: int
    minor: int


AGE_DAYS = (30, 60, 90)


WAITING = (Level.DRAFT, Level.REPORTED, Level.VERIFIED)
"""Levels at which a claim waits for somebody: the sponsor, finance, the program."""


def ageing(ledger: Ledger, now: datetime, level: Level = Level.REPORTED) -> list[Age]:
    """Claims that stand at `level`, by days since they were posted; V1 is what finance has not verified."""
    ages = [*AGE_DAYS, None]
    found: dict[int | None, list[int]] = {limit: [] for limit in ages}
    for posting in ledger.postings:
        waits = posting.kind is EntryKind.CLAIM and ledger.stands(posting)
        if waits and ledger.states[posting.id].level is level:
            limit = next((days for days in AGE_DAYS if now - posting.recorded_at <= timedelta(days)), None)
            rows = ledger.rows_of(posting.id)
            found[limit].append(sum(row.amount_minor for row in rows if row.benefit_class in COUNTED))
    return [Age(limit, len(found[limit]), sum(found[limit])) for limit in ages]


AGE_SAYS = {
    Level.DRAFT: N_("Hard savings that the team has claimed and the sponsor has not reported, by days since then."),
    Level.REPORTED: N_(
        "Hard savings that the firm has reported and finance has not verified, by days since they were claimed."
    ),
    Level.VERIFIED: N_(
        "Hard savings that finance has verified and the program has not reviewed, by days since the claim."
    ),
}


def explain_ageing(
    ages: Sequence[Age], currency: str, facts: tuple[FactRef, ...] = (), level: Level = Level.REPORTED
) -> Explained[Money]:
    """Why so much waits: each age, then the sum."""
    whole = Money(sum(age.minor for age in ages), currency)
    steps = [Step(say(N_("%(claims)s claims"), claims=age.claims), Money(age.minor, currency)) for age in ages]
    return Explained(
        whole,
        say(AGE_SAYS[level]),
        say(N_("Capstone method, 4.6: ageing")),
        facts,
        (*steps, Step(say(N_("Together")), whole)),
    )
