"""Spokes that ask for other courses first: for whom they may begin, and what is said or refused where they may not."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from lms.hub.catalog.models import Course, ProgramVersion
from lms.hub.catalog.policy import Policy
from lms.hub.enrollment.models import Enrollment
from lms.hub.enrollment.versions import version_of, versions_of
from lms.hub.standing.facts import State, Verdict
from lms.hub.standing.queries import records_of
from lms.kernel.db import session
from lms.kernel.errors import RuleBroken
from lms.kernel.explain import Explained
from lms.kernel.text import N_

ByCode = dict[str, Explained[Verdict]]


def asked_first(enrollments: Sequence[Enrollment], as_of: datetime | None = None) -> dict[int, ByCode]:
    """Whether each course that asks for others first may begin, by enrollment and course code.

    Two statements where no version asks for any; else a fixed number, however many students.
    """
    if not enrollments:
        return {}
    versions = set(versions_of(enrollments, as_of).values())
    some = select(Course.id).where(Course.program_version_id.in_(versions), Course.prerequisites != [])
    if session.scalar(some.limit(1)) is None:
        return {}
    return {
        number: {one.value.need.key: one for one in record.prerequisites(record.courses)}
        for number, record in records_of(enrollments, as_of).items()
    }


def blocks(enrollment: Enrollment) -> bool:
    """Whether the version refuses a spoke whose prerequisites are not met, rather than only saying so. Two queries."""
    stored = select(ProgramVersion.policy).where(ProgramVersion.id == version_of(enrollment))
    return Policy.of(session.scalars(stored).one()).prerequisites == "block"


def refuse_unready(enrollment: Enrollment, spokes: Sequence[Course], field: str) -> None:
    """Raises RuleBroken for a spoke that may not begin yet, where the version says so; the reasons in words."""
    if not spokes or not blocks(enrollment):
        return
    found = asked_first([enrollment]).get(enrollment.id, {})
    for spoke in spokes:
        asked = found.get(spoke.code)
        if asked is not None and asked.value.state is not State.MET:
            reasons = [part.reason for part in asked.value.parts if part.state is not State.MET]
            message = N_("%(what)s %(why)s A coordinator can waive it.")
            raise RuleBroken(message, field=field, what=asked.value.reason, why=reasons[0])
