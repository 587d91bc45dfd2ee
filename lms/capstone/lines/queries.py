"""Reads of lines, pools, rates and the firm's own count."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import func, select

from lms.capstone.lines.models import BenefitLine, FirmCount, LineVersion, PoolMeasurement, RateCard, SavingsPool
from lms.capstone.projects.models import Project
from lms.kernel.db import session
from lms.kernel.errors import NotFound
from lms.kernel.facts import known
from lms.people.access import Action, Actor
from lms.people.orgs.models import Firm
from lms.people.scope import scoped, unscoped, within


def find_line(actor: Actor, public_id: str, action: Action = Action.PROJECT_READ) -> BenefitLine:
    """One line. Raises NotFound. One query."""
    line = session.scalar(scoped(select(BenefitLine).where(BenefitLine.public_id == public_id), actor, action))
    if line is None:
        raise NotFound()
    return line


def find_version(actor: Actor, public_id: str, action: Action = Action.PROJECT_READ) -> LineVersion:
    """One version of a line. Raises NotFound. One query."""
    version = session.scalar(scoped(select(LineVersion).where(LineVersion.public_id == public_id), actor, action))
    if version is None:
        raise NotFound()
    return version


def lines_of(projects: Sequence[Project]) -> list[BenefitLine]:
    """The lines of projects that the caller has found, in their order. One query."""
    statement = within(select(BenefitLine), projects).order_by(BenefitLine.position, BenefitLine.id)
    return list(session.scalars(statement))


def versions_of(projects: Sequence[Project], as_of: datetime | None = None) -> dict[int, LineVersion]:
    """Every version of every line of these projects by its row number, oldest first. One query."""
    statement = within(select(LineVersion), projects).order_by(LineVersion.id)
    if as_of is not None:
        statement = statement.where(LineVersion.recorded_at <= as_of)
    return {version.id: version for version in session.scalars(statement)}


def newest(versions: Iterable[LineVersion], line_id: int, *, amendments: bool = False) -> LineVersion | None:
    """The newest version of a line among `versions`; proposed amendments only if asked for."""
    found = [v for v in versions if v.line_id == line_id and (amendments or not v.is_amendment)]
    return max(found, key=lambda version: version.number, default=None)


def next_number(line: BenefitLine) -> int:
    """The number of a line's next version. One query; call it under the project's lock."""
    last = session.scalar(
        unscoped(select(func.max(LineVersion.number)).where(LineVersion.line_id == line.id), "numbering versions")
    )
    return (last or 0) + 1


def pools_of(firm: Firm) -> list[tuple[SavingsPool, PoolMeasurement | None]]:
    """The pools of a firm with what they were measured at, by name. Two queries."""
    pools = list(session.scalars(within(select(SavingsPool), firm).order_by(SavingsPool.name)))
    measured = measured_of(pools)
    return [(pool, measured.get(pool.id)) for pool in pools]


def measured_of(pools: Sequence[SavingsPool], as_of: datetime | None = None) -> dict[int, PoolMeasurement]:
    """The measurement that stands of each pool, by the pool's row number. One query."""
    statement = known(select(PoolMeasurement), PoolMeasurement, as_of).where(
        PoolMeasurement.pool_id.in_([pool.id for pool in pools])
    )
    rows = session.scalars(unscoped(statement, "measurements of pools that were found"))
    return {row.pool_id: row for row in rows}


def find_pool(actor: Actor, public_id: str) -> SavingsPool:
    """One pool. Raises NotFound. One query."""
    statement = select(SavingsPool).where(SavingsPool.public_id == public_id)
    pool = session.scalar(scoped(statement, actor, Action.FIRM_READ))
    if pool is None:
        raise NotFound()
    return pool


def rates_of(firm: Firm, as_of: datetime | None = None) -> list[RateCard]:
    """Every rate of a firm, the oldest given first. For finance and for commands that work wages out. One query."""
    return list(session.scalars(within(known(select(RateCard), RateCard, as_of), firm).order_by(RateCard.id)))


def rates_for(rates: Sequence[RateCard], enrollment_id: int) -> list[RateCard]:
    """The rates that hold for one student: their own if there are any, else the blended ones."""
    own = [rate for rate in rates if rate.enrollment_id == enrollment_id]
    return own or [rate for rate in rates if rate.enrollment_id is None]


def firm_counts(firm: Firm, enrollment_ids: Iterable[int], as_of: datetime | None = None) -> dict[int, dict[date, int]]:
    """The minutes that a firm counted itself, by enrollment and Monday. One query."""
    statement = known(select(FirmCount), FirmCount, as_of).where(FirmCount.enrollment_id.in_(list(enrollment_ids)))
    found: dict[int, dict[date, int]] = {}
    for row in session.scalars(within(statement, firm)):
        found.setdefault(row.enrollment_id, {})[row.monday] = row.minutes
    return found
