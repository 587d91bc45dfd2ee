"""Reads of the reference data: files, totals, bands."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields

from sqlalchemy import func, select

from lms.capstone.projects.rules import ImplementationStatus
from lms.capstone.reference.models import ReferenceBand, ReferenceFile, ReferencePlant, ReferenceRecommendation
from lms.capstone.reference.rules.bands import Band, Given
from lms.kernel.db import session

R = ReferenceRecommendation


@dataclass(frozen=True, slots=True)
class StatusTotal:
    """The recommendations of one status. status: None where the database has none."""

    status: ImplementationStatus | None
    count: int
    saved_minor: int
    cost_minor: int


def list_files() -> list[ReferenceFile]:
    """Every file that was read or begun, newest first. One query."""
    return list(session.scalars(select(ReferenceFile).order_by(ReferenceFile.id.desc())))


def status_totals() -> list[StatusTotal]:
    """How many recommendations have each status, what they save and cost. One query."""
    rows = session.execute(
        select(
            R.status,
            func.count(),
            func.coalesce(func.sum(R.saved_minor), 0),
            func.coalesce(func.sum(R.cost_minor), 0),
        ).group_by(R.status)
    ).all()
    order = [*ImplementationStatus, None]
    found = [StatusTotal(row[0], row[1], int(row[2] or 0), int(row[3] or 0)) for row in rows]
    return sorted(found, key=lambda total: order.index(total.status))


def given_rows() -> Iterator[Given]:
    """Every recommendation as the bands look at it, with its plant's industry. One query, read in pieces."""
    statement = select(
        R.assessment, R.fiscal_year, R.status, R.cost_minor, R.saved_minor, R.resource, R.arc_code, ReferencePlant.naics
    ).outerjoin(ReferencePlant, ReferencePlant.assessment == R.assessment)
    for row in session.execute(statement.execution_options(yield_per=10_000)):
        yield Given(row[0], row[1] or 0, *row[2:])


def list_bands(keys: Iterable[tuple[str, str]] | None = None) -> list[Band]:
    """The stored bands, all or those of these dimensions and keys, the longest years first. One query."""
    statement = select(ReferenceBand).order_by(ReferenceBand.dimension, ReferenceBand.key, ReferenceBand.first_year)
    wanted = None if keys is None else set(keys)
    if wanted is not None:
        statement = statement.where(ReferenceBand.key.in_({key for _, key in wanted}))
    names = [field.name for field in fields(Band)]
    found = [Band(**{name: getattr(row, name) for name in names}) for row in session.scalars(statement)]
    return [band for band in found if wanted is None or (band.dimension, band.key) in wanted]


def recommendations_of(assessment: str) -> list[ReferenceRecommendation]:
    """What one assessment recommended, in its order. One query."""
    statement = select(R).where(R.assessment == assessment).order_by(R.number, R.recommendation)
    return list(session.scalars(statement))
