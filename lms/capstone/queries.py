"""What pages and the API show of projects' money: read in a fixed number of queries, folded by the rules."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from lms.capstone.lines.models import BenefitLine, LineVersion
from lms.capstone.lines.queries import lines_of, versions_of
from lms.capstone.lines.rules.costs import CostTotals
from lms.capstone.lines.rules.kinds import CostKind, Payer, Perspective
from lms.capstone.portfolio import add_costs, combine, combine_funnels, tuition
from lms.capstone.projects.models import Project, ProjectStep
from lms.capstone.projects.queries import go_live_of, projects_of_firm, steps_of
from lms.capstone.projects.rules import ProjectState
from lms.capstone.returns import Return, project_return
from lms.capstone.savings.models import SavingsEntry
from lms.capstone.savings.queries import ledgers_of, refs_of
from lms.capstone.savings.rules.figures import FunnelBar, WaterfallBar, funnel, net_bars, waterfall
from lms.capstone.savings.rules.kinds import Level
from lms.capstone.savings.rules.ledger import Ledger
from lms.capstone.savings.rules.realized import Realized, realized
from lms.capstone.wages import Sight, as_seen, sight_of
from lms.hub.enrollment.models import EmploymentSpell, Enrollment, Sponsorship
from lms.kernel.db import session
from lms.kernel.facts import known
from lms.people.access import Actor
from lms.people.orgs.models import Firm
from lms.people.scope import policy_day, unscoped, within


@dataclass(frozen=True, slots=True)
class ProjectFigures:
    """One project with everything that its figures are folded from. lines: in their order. sight: of the reader."""

    project: Project
    ledger: Ledger
    versions: Mapping[int, LineVersion]
    lines: Sequence[BenefitLine]
    steps: Sequence[ProjectStep]
    rate_bp: int | None
    sight: Sight = Sight.NONE
    as_of: datetime | None = None

    @property
    def state(self) -> ProjectState:
        """Where the project stands."""
        return self.steps[-1].state if self.steps else ProjectState.PROPOSED

    @property
    def go_live(self) -> date | None:
        """The day on which the change went live."""
        return go_live_of(self.steps)

    def at(self, level: Level = Level.VERIFIED, perspective: Perspective = Perspective.FIRM) -> Return:
        """What the project returned at `level`, from `perspective`."""
        made = project_return(
            self.ledger,
            self.versions,
            self.project.currency,
            level,
            perspective,
            self.rate_bp,
            refs_of(self.ledger),
            {line.id: line.title for line in self.lines},
        )
        return replace(made, costs=as_seen(made.costs, self.sight))

    def realized(self) -> Realized:
        """What finance has confirmed month by month, beside the forecast of the months that are over."""
        return realized(self.ledger, self.project.currency, policy_day(self.as_of), refs_of(self.ledger))

    def funnel(self) -> list[FunnelBar]:
        """What has reached each level."""
        return funnel(self.ledger)

    def waterfall(self, level: Level, perspective: Perspective) -> list[WaterfallBar]:
        """From gross to net after cost."""
        return waterfall(self.ledger, self.versions, level, self.at(level, perspective).costs)


@dataclass(frozen=True, slots=True)
class FirmFigures:
    """All projects of a firm, and the tuition of its enrollments that stands in no ledger, by payer."""

    firm: Firm
    projects: Sequence[ProjectFigures]
    enrollments: int
    tuition_beside: Mapping[Payer, int]
    sight: Sight = Sight.NONE

    def beside(self, perspective: Perspective) -> CostTotals:
        """The cost of enrollments that no project's ledger holds."""
        payers = [Payer.FIRM] if perspective is Perspective.FIRM else list(Payer)
        return as_seen(tuition(sum(self.tuition_beside.get(payer, 0) for payer in payers)), self.sight)

    def at(self, level: Level = Level.VERIFIED, perspective: Perspective = Perspective.FIRM) -> Return:
        """What all of it returned: sums over every enrollment, never a mean of ratios."""
        parts = [figures.at(level, perspective) for figures in self.projects]
        beside, rate_bp = self.beside(perspective), self.firm.hurdle_rate_bp
        names = [each.project.title for each in self.projects]
        return combine(parts, level, perspective, self.firm.currency, beside, rate_bp, names)

    def funnel(self) -> list[FunnelBar]:
        """What has reached each level, in all projects."""
        return combine_funnels([figures.funnel() for figures in self.projects])

    def waterfall(self, level: Level, perspective: Perspective) -> list[WaterfallBar]:
        """From gross to net after cost, in all projects."""
        parts = [waterfall(f.ledger, f.versions, level, CostTotals(0, 0, {})) for f in self.projects]
        costs = add_costs([self.beside(perspective), *(f.at(level, perspective).costs for f in self.projects)])
        return net_bars(parts, costs)


