"""Commands on lines, pools and rates."""

from dataclasses import dataclass, fields
from datetime import date

from sqlalchemy import select

from lms.capstone.lines.models import (
    BenefitLine,
    FirmCount,
    LineVersion,
    PoolMeasurement,
    RateCard,
    SavingsPool,
)
from lms.capstone.lines.queries import measured_of, next_number
from lms.capstone.lines.rules.checks import check_line
from lms.capstone.lines.rules.kinds import BenefitClass, HoursProof, Isolation, LineKind, Stream
from lms.capstone.lines.rules.worth import SCALE
from lms.capstone.projects.models import Project
from lms.capstone.projects.queries import state_of
from lms.capstone.projects.rules import check_open_lines
from lms.capstone.projects.services import chain_name, lock
from lms.hub.enrollment.models import EmploymentSpell, Enrollment
from lms.kernel import chain
from lms.kernel.db import session
from lms.kernel.errors import NotFound, RuleBroken
from lms.kernel.facts import known
from lms.kernel.prose import keep
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.people.commands import command
from lms.people.orgs.models import Firm
from lms.people.scope import unscoped, within

MONDAY = 0
WEEK_MINUTES = 7 * 24 * 60


@dataclass(frozen=True, slots=True)
class Draft:
    """What a version of a line says; see `lines.rules.worth.Line` for the units."""

    benefit_class: BenefitClass
    unit_value_e4: int
    quantity_e4: int = SCALE
    kind: LineKind = LineKind.RECURRING
    stream: Stream = Stream.OTHER
    margin_bp: int | None = None
    attribution_bp: int = 10_000
    confidence_bp: int = 10_000
    ramp_bp: tuple[int, ...] = ()
    life_months: int | None = None
    go_live: date | None = None
    isolation_method: Isolation | None = None
    hours_proof: HoursProof | None = None
    pool_id: int | None = None
    basis: str = ""
    unit: str = ""
    margin_source: str = ""


PROSE = ("basis", "unit", "margin_source")


def draft_of(version: LineVersion, **texts: str) -> Draft:
    """The draft that a version was made from, to change and hand in again; texts: its prose."""
    values = {f.name: getattr(version, f.name) for f in fields(Draft) if f.name not in PROSE}
    return Draft(**{**values, "ramp_bp": tuple(version.ramp_bp or ()), **texts})


@command(Action.LINE_DRAFT)
def add_line(actor: Actor, project: Project, title: str, draft: Draft) -> LineVersion:
    """A new line of a project with its first version. Raises RuleBroken with every field that cannot stand."""
    lock(project)
    check_open_lines(state_of(project))
    line = BenefitLine(project_id=project.id, title=_title(title))
    session.add(line)
    session.flush()
    version = write_version(line, project, draft)
    chain.append(chain_name(project.id), version)
    return version


@command(Action.LINE_DRAFT)
def revise_line(actor: Actor, line: BenefitLine, draft: Draft, title: str | None = None) -> LineVersion:
    """A new version of a line that is not claimed yet. Raises RuleBroken; a claimed line is amended instead."""
    from lms.capstone.savings.queries import is_claimed

    project = project_of(line)
    lock(project)
    check_open_lines(state_of(project))
    if is_claimed(line):
        raise RuleBroken(N_("This line has been claimed. Propose an amendment instead."))
    if title is not None:
        line.title = _title(title)
    version = write_version(line, project, draft)
    chain.append(chain_name(project.id), version)
    return version


@command(Action.FIRM_MANAGE)
def open_pool(actor: Actor, firm: Firm, name: str) -> SavingsPool:
    """A pool of a firm, by staff; see `measure_pool`."""
    return _open_pool(firm, name)


@command(Action.RATE_SET)
def measure_pool(actor: Actor, firm: Firm, name: str, measured_minor: int) -> PoolMeasurement:
    """What the pool called `name` improved by a year, as finance measured it; a new pool if there is none yet."""
    if measured_minor <= 0:
        raise RuleBroken(N_("By how much did it improve a year? Write an amount above zero."), field="measured")
    statement = within(select(SavingsPool).where(SavingsPool.name == " ".join(name.split())), firm)
    pool = session.scalar(statement) or _open_pool(firm, name)
    before = measured_of([pool]).get(pool.id)
    measurement = PoolMeasurement(
        pool_id=pool.id,
        firm_id=firm.id,
        measured_minor=measured_minor,
        currency=firm.currency,
        supersedes_id=before.id if before else None,
    )
    session.add(measurement)
    return measurement


