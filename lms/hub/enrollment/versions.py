"""Which version of the program an enrollment is bound to: its pin's as of the day, else its cohort's.

Whatever is asked of a student (requirements, courses, grades, plan) is asked of that version and of no other.
"""

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select

from lms.hub.catalog.models import Course
from lms.hub.cohorts.models import Cohort
from lms.hub.enrollment.models import Enrollment, VersionPin
from lms.kernel.db import session
from lms.kernel.facts import stands
from lms.people.scope import day_of, plain, policy_day, unscoped


def bound_version(as_of: datetime | None = None, day: date | None = None) -> ColumnElement[int]:
    """The version of each `Enrollment` of a statement that joins `Cohort`, as one column.

    as_of: what was known then. day: the day asked about; by default the policy's, as of `as_of`'s.
    """
    on = _day_asked(as_of, day)
    pinned = (
        select(VersionPin.program_version_id)
        .where(VersionPin.enrollment_id == Enrollment.id, VersionPin.from_day <= on, stands(VersionPin, as_of))
        .order_by(VersionPin.from_day.desc(), VersionPin.id.desc())
        .limit(1)
        .correlate(Enrollment)
        .scalar_subquery()
    )
    return func.coalesce(pinned, Cohort.program_version_id)


def _day_asked(as_of: datetime | None, day: date | None) -> date:
    return day or (day_of(as_of) if as_of else policy_day())


def lived_in_cohort(as_of: datetime | None = None) -> ColumnElement[bool]:
    """For a statement with `Course` and `Cohort`: the cohort's own version, or one that a student of it is bound to."""
    pinned = (
        select(VersionPin.program_version_id)
        .join(Enrollment, Enrollment.id == VersionPin.enrollment_id)
        .where(Enrollment.cohort_id == Cohort.id, stands(VersionPin, as_of))
        .correlate(Cohort)
    )
    return or_(Course.program_version_id == Cohort.program_version_id, Course.program_version_id.in_(pinned))


def versions_of(
    enrollments: Enrollment | Iterable[Enrollment], as_of: datetime | None = None, day: date | None = None
) -> dict[int, int]:
    """The row number of the version by enrollment, for enrollments that were found for somebody. One query."""
    rows = [enrollments] if isinstance(enrollments, Enrollment) else list(enrollments)
    return dict(plain(_bound(as_of, _day_asked(as_of, day)), ids=[row.id for row in rows]))


@lru_cache(maxsize=8)
def _bound(as_of: datetime | None, day: date) -> Select[int, int]:
    statement = select(Enrollment.id, bound_version(as_of, day)).join(Cohort, Cohort.id == Enrollment.cohort_id)
    wanted = statement.where(Enrollment.id.in_(bindparam("ids", expanding=True)))
    return unscoped(wanted, "the version of enrollments found in scope")


def version_of(enrollment: Enrollment, as_of: datetime | None = None, day: date | None = None) -> int:
    """The row number of the version that `enrollment` is bound to. One query."""
    return versions_of(enrollment, as_of, day)[enrollment.id]


def versions_lived(cohort: Cohort) -> list[int]:
    """The cohort's version and those that its students are bound to, by row number. One query."""
    pinned = select(VersionPin.program_version_id).join(Enrollment, Enrollment.id == VersionPin.enrollment_id)
    found = session.scalars(
        unscoped(pinned.where(Enrollment.cohort_id == cohort.id, stands(VersionPin)).distinct(), "versions in a cohort")
    )
    return sorted({cohort.program_version_id, *found})
