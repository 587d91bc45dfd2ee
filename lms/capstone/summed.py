"""A firm's portfolio from the summary rows of its projects: what a page of thousands of projects needs, in few reads.

The rows are written with every posting, and `flask verify` proves each equal to its ledger. A past moment is folded
from the ledgers themselves (`lms.capstone.queries`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lms.capstone.lines.rules.costs import CostTotals
from lms.capstone.lines.rules.kinds import CostKind, Payer, Perspective
from lms.capstone.portfolio import add_costs, combine, combine_funnels, tuition
from lms.capstone.projects.models import Project, ProjectStep
from lms.capstone.projects.queries import projects_of_firm, steps_of
from lms.capstone.projects.rules import ProjectState
from lms.capstone.queries import enrollments_of, sight_or_none, tuition_beside
from lms.capstone.returns import PROGRAM_RATE_BP, Return
from lms.capstone.savings.models import ProjectSummary
from lms.capstone.savings.queries import summaries_of
from lms.capstone.savings.rules.figures import FunnelBar, WaterfallBar, funnel, net_bars, waterfall
from lms.capstone.savings.rules.kinds import Level
from lms.capstone.savings.rules.ledger import Ledger
from lms.capstone.savings.summary import BEFORE_COSTS, sums_of
from lms.capstone.wages import Sight, as_seen
from lms.people.access import Actor
from lms.people.orgs.models import Firm

NOTHING = Ledger((), (), ())
_FUNNEL = funnel(NOTHING)
_BARS = [bar for bar in waterfall(NOTHING, {}, Level.VERIFIED, CostTotals(0, 0, {})) if bar.kind in BEFORE_COSTS]
_EMPTY = sums_of(NOTHING, {})


@dataclass(frozen=True, slots=True)
class SummedProject:
    """One project as its summary row has it; the same questions as `ProjectFigures` answers."""

    project: Project
    summary: ProjectSummary | None
    steps: Sequence[ProjectStep]
    rate_bp: int | None
    sight: Sight

    @property
    def state(self) -> ProjectState:
        """Where the project stands."""
        return self.steps[-1].state if self.steps else ProjectState.PROPOSED

    @property
    def _sums(self) -> Mapping[str, Any]:
        return self.summary.sums if self.summary is not None else _EMPTY

    def costs(self, perspective: Perspective) -> CostTotals:
        """What it cost, before it is told apart for the reader."""
        by_kind = {CostKind(kind): minor for kind, minor in self._sums["costs"][perspective.value].items()}
        incentive = by_kind.get(CostKind.INCENTIVE, 0)
        return CostTotals(sum(by_kind.values()) - incentive, incentive, by_kind)

    def at(self, level: Level = Level.VERIFIED, perspective: Perspective = Perspective.FIRM) -> Return:
        """What the project returned at `level`, from `perspective`."""
        sums, costs = self._sums["levels"][str(level.value)], self.costs(perspective)
        return Return(
            level=level,
            perspective=perspective,
            currency=self.project.currency,
            benefit_minor=sums["benefit"],
            costs=as_seen(costs, self.sight),
            run_rate_minor=sums["run_rate"],
            flows=[-costs.net_minor, *sums["months"]],
            rate_bp=PROGRAM_RATE_BP if self.rate_bp is None else self.rate_bp,
        )

    def funnel(self) -> list[FunnelBar]:
        """What has reached each level."""
        found: Sequence[Sequence[int]] = self._sums["funnel"]
        return [
            FunnelBar(bar.name, bar.level, minor, lines) for bar, (minor, lines) in zip(_FUNNEL, found, strict=True)
        ]

    def bars(self, level: Level) -> list[WaterfallBar]:
        """The waterfall before the costs."""
        found = self._sums["levels"][str(level.value)]["bars"]
        return [WaterfallBar(bar.name, minor, bar.kind) for bar, minor in zip(_BARS, found, strict=True)]


@dataclass(frozen=True, slots=True)
class SummedFirm:
    """All projects of a firm by their summary rows; the same questions as `FirmFigures` answers."""

    firm: Firm
    projects: Sequence[SummedProject]
    enrollments: int
    tuition_beside: Mapping[Payer, int]
    sight: Sight

    def beside(self, perspective: Perspective) -> CostTotals:
        """The cost of enrollments that no project's ledger holds."""
        payers = [Payer.FIRM] if perspective is Perspective.FIRM else list(Payer)
        return as_seen(tuition(sum(self.tuition_beside.get(payer, 0) for payer in payers)), self.sight)

    def at(self, level: Level = Level.VERIFIED, perspective: Perspective = Perspective.FIRM) -> Return:
        """What all of it returned: sums over every enrollment, never a mean of ratios."""
        parts = [each.at(level, perspective) for each in self.projects]
        beside, rate_bp = self.beside(perspective), self.firm.hurdle_rate_bp
        names = [each.project.title for each in self.projects]
        return combine(parts, level, perspective, self.firm.currency, beside, rate_bp, names)

    def funnel(self) -> list[FunnelBar]:
        """What has reached each level, in all projects."""
        return combine_funnels([each.funnel() for each in self.projects])

    def waterfall(self, level: Level, perspective: Perspective) -> list[WaterfallBar]:
        """From gross to net after cost, in all projects."""
        costs = add_costs([self.beside(perspective), *(each.at(level, perspective).costs for each in self.projects)])
        return net_bars([each.bars(level) for each in self.projects], costs)


def summed_firm(firm: Firm, actor: Actor | None = None) -> SummedFirm | None:
    """The portfolio of a firm that the caller has found, as it stands now and as `actor` may see it.

    None if a summary row is older than its sums; `flask rebuild-summaries` makes it anew. Six queries, however many.
    """
    projects = projects_of_firm(firm)
    summaries, steps = summaries_of(projects), steps_of(projects)
    if any(row.sums is None for row in summaries.values()):
        return None
    enrollments, sight = enrollments_of(firm), sight_or_none(actor, firm.id)
    found = [
        SummedProject(project, summaries.get(project.id), steps[project.id], firm.hurdle_rate_bp, sight)
        for project in projects
    ]
    return SummedFirm(firm, found, len(enrollments), tuition_beside(enrollments, None), sight)
