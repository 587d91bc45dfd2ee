"""Reads of benchmarks: the snapshots of a program, and what each firm contributes to the next one."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select

from lms.capstone.benchmarks.models import BenchmarkChoice, BenchmarkSnapshot
from lms.capstone.benchmarks.tables import UNKNOWN, Contribution, FirmReturn
from lms.capstone.lines.rules.kinds import COUNTED, Perspective
from lms.capstone.projects.models import Project
from lms.capstone.queries import ProjectFigures, figures_of
from lms.capstone.savings.rules.kinds import Level
from lms.hub.catalog.models import Program
from lms.hub.cohorts.models import Cohort
from lms.kernel.db import session
from lms.kernel.errors import NotFound
from lms.kernel.facts import known
from lms.people.access import Action, Actor
from lms.people.orgs.models import Firm
from lms.people.scope import scoped, unscoped, within

CURRENCY = "USD"
"""Of a snapshot; projects in another currency are left out of it."""


def programs_of(actor: Actor) -> list[Program]:
    """The programs whose benchmarks the actor may read: those of a firm's projects, or one's own. Two queries."""
    own = select(Cohort.program_id).where(
        Cohort.id.in_(scoped(select(Project.cohort_id), actor, Action.BENCHMARK_READ, on=Project))
    )
    through = scoped(select(Cohort.program_id), actor, Action.BENCHMARK_READ, on=Cohort)
    ids = {*session.scalars(unscoped(own, "programs of projects that were found")), *session.scalars(through)}
    return list(session.scalars(select(Program).where(Program.id.in_(ids)).order_by(Program.name)))


def list_snapshots(programs: Iterable[Program]) -> list[tuple[BenchmarkSnapshot, Program]]:
    """Every snapshot of these programs, newest first. One query."""
    ids = [program.id for program in programs]
    statement = (
        select(BenchmarkSnapshot, Program)
        .join(Program, Program.id == BenchmarkSnapshot.program_id)
        .where(BenchmarkSnapshot.program_id.in_(ids))
        .order_by(BenchmarkSnapshot.quarter.desc(), BenchmarkSnapshot.id.desc())
    )
    return [(snapshot, program) for snapshot, program in session.execute(statement)]


def find_snapshot(actor: Actor, public_id: str) -> tuple[BenchmarkSnapshot, Program]:
    """One snapshot of the actor's programs. Raises NotFound. Three queries."""
    for snapshot, program in list_snapshots(programs_of(actor)):
        if snapshot.public_id == public_id:
            return snapshot, program
    raise NotFound()


def takes_part(firm: Firm) -> bool:
    """Whether the firm takes part in the next snapshot. One query."""
    choice = session.scalar(within(known(select(BenchmarkChoice), BenchmarkChoice, None), firm))
    return choice is None or choice.takes_part


def contributions(program: Program, as_of: datetime) -> tuple[list[Contribution], list[FirmReturn]]:
    """What each firm that takes part saved in the program's projects, as known at `as_of`. Nine queries."""
    statement = select(Project).join(Cohort, Cohort.id == Project.cohort_id).where(Cohort.program_id == program.id)
    why = "a snapshot sums over every firm that takes part"
    projects = list(session.scalars(unscoped(statement.where(Project.currency == CURRENCY).order_by(Project.id), why)))
    firms = _firms_of(projects, as_of)
    cohorts = {row.id: row.public_id for row in session.execute(unscoped(select(Cohort.id, Cohort.public_id), why))}
    some = [each for each in figures_of(projects, None, as_of) if each.steps and each.project.firm_id in firms]
    given = [one for each in some for one in _parts(each, firms[each.project.firm_id], cohorts)]
    return given, _returns(some, firms, cohorts)


def _firms_of(projects: Sequence[Project], as_of: datetime) -> dict[int, Firm]:
    ids = {project.firm_id for project in projects}
    left = known(select(BenchmarkChoice.firm_id), BenchmarkChoice, as_of).where(BenchmarkChoice.takes_part.is_(False))
    out = set(session.scalars(unscoped(left, "which firms take no part")))
    statement = select(Firm).where(Firm.id.in_(ids - out))
    return {firm.id: firm for firm in session.scalars(unscoped(statement, "firms of a snapshot's projects"))}


def _parts(figures: ProjectFigures, firm: Firm, cohorts: dict[int, str]) -> list[Contribution]:
    ledger, found = figures.ledger, []
    for line in figures.lines:
        version = ledger.version_at(line.id, Level.VERIFIED)
        if version is None:
            continue
        rows = [row for row in ledger.line_rows(line.id, Level.VERIFIED) if row.benefit_class in COUNTED]
        found.append(
            Contribution(
                firm.id,
                sum(row.amount_minor for row in rows),
                figures.versions[version].stream.value,
                sector_of(firm),
                firm.size_band or UNKNOWN,
                cohorts[figures.project.cohort_id],
            )
        )
    return found


def _returns(some: Sequence[ProjectFigures], firms: dict[int, Firm], cohorts: dict[int, str]) -> list[FirmReturn]:
    made = []
    for firm_id in sorted({each.project.firm_id for each in some}):
        mine = [each for each in some if each.project.firm_id == firm_id]
        returns = [each.at(Level.VERIFIED, Perspective.FIRM) for each in mine]
        made.append(
            FirmReturn(
                firm_id,
                sum(one.benefit_minor for one in returns),
                sum(one.cost_minor for one in returns),
                sector_of(firms[firm_id]),
                firms[firm_id].size_band or UNKNOWN,
                frozenset(cohorts[each.project.cohort_id] for each in mine),
            )
        )
    return made


def sector_of(firm: Firm) -> str:
    """The first three digits of the firm's NAICS code."""
    return firm.naics[:3] if firm.naics and len(firm.naics) >= 3 else UNKNOWN
