"""The way to an enrollment and to its dated facts."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, bindparam, func, select, true

from lms.hub.catalog.kinds import CourseKind
from lms.hub.catalog.models import Course
from lms.hub.cohorts.models import Cohort, Section
from lms.hub.enrollment.kinds import Status
from lms.hub.enrollment.models import (
    EmploymentSpell,
    Enrollment,
    Leave,
    Placement,
    PlanUnit,
    StartOffset,
    StatusChange,
)
from lms.hub.enrollment.rules import at_or_none, status_on
from lms.kernel.db import as_read, session
from lms.kernel.errors import NotFound
from lms.kernel.facts import Fact, stands
from lms.people.access import Action, Actor
from lms.people.accounts.models import Person
from lms.people.orgs.models import Firm, Site
from lms.people.scope import ask_read, own_kept, plain, scoped, unscoped, within, within_a

F = TypeVar("F", bound=Fact)


@dataclass(frozen=True, slots=True)
class Member:
    """One line of a roster, as of one day. status None: not begun. firm None: employed nowhere that day."""

    enrollment: Enrollment
    person: Person
    status: Status | None
    section: Section | None
    site: Site | None
    firm: Firm | None
    spell: EmploymentSpell | None


def find_enrollment(actor: Actor, public_id: str, action: Action = Action.ENROLLMENT_READ) -> Enrollment:
    """The enrollment, if `actor` may do `action` to it. Raises NotFound."""
    statement = select(Enrollment).where(Enrollment.public_id == public_id)
    found = session.scalar(scoped(statement, actor, action))
    if found is None:
        raise NotFound()
    return found


def own_enrollment(actor: Actor) -> Enrollment:
    """The signed-in student's enrollment that began last. Raises NotFound for somebody who studies nowhere."""
    statement, own = own_kept(_newest_of_person(), actor, Action.ENROLLMENT_READ, on=Enrollment)
    rows = plain(statement, person_id=actor.person_id, **own)
    if not rows:
        raise NotFound()
    return as_read(Enrollment, rows[0]._asdict())


@cache
def _newest_of_person() -> Select[*tuple[Any, ...]]:
    mine = select(*Enrollment.__table__.columns).where(Enrollment.person_id == bindparam("person_id"))
    return mine.order_by(Enrollment.id.desc()).limit(1)


def has_enrollment(person: Person, cohort_id: int) -> bool:
    """Whether `person` is in this cohort already."""
    statement = select(Enrollment.id).where(Enrollment.person_id == person.id, Enrollment.cohort_id == cohort_id)
    return session.scalar(unscoped(statement, "one enrollment a person and cohort")) is not None


def cohort_of(enrollment: Enrollment) -> Cohort:
    """The cohort of an enrollment that was found for somebody."""
    statement = select(Cohort).where(Cohort.id == enrollment.cohort_id)
    return session.scalars(unscoped(statement, "the cohort of an enrollment found in scope")).one()


def person_of(enrollment: Enrollment) -> Person:
    """Whose enrollment it is, for one that was found for somebody."""
    statement = select(Person).where(Person.id == enrollment.person_id)
    return session.scalars(unscoped(statement, "whose enrollment was found")).one()


def enrollment_of(fact: Fact) -> Enrollment:
    """From which enrollment a fact hangs that was found for somebody."""
    statement = select(Enrollment).where(Enrollment.id == fact.enrollment_id)  # type: ignore[attr-defined]
    return session.scalars(unscoped(statement, "the enrollment of a fact that was found")).one()


def standing(
    model: type[F], enrollments: Enrollment | Iterable[Enrollment], as_of: datetime | None = None
) -> Sequence[F]:
    """The facts of `model` that stand for enrollments which were found for somebody, oldest first. One query."""
    if as_of is None:
        return [row for (row,) in ask_read(_standing_now(model), enrollments)]  # type: ignore[arg-type]  # classes are hashable
    rows = enrollments if isinstance(enrollments, Enrollment) else list(enrollments)
    return session.scalars(within(select(model).where(stands(model, as_of)).order_by(model.id), rows)).all()


@cache
def _standing_now(model: type[F]) -> Select[F]:
    return within_a(select(model).where(stands(model)).order_by(model.id), Enrollment)


def grouped(rows: Iterable[F]) -> dict[int, list[F]]:
    """Facts by the row number of their enrollment."""
    found: dict[int, list[F]] = defaultdict(list)
    for row in rows:
        found[row.enrollment_id].append(row)  # type: ignore[attr-defined]  # every fact here hangs from an enrollment
    return found


def changes_of(
    enrollments: Enrollment | Iterable[Enrollment], as_of: datetime | None = None
) -> dict[int, list[StatusChange]]:
    """The status changes that hold, by enrollment, without those taken back; a corrected one keeps its place."""
    rows = [row for row in standing(StatusChange, enrollments, as_of) if not row.is_taken_back]
    return grouped(in_recorded_order(rows))


