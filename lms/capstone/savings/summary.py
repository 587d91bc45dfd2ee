"""What a project's summary row holds, folded from its ledger. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lms.capstone.flows import flows, run_rate_at
from lms.capstone.lines.rules.costs import CostTotals, totals
from lms.capstone.lines.rules.kinds import BenefitClass, Perspective
from lms.capstone.lines.rules.worth import Line
from lms.capstone.savings.rules.figures import StepKind, counted_lines, funnel, waterfall
from lms.capstone.savings.rules.kinds import EntryKind, Level
from lms.capstone.savings.rules.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Summary:
    """The fields of `ProjectSummary`, by the same names."""

    number: int
    forecast_minor: int
    reported_minor: int
    verified_minor: int
    reviewed_minor: int
    sustained_minor: int
    avoidance_minor: int
    soft_minor: int
    run_rate_reported_minor: int
    run_rate_verified_minor: int
    cost_firm_minor: int
    cost_all_minor: int
    incentive_firm_minor: int
    incentive_all_minor: int
    lines_reported: int
    lines_verified: int
    waiting_since: datetime | None
    sums: Mapping[str, Any]


COUNTED_LEVELS = (Level.REPORTED, Level.VERIFIED, Level.REVIEWED, Level.SUSTAINED)


def sums_of(ledger: Ledger, versions: Mapping[int, Line]) -> dict[str, Any]:
    """Everything that a portfolio adds up, as plain values: by level what comes in and how the waterfall runs; costs.

    Months of benefit are without the cost, counted from the first month of benefit.
    """
    costs = {each.value: totals(ledger.costs(), each).by_kind for each in Perspective}
    nothing = CostTotals(0, 0, {})
    return {
        "levels": {
            str(level.value): {
                "benefit": ledger.headline(level),
                "run_rate": run_rate_at(ledger, versions, level),
                "months": flows(ledger, versions, level, 0)[1:],
                "bars": [bar.minor for bar in waterfall(ledger, versions, level, nothing) if bar.kind in BEFORE_COSTS],
                "lines": len(counted_lines(ledger, level)),
            }
            for level in COUNTED_LEVELS
        },
        "costs": {each: {kind.value: minor for kind, minor in sorted(found.items())} for each, found in costs.items()},
        "funnel": [[bar.minor, bar.lines] for bar in funnel(ledger)],
    }


BEFORE_COSTS = (StepKind.START, StepKind.CHANGE)


def summarize(ledger: Ledger, versions: Mapping[int, Line]) -> Summary:
    """The summary of a project. Costs are before incentives, which stand apart."""
    firm, everybody = (totals(ledger.costs(), perspective) for perspective in Perspective)
    by_class = ledger.by_class(Level.VERIFIED)
    return Summary(
        number=len(ledger.postings),
        forecast_minor=ledger.planned(EntryKind.FORECAST) or ledger.planned(EntryKind.TARGET),
        reported_minor=ledger.headline(Level.REPORTED),
        verified_minor=ledger.headline(Level.VERIFIED),
        reviewed_minor=ledger.headline(Level.REVIEWED),
        sustained_minor=ledger.headline(Level.SUSTAINED),
        avoidance_minor=by_class.get(BenefitClass.AVOIDANCE, 0),
        soft_minor=by_class.get(BenefitClass.SOFT, 0),
        run_rate_reported_minor=run_rate_at(ledger, versions, Level.REPORTED),
        run_rate_verified_minor=run_rate_at(ledger, versions, Level.VERIFIED),
        cost_firm_minor=firm.gross_minor,
        cost_all_minor=everybody.gross_minor,
        incentive_firm_minor=firm.incentive_minor,
        incentive_all_minor=everybody.incentive_minor,
        lines_reported=len(counted_lines(ledger, Level.REPORTED)),
        lines_verified=len(counted_lines(ledger, Level.VERIFIED)),
        waiting_since=waiting_since(ledger),
        sums=sums_of(ledger, versions),
    )


def waiting_since(ledger: Ledger) -> datetime | None:
    """When the oldest claim was posted that is reported and not verified yet."""
    return min(
        (
            posting.recorded_at
            for posting in ledger.postings
            if posting.kind is EntryKind.CLAIM
            and ledger.stands(posting)
            and ledger.states[posting.id].level is Level.REPORTED
        ),
        default=None,
    )
