"""Telling people that dates changed: the students whose own dates did, and who teaches the sections."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from lms.hub.cohorts.models import Section
from lms.hub.coursework.queries import works_of
from lms.hub.enrollment.models import Enrollment, Placement, StatusChange
from lms.hub.enrollment.queries import grouped, standing
from lms.hub.enrollment.rules import STUDYING, status_on
from lms.kernel.db import session
from lms.kernel.facts import runs_on, stands
from lms.messages.services import notify
from lms.people.access import Relation
from lms.people.grants.models import GrantRow
from lms.people.scope import policy_day, unscoped, within

TEACHING = (Relation.INSTRUCTOR, Relation.ASSESSOR)
PATHS = {"student": "/student/calendar", "staff": "/instructor/calendar"}
Dues = Mapping[tuple[int, int], datetime]


@dataclass(frozen=True, slots=True)
class Seated:
    """A student who studies in a section today."""

    enrollment: Enrollment
    section_id: int


def seated_in(sections: Sequence[Section], day: date | None = None) -> list[Seated]:
    """The students who are active, and placed in one of these sections on `day` (today). Two queries."""
    statement = select(Enrollment, Placement.section_id).join(Placement, Placement.enrollment_id == Enrollment.id)
    statement = statement.where(stands(Placement), runs_on(Placement, day or policy_day()))
    rows = session.execute(within(statement, sections, on=Placement)).all()
    changes = grouped(standing(StatusChange, [enrollment for enrollment, _ in rows])) if rows else {}
    today = policy_day()
    return [
        Seated(enrollment, section_id)
        for enrollment, section_id in rows
        if status_on(changes.get(enrollment.id, ()), today) in STUDYING or _is_to_come(changes.get(enrollment.id, ()))
    ]


def _is_to_come(changes: Iterable[StatusChange]) -> bool:
    """Whether the student has a place and begins later."""
    return any(change.status in STUDYING and change.effective_on > policy_day() for change in changes)


def staff_of(section_ids: Iterable[int]) -> list[tuple[int, int]]:
    """Who teaches or assesses which of these sections today: (person, section). One query."""
    statement = select(GrantRow.person_id, GrantRow.place_id).where(
        GrantRow.relation.in_(TEACHING), GrantRow.place_id.in_(list(section_ids)), runs_on(GrantRow, policy_day())
    )
    return [(person_id, section_id) for person_id, section_id in session.execute(statement)]


def dues_of(seated: Iterable[Seated], activity_ids: Sequence[int]) -> Dues:
    """When each of these activities is due for each student, by enrollment and activity. One query."""
    enrollments = [one.enrollment for one in seated]
    if not enrollments or not activity_ids:
        return {}
    return {(work.enrollment.id, work.activity.id): work.due.at for work in works_of(enrollments, activity_ids)}


def tell_of_session(section: Section, template: str, key: str, **values: object) -> None:
    """A letter about one session to everybody of its section."""
    for person_id, path in _everybody(section):
        notify(person_id, template, key, path=path, **values)


def _everybody(section: Section) -> list[tuple[int, str]]:
    students = [(one.enrollment.person_id, PATHS["student"]) for one in seated_in([section])]
    return [*students, *((person_id, PATHS["staff"]) for person_id, _ in staff_of([section.id]))]


def tell_of_dates(
    template: str, key: str, seated: Sequence[Seated], before: Dues, moved: Counter[int], days: tuple[date, date]
) -> int:
    """A letter to each student and teacher with changed dates, and to nobody else; gives how many.

    before: as the dues were. moved: how many sessions changed, by section.
    """
    after = dues_of(seated, sorted({activity_id for _, activity_id in before}))
    changed = Counter(number for (number, activity_id), at in before.items() if after.get((number, activity_id)) != at)
    told = 0
    span = {"from_day": days[0], "to_day": days[1]}
    for one in seated:
        sessions, dues = moved[one.section_id], changed[one.enrollment.id]
        if sessions or dues:
            values = {**span, "sessions": sessions, "dues": dues, "path": PATHS["student"]}
            notify(one.enrollment.person_id, template, key, **values)
            told += 1
    staff: Counter[int] = Counter()
    for person_id, section_id in staff_of(moved):
        staff[person_id] += moved[section_id]
    for person_id, sessions in staff.items():
        notify(person_id, template, key, **span, sessions=sessions, dues=0, path=PATHS["staff"])
    return told + len(staff)


def sections_among(ids: Iterable[int]) -> list[Section]:
    """The sections with these numbers, named by rows that were found in scope. One query."""
    statement = select(Section).where(Section.id.in_(list(ids)))
    return list(session.scalars(unscoped(statement, "sections of a cohort that was found in scope")))