def in_recorded_order(rows: Iterable[StatusChange]) -> list[StatusChange]:
    """Status changes as they were entered; one that corrects another stands in its place."""
    return sorted(rows, key=lambda row: row.supersedes_id or row.id)


def status_of(enrollment: Enrollment, day: date, as_of: datetime | None = None) -> Status | None:
    """The status on `day`. One query."""
    return status_on(changes_of(enrollment, as_of).get(enrollment.id, ()), day)


def own_offset(as_of: datetime | None = None) -> ColumnElement[int]:
    """How many weeks after the cohort each `Enrollment` of a statement starts, as a column (H18, D34)."""
    said = select(StartOffset.weeks).where(StartOffset.enrollment_id == Enrollment.id, stands(StartOffset, as_of))
    last = said.order_by(StartOffset.id.desc()).limit(1).correlate(Enrollment).scalar_subquery()
    return func.coalesce(last, Enrollment.start_offset_weeks)


def placement_on(enrollment: Enrollment, day: date, as_of: datetime | None = None) -> Placement | None:
    """Where the student is taught on `day`. One query."""
    return at_or_none(standing(Placement, enrollment, as_of), day)


def leaves_of(enrollment: Enrollment, as_of: datetime | None = None) -> list[Leave]:
    """The leaves that hold, earliest first. One query."""
    return sorted((row for row in standing(Leave, enrollment, as_of) if not row.is_lifted), key=lambda r: r.from_day)


def planned_courses(
    enrollments: Enrollment | Iterable[Enrollment], as_of: datetime | None = None
) -> dict[int, list[Course]]:
    """The courses in the plan by enrollment, in the catalog's order. One query."""
    statement = (
        select(PlanUnit.enrollment_id, Course)
        .join(Course, Course.id == PlanUnit.course_id)
        .where(stands(PlanUnit, as_of), ~PlanUnit.is_dropped)
        .order_by(Course.position)
    )
    found: dict[int, list[Course]] = defaultdict(list)
    rows = enrollments if isinstance(enrollments, Enrollment) else list(enrollments)
    for enrollment_id, course in session.execute(within(statement, rows, on=PlanUnit)):
        found[enrollment_id].append(course)
    return found


def chosen_spoke(courses: Iterable[Course]) -> Course | None:
    """The spoke among planned courses."""
    return next((course for course in courses if course.kind is CourseKind.SPOKE), None)


def roster(
    actor: Actor,
    cohort: Cohort,
    day: date,
    action: Action = Action.ENROLLMENT_READ,
    as_of: datetime | None = None,
) -> list[Member]:
    """Every student of `cohort` whom `actor` may see, by name. Seven queries, whatever the size."""
    people = session.execute(
        scoped(
            select(Enrollment, Person)
            .join(Person, Person.id == Enrollment.person_id)
            .where(Enrollment.cohort_id == cohort.id, was_known(as_of))
            .order_by(Person.name, Enrollment.id),
            actor,
            action,
            on=Enrollment,
        )
    ).all()
    return members([(enrollment, person) for enrollment, person in people], day, as_of)


def was_known(as_of: datetime | None) -> ColumnElement[bool]:
    """Of an `Enrollment`: whether anything was said of it by then; every enrollment begins with a status."""
    if as_of is None:
        return true()
    said = select(StatusChange.id).where(StatusChange.enrollment_id == Enrollment.id, StatusChange.recorded_at <= as_of)
    return said.exists()


def members(people: Sequence[tuple[Enrollment, Person]], day: date, as_of: datetime | None = None) -> list[Member]:
    """Roster lines for enrollments that were found for somebody. Six queries."""
    found = [enrollment for enrollment, _ in people]
    changes = changes_of(found, as_of)
    places = {key: at_or_none(rows, day) for key, rows in grouped(standing(Placement, found, as_of)).items()}
    spells = {key: at_or_none(rows, day) for key, rows in grouped(standing(EmploymentSpell, found, as_of)).items()}
    sections = _by_id(Section, {p.section_id for p in places.values() if p})
    sites = _by_id(Site, {p.site_id for p in places.values() if p})
    firms = _by_id(Firm, {s.firm_id for s in spells.values() if s})
    lines = []
    for enrollment, person in people:
        place, spell = places.get(enrollment.id), spells.get(enrollment.id)
        lines.append(
            Member(
                enrollment=enrollment,
                person=person,
                status=status_on(changes.get(enrollment.id, ()), day),
                section=sections.get(place.section_id) if place else None,
                site=sites.get(place.site_id) if place else None,
                firm=firms.get(spell.firm_id) if spell else None,
                spell=spell,
            )
        )
    return lines


P = TypeVar("P", Section, Site, Firm)


def _by_id(model: type[P], ids: set[int]) -> dict[int, P]:
    """Rows named by facts that the reader was allowed to find."""
    rows = session.scalars(unscoped(select(model).where(model.id.in_(ids)), "named by a fact that was found in scope"))
    return {row.id: row for row in rows}
