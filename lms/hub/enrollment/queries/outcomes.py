"""How the students of a cohort ended, in it or in a later one; and those who left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from lms.hub.catalog.models import ProgramVersion
from lms.hub.catalog.policy import Policy
from lms.hub.cohorts.models import Cohort
from lms.hub.enrollment.kinds import Status
from lms.hub.enrollment.models import Enrollment, LastAttendance, StatusChange
from lms.hub.enrollment.queries import Member, changes_of, grouped, members, standing
from lms.hub.enrollment.rules import ENDED
from lms.hub.enrollment.rules.history import in_order, probation, started_on
from lms.hub.enrollment.rules.rates import Outcome
from lms.kernel.db import session
from lms.kernel.explain import Explained
from lms.kernel.prose import prose_of
from lms.people.access import Action, Actor
from lms.people.accounts.models import Person
from lms.people.scope import scoped, unscoped

WHY = "a student who went to another cohort is followed there"
MOST_COHORTS = 6  # as often as somebody is followed from one cohort to the next


@dataclass(frozen=True, slots=True)
class Left:
    """Somebody who left. change: the step by which they did. attended: last date of attendance, if it is on record."""

    member: Member
    change: StatusChange
    note: str
    attended: LastAttendance | None


def policy_of(cohort: Cohort) -> Policy:
    """The policy of the cohort's program version. One query."""
    statement = select(ProgramVersion.policy).where(ProgramVersion.id == cohort.program_version_id)
    return Policy.of(session.scalars(statement).one())


def probation_of(enrollment: Enrollment, cohort: Cohort, as_of: datetime | None = None) -> Explained[date] | None:
    """The last day of probation; None before a start. Two queries."""
    started = started_on(changes_of(enrollment, as_of)[enrollment.id])
    return probation(started, policy_of(cohort).probation_days) if started else None


def outcomes_of(actor: Actor, cohort: Cohort, as_of: datetime | None = None) -> list[Outcome]:
    """Everybody who began in the cohort and whom the actor may count. Three queries, two more for each later cohort."""
    statement = select(Enrollment).where(Enrollment.cohort_id == cohort.id, Enrollment.transferred_from_id.is_(None))
    rows = session.scalars(scoped(statement, actor, Action.COMPLETION_READ, on=Enrollment)).all()
    days = policy_of(cohort).probation_days
    changes = changes_of(rows, as_of)
    followed = _followed(rows, as_of)
    found = []
    for row in rows:
        started = started_on(changes[row.id])
        if started is not None:
            own = in_order(changes[row.id])
            found.append(_outcome(started, days, in_order(followed[row.id]) if row.id in followed else own))
    return found


def _outcome(started: date, days: int, changes: Sequence[StatusChange]) -> Outcome:
    last, until = changes[-1], probation(started, days).value
    if last.status not in ENDED:
        return Outcome(started, until, fact=last.ref)
    return Outcome(started, until, last.status, last.effective_on, last.reason, last.ref)


def _followed(rows: Sequence[Enrollment], as_of: datetime | None) -> dict[int, list[StatusChange]]:
    """The status changes of the last enrollment that goes on from each of `rows`, by the first one's row number."""
    first = {row.id: row.id for row in rows}
    found: dict[int, list[StatusChange]] = {}
    for _ in range(MOST_COHORTS):
        if not first:
            break
        onward = select(Enrollment).where(Enrollment.transferred_from_id.in_(first))
        later = session.scalars(unscoped(onward, WHY)).all()
        if not later:
            break
        changes = changes_of(later, as_of)
        begun = [row for row in later if changes[row.id]]
        found |= {first[row.transferred_from_id or 0]: changes[row.id] for row in begun}
        first = {row.id: first[row.transferred_from_id or 0] for row in begun}
    return found


def list_left(actor: Actor, cohort: Cohort, day: date, as_of: datetime | None = None) -> list[Left]:
    """Those of the cohort who left, the last first: withdrawn, dismissed, gone to another cohort. Eleven queries."""
    statement = (
        select(Enrollment, Person)
        .join(Person, Person.id == Enrollment.person_id)
        .where(Enrollment.cohort_id == cohort.id)
        .order_by(Person.name, Enrollment.id)
    )
    people = session.execute(scoped(statement, actor, Action.ENROLLMENT_OVERSEE, on=Enrollment)).all()
    changes = changes_of([enrollment for enrollment, _ in people], as_of)
    ended = {key: in_order(rows)[-1] for key, rows in changes.items() if in_order(rows)[-1].status in GONE}
    gone = [(enrollment, person) for enrollment, person in people if enrollment.id in ended]
    attended = grouped(standing(LastAttendance, [enrollment for enrollment, _ in gone], as_of))
    notes = prose_of(ended.values(), "note")
    left = [
        Left(
            member,
            ended[member.enrollment.id],
            notes.get(ended[member.enrollment.id].public_id, ""),
            attended[member.enrollment.id][-1] if attended.get(member.enrollment.id) else None,
        )
        for member in members(gone, day, as_of)
    ]
    return sorted(left, key=lambda one: (-one.change.effective_on.toordinal(), one.member.person.name))


GONE = ENDED - {Status.COMPLETED}
