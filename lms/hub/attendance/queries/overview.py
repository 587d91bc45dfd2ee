"""A cohort's attendance on one screen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from lms.hub.attendance.queries.excuses import excuses_of_many
from lms.hub.attendance.queries.rolls import Roll, rolls_of
from lms.hub.attendance.rules.credit import FULL_BP
from lms.hub.cohorts.models import Cohort, Section
from lms.hub.enrollment.models import Enrollment, Placement
from lms.hub.enrollment.queries import was_known
from lms.kernel.db import session
from lms.kernel.facts import runs_on, stands
from lms.people.access import Action, Actor
from lms.people.accounts.models import Person
from lms.people.scope import policy_day, scoped

LOW_BP = 9_000  # below nine tenths somebody should look; source: the tenth that may be excused


@dataclass(frozen=True, slots=True)
class Student:
    """One line of the screen."""

    enrollment: Enrollment
    name: str
    section: str
    roll: Roll

    @property
    def is_low(self) -> bool:
        """Whether attendance is below nine tenths."""
        share = self.roll.credit.share_bp
        return share is not None and share < LOW_BP

    @property
    def is_over_cap(self) -> bool:
        """Whether more is excused than counts."""
        return self.roll.credit.excused > self.roll.credit.excused_counted


def attendance_of(actor: Actor, cohort: Cohort, as_of: datetime | None = None) -> list[Student]:
    """The students of a cohort whose attendance `actor` may read, the lowest first. Six statements."""
    placed = stands(Placement, as_of) & runs_on(Placement, policy_day(as_of))
    statement = (
        select(Enrollment, Person.name, Section.name.label("section"))
        .join(Person, Person.id == Enrollment.person_id)
        .outerjoin(Placement, (Placement.enrollment_id == Enrollment.id) & placed)
        .outerjoin(Section, Section.id == Placement.section_id)
        .where(Enrollment.cohort_id == cohort.id, was_known(as_of))
        .order_by(Person.name, Enrollment.id)
    )
    rows = session.execute(scoped(statement, actor, Action.ATTENDANCE_READ, on=Enrollment)).all()
    if not rows:
        return []
    rolls = rolls_of([row[0] for row in rows], as_of)
    found = [Student(row[0], row[1], row[2] or "", rolls[row[0].id]) for row in rows]
    return sorted(found, key=lambda one: (one.roll.credit.share_bp or FULL_BP + 1, one.name))


def granted_ahead(enrollments: Sequence[Enrollment]) -> dict[int, set[int]]:
    """The sessions from which each student is excused, by enrollment: for the cap. Two queries."""
    found: dict[int, set[int]] = {one.id: set() for one in enrollments}
    for asked in excuses_of_many(enrollments):
        if asked.is_granted:
            found[asked.fact.enrollment_id].add(asked.fact.session_id)
    return found
