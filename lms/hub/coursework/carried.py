"""Work that a student did in an older version of the program and that counts in the one they are bound to now."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, ScalarSelect, Select, bindparam, exists, func, or_, select

from lms.hub.coursework.models import Activity, WorkCarry
from lms.hub.enrollment.models import Enrollment
from lms.kernel.db import session
from lms.kernel.facts import stands
from lms.people.scope import plain, unscoped, within

Targets = Sequence[int] | BindParameter[Any]  # row numbers of activities, or an expanding parameter for them


def counts_for(activity_id: Any, targets: Any, as_of: datetime | None) -> ColumnElement[bool]:
    """Whether a row about `activity_id` is about one of `targets`, itself or carried, for each `Enrollment`.

    targets: a column of the statement, or row numbers of activities, given or as an expanding parameter.
    """
    came_from = (
        select(WorkCarry.from_activity_id)
        .where(WorkCarry.enrollment_id == Enrollment.id)
        .where(stands(WorkCarry, as_of))
        .correlate_except(WorkCarry)  # it stands two selects deep, where SQLAlchemy would not see the outer ones
    )
    if isinstance(targets, Sequence | BindParameter):
        came_from = came_from.where(WorkCarry.to_activity_id.in_(targets))
        found: ColumnElement[bool] = or_(activity_id.in_(targets), activity_id.in_(came_from))
        return found
    itself = select(targets).correlate_except(WorkCarry)
    found = activity_id.in_(itself.union_all(came_from.where(WorkCarry.to_activity_id == targets)))  # no OR: an index
    return found


def target_of(row: Any, targets: Targets) -> ColumnElement[int]:
    """Which of `targets` a row of `row`, which has enrollment and activity, counts for: itself unless carried."""
    carried: ScalarSelect[int] = (
        select(func.max(WorkCarry.to_activity_id))
        .where(WorkCarry.enrollment_id == row.enrollment_id, WorkCarry.from_activity_id == row.activity_id)
        .where(WorkCarry.to_activity_id.in_(targets), row.activity_id.not_in(targets))
        .correlate(row)
        .scalar_subquery()
    )
    return func.coalesce(carried, row.activity_id)


def points_of(row: Any) -> ScalarSelect[int]:
    """The full points of the activity on which a row of `row` was given."""
    full: ScalarSelect[int] = (
        select(Activity.points).where(Activity.id == row.activity_id).correlate(row).scalar_subquery()
    )
    return full


def has_carried(activity_ids: Sequence[int]) -> bool:
    """Whether anybody's older work counts for one of these activities. One query."""
    ((found,),) = plain(_has_carried(), targets=list(activity_ids))
    return bool(found)


@cache
def _has_carried() -> Select[Any]:
    some = select(WorkCarry.id).where(WorkCarry.to_activity_id.in_(bindparam("targets", expanding=True)))
    return unscoped(select(exists(some)), "whether older work has to be looked for at all")


def rescaled(points: int | None, of: int, to: int) -> int | None:
    """Hundredths of points out of `of` as points out of `to`, half up; the same where the activity did not change."""
    if points is None or of == to or not of:
        return points
    return (2 * points * to + of) // (2 * of)


def carried_to(
    enrollment: Enrollment, activity_ids: Iterable[int], as_of: datetime | None = None
) -> dict[int, list[int]]:
    """The activities whose work was carried to each of `activity_ids`, by that activity. One query."""
    statement = select(WorkCarry).where(stands(WorkCarry, as_of), WorkCarry.to_activity_id.in_(list(activity_ids)))
    found: dict[int, list[int]] = {}
    for row in session.scalars(within(statement, enrollment)):
        found.setdefault(row.to_activity_id, []).append(row.from_activity_id)
    return found