def figures_of(
    projects: Sequence[Project],
    rate_bp: int | None = None,
    as_of: datetime | None = None,
    actor: Actor | None = None,
) -> list[ProjectFigures]:
    """The figures of projects that the caller has found, as known at `as_of` and as `actor` may see them.

    actor: None sees of costs only the sum. Six queries, however many.
    """
    ledgers, versions = ledgers_of(projects, as_of), versions_of(projects, as_of)
    steps, lines = steps_of(projects, as_of), lines_of(projects)
    by_project: dict[int, list[BenefitLine]] = {project.id: [] for project in projects}
    for line in lines:
        by_project[line.project_id].append(line)
    return [
        ProjectFigures(
            p, ledgers[p.id], versions, by_project[p.id], steps[p.id], rate_bp, sight_or_none(actor, p.firm_id), as_of
        )
        for p in projects
    ]


def sight_or_none(actor: Actor | None, firm_id: int) -> Sight:
    """How much of wages `actor` sees; nobody sees nothing of them."""
    return sight_of(actor, firm_id) if actor else Sight.NONE


def project_figures(project: Project, as_of: datetime | None = None, actor: Actor | None = None) -> ProjectFigures:
    """The figures of one project. Seven queries."""
    statement = select(Firm.hurdle_rate_bp).where(Firm.id == project.firm_id)
    rate_bp = session.scalar(unscoped(statement, "the discount rate of a project's firm"))
    return figures_of([project], rate_bp, as_of, actor)[0]


def firm_figures(firm: Firm, as_of: datetime | None = None, actor: Actor | None = None) -> FirmFigures:
    """The figures of a firm that the caller has found, over all of its enrollments. Ten queries, however many."""
    enrollments = enrollments_of(firm, as_of)
    projects = figures_of(projects_of_firm(firm), firm.hurdle_rate_bp, as_of, actor)
    beside = tuition_beside(enrollments, as_of)
    return FirmFigures(firm, projects, len(enrollments), beside, sight_or_none(actor, firm.id))


def enrollments_of(firm: Firm, as_of: datetime | None = None) -> list[Enrollment]:
    """Everybody who was ever enrolled while working for the firm. One query."""
    spells = within(known(select(EmploymentSpell.enrollment_id), EmploymentSpell, as_of), firm, on=EmploymentSpell)
    statement = select(Enrollment).where(Enrollment.id.in_(spells)).order_by(Enrollment.id)
    return list(session.scalars(unscoped(statement, "enrollments of a firm that was found")))


def firms_of(projects: Iterable[Project]) -> dict[int, Firm]:
    """The firms of projects that the caller has found, by row number. One query."""
    statement = select(Firm).where(Firm.id.in_({project.firm_id for project in projects}))
    return {firm.id: firm for firm in session.scalars(unscoped(statement, "firms of projects that were found"))}


def end_of(day: date, zone: str) -> datetime:
    """The last instant of a local day: what "as of" a day means."""
    return datetime.combine(day + timedelta(days=1), time.min, ZoneInfo(zone)).astimezone(UTC) - timedelta(
        microseconds=1
    )


def tuition_beside(enrollments: Sequence[Enrollment], as_of: datetime | None) -> dict[Payer, int]:
    """What the sponsorships of these enrollments say was paid and no ledger holds, by payer. Two queries."""
    numbers = [enrollment.id for enrollment in enrollments]
    agreed = known(select(Sponsorship), Sponsorship, as_of).where(Sponsorship.enrollment_id.in_(numbers))
    posted = select(SavingsEntry).where(
        SavingsEntry.enrollment_id.in_(numbers), SavingsEntry.cost_kind == CostKind.TUITION
    )
    if as_of is not None:
        posted = posted.where(SavingsEntry.recorded_at <= as_of)
    owed: dict[tuple[int, Payer], int] = {}
    for row in session.scalars(unscoped(agreed, "who pays for the enrollments of a firm")):
        key = row.enrollment_id, Payer(row.payer)
        owed[key] = owed.get(key, 0) + row.amount_minor
    for entry in session.scalars(unscoped(posted, "tuition in the ledgers of a firm")):
        if entry.enrollment_id is not None and entry.payer is not None:
            key = entry.enrollment_id, entry.payer
            owed[key] = owed.get(key, 0) - entry.amount_minor
    found: dict[Payer, int] = {}
    for (_, payer), missing in owed.items():
        found[payer] = found.get(payer, 0) + max(0, missing)
    return found
