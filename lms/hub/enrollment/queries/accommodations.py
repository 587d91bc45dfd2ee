"""Accommodations: whole for student and coordinator, as mere effects for who teaches, as a factor for timed work."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from sqlalchemy import select

from lms.hub.enrollment.models import Accommodation, Enrollment
from lms.hub.enrollment.queries import grouped, standing
from lms.hub.enrollment.rules.accommodations import Effect, effect_on, time_factor
from lms.kernel.db import session
from lms.kernel.explain import Explained
from lms.kernel.facts import stands
from lms.kernel.prose import all_prose_of
from lms.people.access import Action, Actor
from lms.people.accounts.models import Person
from lms.people.scope import scoped


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What somebody who teaches a student has to do. note: what a form means in practice."""

    enrollment: Enrollment
    student: str
    effect: Effect
    notes: tuple[str, ...]


def accommodations_of(enrollment: Enrollment, as_of: datetime | None = None) -> list[Accommodation]:
    """The accommodations that stand for an enrollment found by `ACCOMMODATION_READ`, or for a rule. One query."""
    return [row for row in standing(Accommodation, enrollment, as_of) if not row.is_lifted]


def time_factor_of(enrollment: Enrollment, day: date, as_of: datetime | None = None) -> Explained[Fraction]:
    """By how much the time of timed work is multiplied for this student on `day`. One query.

    Whatever is timed asks here, so that an accommodation follows the student everywhere.
    """
    return time_factor(accommodations_of(enrollment, as_of), day)


def arrangements(actor: Actor, day: date, as_of: datetime | None = None) -> list[Arrangement]:
    """What holds on `day` for those whom `actor` teaches, by name: effects only. Two queries."""
    statement = (
        select(Accommodation, Enrollment, Person.name)
        .join(Enrollment, Enrollment.id == Accommodation.enrollment_id)
        .join(Person, Person.id == Enrollment.person_id)
        .where(stands(Accommodation, as_of), Accommodation.is_lifted.is_(False))
        .order_by(Person.name, Enrollment.id, Accommodation.id)
    )
    rows = session.execute(scoped(statement, actor, Action.ARRANGEMENT_READ, on=Accommodation)).all()
    words = all_prose_of([row[0] for row in rows])
    people = {enrollment.id: (enrollment, name) for _, enrollment, name in rows}
    by_student = grouped(row[0] for row in rows)
    found = [_arrangement(*people[key], given, words, day) for key, given in by_student.items()]
    return [one for one in found if one.effect.is_any]


def _arrangement(
    enrollment: Enrollment,
    student: str,
    given: list[Accommodation],
    words: Mapping[str, Mapping[str, str]],
    day: date,
) -> Arrangement:
    held = [row for row in given if effect_on([row], day).is_any]
    notes = [words[row.public_id].get("format_note", "") for row in held]
    return Arrangement(enrollment, student, effect_on(given, day), tuple(note for note in notes if note))
