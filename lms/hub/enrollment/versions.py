"""Which program version an enrollment is bound to: its cohort's."""

from collections.abc import Sequence

from sqlalchemy import select

from lms.hub.cohorts.models import Cohort
from lms.hub.enrollment.models import Enrollment
from lms.kernel.db import session
from lms.people.scope import unscoped


def versions_of(enrollments: Sequence[Enrollment]) -> dict[int, int]:
    """The row number of the version of each enrollment that was found for somebody, by its own. One query."""
    cohorts = {enrollment.cohort_id for enrollment in enrollments}
    statement = select(Cohort.id, Cohort.program_version_id).where(Cohort.id.in_(cohorts))
    why = "the version of enrollments found in scope"
    by_cohort = dict(session.execute(unscoped(statement, why)).all())
    return {enrollment.id: by_cohort[enrollment.cohort_id] for enrollment in enrollments}


def version_of(enrollment: Enrollment) -> int:
    """The same for one."""
    return versions_of([enrollment])[enrollment.id]