@command(Action.RATE_SET)
def set_rate(
    actor: Actor, firm: Firm, rate_minor: int, effective_on: date, enrollment: Enrollment | None = None
) -> RateCard:
    """What an hour costs the firm from a day on, for one student or as one blended rate. Past weeks stay as posted."""
    if rate_minor <= 0:
        raise RuleBroken(N_("What does an hour cost? Write an amount above zero."), field="rate")
    if enrollment is not None:
        _check_employed(firm, enrollment)
    rate = RateCard(
        firm_id=firm.id,
        enrollment_id=enrollment.id if enrollment else None,
        rate_minor=rate_minor,
        currency=firm.currency,
        effective_on=effective_on,
    )
    session.add(rate)
    return rate


LARGEST_HURDLE_BP = 10_000


@command(Action.RATE_SET)
def set_hurdle(actor: Actor, firm: Firm, rate_bp: int | None) -> Firm:
    """The firm's own yearly discount rate, for figures from now on; None is the program's. Raises RuleBroken.

    A statement keeps the rate that held when it was issued.
    """
    if rate_bp is not None and not 0 <= rate_bp <= LARGEST_HURDLE_BP:
        raise RuleBroken(N_("A yearly discount rate lies between 0 and 100 percent."), field="hurdle")
    firm.hurdle_rate_bp = rate_bp
    return firm


@command(Action.RATE_SET)
def count_hours(actor: Actor, firm: Firm, enrollment: Enrollment, monday: date, minutes: int) -> FirmCount:
    """The firm's own count of one student's paid minutes in one week; counting again replaces it. Raises RuleBroken."""
    _check_employed(firm, enrollment)
    if monday.weekday() != MONDAY:
        raise RuleBroken(N_("A week starts on a Monday."), field="monday")
    if not 0 <= minutes <= WEEK_MINUTES:
        raise RuleBroken(N_("A week has at most 168 hours."), field="minutes")
    statement = known(select(FirmCount), FirmCount, None).where(
        FirmCount.enrollment_id == enrollment.id, FirmCount.monday == monday
    )
    before = session.scalar(within(statement, firm))
    count = FirmCount(
        firm_id=firm.id,
        enrollment_id=enrollment.id,
        monday=monday,
        minutes=minutes,
        supersedes_id=before.id if before else None,
    )
    session.add(count)
    return count


def write_version(
    line: BenefitLine, project: Project, draft: Draft, *, is_amendment: bool = False, why: str = ""
) -> LineVersion:
    """The next version of a line, checked and stored, in a command that appends it to the chain. Raises RuleBroken."""
    values = {f.name: getattr(draft, f.name) for f in fields(Draft) if f.name not in PROSE}
    version = LineVersion(
        line_id=line.id,
        project_id=project.id,
        number=next_number(line),
        is_amendment=is_amendment,
        **{**values, "ramp_bp": list(draft.ramp_bp)},
    )
    check_line(version)
    _check_pool(project, draft.pool_id)
    if draft.benefit_class is BenefitClass.HARD_MARGIN and not draft.margin_source.strip():
        raise RuleBroken(N_("Where does the margin come from? Name finance's source."), field="margin_source")
    session.add(version)
    keep(
        version, basis=draft.basis.strip(), unit=draft.unit.strip(), margin_source=draft.margin_source.strip(), why=why
    )
    return version


def project_of(line: BenefitLine | LineVersion) -> Project:
    """The project of a line that the caller has found."""
    statement = select(Project).where(Project.id == line.project_id)
    return session.scalars(unscoped(statement, "the project of a line that was found")).one()


def _title(text: str) -> str:
    title = " ".join(text.split())
    if not 3 <= len(title) <= 120:
        raise RuleBroken(N_("Name what is saved, in 3 to 120 letters."), field="title")
    return title


def _open_pool(firm: Firm, name: str) -> SavingsPool:
    words = " ".join(name.split())
    if not words:
        raise RuleBroken(N_("Name the account, meter or process."), field="name")
    pool = SavingsPool(firm_id=firm.id, name=words)
    session.add(pool)
    session.flush()
    return pool


def _check_pool(project: Project, pool_id: int | None) -> None:
    if pool_id is None:
        return
    owner = session.scalar(unscoped(select(SavingsPool.firm_id).where(SavingsPool.id == pool_id), "whose pool it is"))
    if owner != project.firm_id:
        raise NotFound()


def _check_employed(firm: Firm, enrollment: Enrollment) -> None:
    """Raises NotFound unless the student works or worked for the firm."""
    spells = known(select(EmploymentSpell.id), EmploymentSpell, None).where(EmploymentSpell.firm_id == firm.id)
    if session.scalar(within(spells, enrollment, on=EmploymentSpell).limit(1)) is None:
        raise NotFound()
