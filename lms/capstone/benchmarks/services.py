"""Freezing a quarter's benchmarks once, and a firm's choice to take part."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from lms.capstone.benchmarks.models import BenchmarkChoice, BenchmarkSnapshot
from lms.capstone.benchmarks.quarters import finished_before, last_day_of
from lms.capstone.benchmarks.queries import CURRENCY, contributions
from lms.capstone.benchmarks.tables import cells_of, rules_plain
from lms.hub.catalog.models import Program
from lms.hub.cohorts.models import Cohort
from lms.kernel.db import session
from lms.kernel.errors import RuleBroken
from lms.kernel.facts import known
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.people.commands import command
from lms.people.orgs.models import Firm
from lms.people.scope import policy_day, unscoped, within


@command(Action.BENCHMARK_FREEZE)
def freeze_quarter(actor: Actor, program: Program, quarter: str) -> BenchmarkSnapshot:
    """The snapshot of a quarter that is over, once: what was known at its end. Raises RuleBroken."""
    try:
        last = last_day_of(quarter)
    except ValueError:
        raise RuleBroken(N_("Write a quarter as 2026Q4."), field="quarter") from None
    if last >= policy_day():
        raise RuleBroken(N_("This quarter is not over yet."), field="quarter")
    same = select(BenchmarkSnapshot.id).where(
        BenchmarkSnapshot.program_id == program.id, BenchmarkSnapshot.quarter == quarter
    )
    if session.scalar(same) is not None:
        raise RuleBroken(N_("This quarter is frozen already."), field="quarter")
    as_of = _end_of(last, program)
    made = BenchmarkSnapshot(
        program_id=program.id,
        quarter=quarter,
        as_of=as_of,
        currency=CURRENCY,
        rules=rules_plain(),
        cells=cells_of(*contributions(program, as_of)),
    )
    session.add(made)
    return made


@command(Action.BENCHMARK_CHOOSE)
def choose_part(actor: Actor, firm: Firm, takes_part: bool) -> BenchmarkChoice:
    """Whether the firm takes part in later snapshots; those that are frozen stay as they are."""
    before = session.scalar(within(known(select(BenchmarkChoice), BenchmarkChoice, None), firm))
    if before is not None and before.takes_part is takes_part:
        return before
    made = BenchmarkChoice(firm_id=firm.id, takes_part=takes_part, supersedes_id=before.id if before else None)
    session.add(made)
    return made


def due_quarters() -> list[tuple[Program, str]]:
    """The programs whose last finished quarter is not frozen, though they had begun by its end. Three queries."""
    quarter = finished_before(policy_day())
    last = last_day_of(quarter)
    why = "the sweep that freezes quarters"
    started = select(Cohort.program_id).where(Cohort.starts_on <= last)
    begun = set(session.scalars(unscoped(started, why)))
    frozen = set(session.scalars(select(BenchmarkSnapshot.program_id).where(BenchmarkSnapshot.quarter == quarter)))
    programs = session.scalars(select(Program).where(Program.id.in_(begun - frozen)).order_by(Program.id))
    return [(program, quarter) for program in programs]


def _end_of(day: date, program: Program) -> datetime:
    """The last instant of the day where the program's newest cohort is."""
    statement = select(Cohort.zone).where(Cohort.program_id == program.id).order_by(Cohort.id.desc()).limit(1)
    zone = session.scalar(unscoped(statement, "the zone of a program")) or "America/New_York"
    after = datetime.combine(day + timedelta(days=1), time.min, ZoneInfo(zone))
    return after.astimezone(UTC) - timedelta(microseconds=1)
