"""What wage cost is counted from: approved hours that a firm paid, a week (decision 7)."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import func, select

from lms.hub.enrollment.models import EmploymentSpell, Enrollment
from lms.hub.hours.models import Adjustment, HoursEntry
from lms.hub.hours.queries.situation import situations_of
from lms.hub.hours.queries.weeks import Week, weeks_of
from lms.hub.hours.rules.week import paid_minutes
from lms.kernel.db import session
from lms.people.scope import unscoped

WHY = "paid hours of enrollments whose consent the caller has checked"


def approved_paid_minutes(
    enrollment_ids: Collection[int], firm_id: int, as_of: datetime | None = None
) -> dict[int, dict[date, int]]:
    """Approved minutes that the firm paid, by enrollment and Monday; weeks without any are left out.

    Only hours of the employment at that firm count. The caller has checked that the student's consent covers
    `paid_hours` for the firm. Eight statements, however many.
    """
    owners = select(Enrollment).where(Enrollment.id.in_(enrollment_ids))
    enrollments = session.scalars(unscoped(owners, WHY)).all()
    first, last = _first_and_last(enrollment_ids)
    if first is None or last is None:
        return {}
    spells = _spells_at(firm_id, enrollment_ids, as_of)
    found: dict[int, dict[date, int]] = {}
    for (number, monday), week in weeks_of(situations_of(enrollments, as_of), first, last, as_of).items():
        if minutes := _paid_there(week, spells):
            found.setdefault(number, {})[monday] = minutes
    return found


def _paid_there(week: Week, spells: Collection[int]) -> int:
    return paid_minutes(entry for entry in week.approved if entry.spell_id in spells)


def _first_and_last(enrollment_ids: Collection[int]) -> tuple[date | None, date | None]:
    """The first and last Monday with hours or adjustments."""
    mondays: list[date] = []
    for model in (HoursEntry, Adjustment):
        statement = select(func.min(model.monday), func.max(model.monday)).where(
            model.enrollment_id.in_(enrollment_ids)
        )
        mondays += [monday for monday in session.execute(unscoped(statement, WHY)).one() if monday]
    return min(mondays, default=None), max(mondays, default=None)


def _spells_at(firm_id: int, enrollment_ids: Collection[int], as_of: datetime | None) -> set[int]:
    """Employments at the firm, replaced rows too: an entry names the row that stood when it was logged."""
    statement = select(EmploymentSpell.id).where(
        EmploymentSpell.firm_id == firm_id,
        EmploymentSpell.enrollment_id.in_(enrollment_ids),
        *([EmploymentSpell.recorded_at <= as_of] if as_of else []),
    )
    return set(session.scalars(unscoped(statement, WHY)))
