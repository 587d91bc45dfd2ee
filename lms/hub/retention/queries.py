"""Whose records are past their time, by kind: a list to look at, from which nothing is deleted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from lms.hub.coursework.models import Submission
from lms.hub.enrollment.models import Accommodation, Enrollment, StatusChange
from lms.hub.enrollment.queries import changes_of
from lms.hub.enrollment.rules import ENDED
from lms.hub.enrollment.rules.history import in_order
from lms.hub.grading.models import Score
from lms.hub.hours.models import HoursEntry
from lms.hub.retention.models import LegalHold
from lms.hub.retention.rules import Kept, RecordKind, kept
from lms.kernel.db import session
from lms.kernel.errors import NotFound
from lms.kernel.explain import Explained
from lms.kernel.facts import stands
from lms.kernel.prose import prose_of
from lms.people.access import Action, Actor
from lms.people.accounts.models import Person
from lms.people.scope import scoped, unscoped

WHY = "retention looks at everybody who left"
TABLES: Mapping[RecordKind, Any] = {
    RecordKind.HOURS: HoursEntry,
    RecordKind.GRADES: Score,
    RecordKind.SUBMISSIONS: Submission,
    RecordKind.ENROLLMENT: StatusChange,
    RecordKind.ACCOMMODATIONS: Accommodation,
}


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of records of one student who left."""

    enrollment: Enrollment
    kind: RecordKind
    rows: int
    exit_on: date
    kept: Explained[Kept]


def held_people(as_of: datetime | None = None) -> set[int]:
    """The row numbers of the people under a legal hold. One query."""
    statement = select(LegalHold.person_id).where(stands(LegalHold, as_of), LegalHold.is_lifted.is_(False))
    return set(session.scalars(unscoped(statement, WHY)))


def list_retention(years: Mapping[RecordKind, int], today: date, as_of: datetime | None = None) -> list[Line]:
    """Every kind of records of everybody who left, in the order of enrollments. Eight queries."""
    enrollments = session.scalars(unscoped(select(Enrollment).order_by(Enrollment.id), WHY)).all()
    return retention_of(enrollments, years, today, as_of)


def list_own_retention(
    actor: Actor, years: Mapping[RecordKind, int], today: date, as_of: datetime | None = None
) -> list[tuple[str, Line]]:
    """The same for those whose records `actor` may hold, with their names, the earliest end first. Nine queries."""
    statement = select(Enrollment, Person.name).join(Person, Person.id == Enrollment.person_id)
    rows = session.execute(scoped(statement.order_by(Enrollment.id), actor, Action.HOLD_SET, on=Enrollment)).all()
    names = {enrollment.id: name for enrollment, name in rows}
    lines = retention_of([enrollment for enrollment, _ in rows], years, today, as_of)
    return sorted(
        ((names[line.enrollment.id], line) for line in lines), key=lambda one: (one[1].kept.value.until, one[0])
    )


def holds_by(actor: Actor, as_of: datetime | None = None) -> list[tuple[Person, LegalHold, str]]:
    """The holds that stand on people whose records `actor` may hold, by name, with their reasons. Two queries."""
    statement = select(Person, LegalHold).join(LegalHold, LegalHold.person_id == Person.id)
    statement = statement.where(stands(LegalHold, as_of), LegalHold.is_lifted.is_(False)).order_by(Person.name)
    rows = session.execute(scoped(statement, actor, Action.HOLD_SET, on=Person)).all()
    reasons = prose_of([hold for _, hold in rows], "reason")
    return [(person, hold, reasons.get(hold.public_id, "")) for person, hold in rows]


def find_person(actor: Actor, *, email: str = "", public_id: str = "") -> Person:
    """Somebody whose records `actor` may hold, by one of the two. Raises NotFound. One query."""
    which = Person.public_id == public_id if public_id else Person.email == email.strip().lower()
    found = session.scalar(scoped(select(Person).where(which), actor, Action.HOLD_SET))
    if found is None:
        raise NotFound()
    return found


def retention_of(
    enrollments: Sequence[Enrollment], years: Mapping[RecordKind, int], today: date, as_of: datetime | None = None
) -> list[Line]:
    """Every kind of records of those of `enrollments` who left. Seven queries."""
    if not enrollments:
        return []
    last = {key: in_order(rows)[-1] for key, rows in changes_of(enrollments, as_of).items()}
    gone = [row for row in enrollments if row.id in last and last[row.id].status in ENDED]
    held, counts = held_people(as_of), {kind: _counts(model) for kind, model in TABLES.items()}
    return [
        Line(
            row,
            kind,
            counts[kind][row.id],
            last[row.id].effective_on,
            kept(last[row.id].effective_on, years[kind], today, is_held=row.person_id in held),
        )
        for row in gone
        for kind in RecordKind
        if counts[kind].get(row.id)
    ]


def _counts(model: Any) -> dict[int, int]:
    counted = select(model.enrollment_id, func.count(model.id)).group_by(model.enrollment_id)
    return {row[0]: row[1] for row in session.execute(unscoped(counted, WHY))}
