"""What the move rules look at, for one student or a whole cohort: a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, select

from lms.hub.catalog.editing import curriculum_in
from lms.hub.catalog.models import Course, ProgramVersion, Unit, VersionDocument
from lms.hub.catalog.spec import Curriculum
from lms.hub.cohorts.models import Cohort
from lms.hub.coursework.models import Activity, Submission, WorkCarry
from lms.hub.enrollment.models import Enrollment, VersionPin
from lms.hub.enrollment.queries import grouped, planned_courses, standing
from lms.hub.enrollment.versions import versions_of
from lms.hub.grading.models import Score
from lms.hub.hours.models import HoursEntry
from lms.hub.migration.rules import (
    Binding,
    CourseShape,
    Held,
    Preview,
    Shape,
    Work,
    WorkKey,
    binding_on,
    explain_version,
    preview,
)
from lms.kernel.db import session
from lms.kernel.explain import Explained, FactRef
from lms.kernel.facts import stands
from lms.kernel.prose import prose_of
from lms.people.scope import within

HUNDREDTHS = 100  # points in a document are whole, stored ones are hundredths


@dataclass(frozen=True, slots=True)
class Move:
    """One student before the move: from where, what is held, and what it comes to. is_there: bound to it already."""

    enrollment: Enrollment
    from_version: int
    held: Held
    preview: Preview
    is_there: bool


@dataclass(frozen=True, slots=True)
class Trace:
    """One move that was carried out."""

    pin: VersionPin
    version: ProgramVersion
    reason: str


def shapes_of(version_ids: Iterable[int]) -> dict[int, Shape]:
    """Versions as the rules see them, by row number; a draft has no rows yet, so its document says. Three queries."""
    ids = sorted(set(version_ids))
    drafts = select(VersionDocument).join(ProgramVersion).where(ProgramVersion.published_at.is_(None))
    documents = session.scalars(drafts.where(VersionDocument.program_version_id.in_(ids))).all()
    shapes = {row.program_version_id: _shape_in(curriculum_in(row.document)) for row in documents}
    courses = session.scalars(
        select(Course).where(Course.program_version_id.in_(ids)).order_by(Course.position, Course.id)
    ).all()
    activities = session.scalars(
        select(Activity)
        .join(Course)
        .where(Course.program_version_id.in_(ids), stands(Activity))
        .order_by(Course.position, Activity.week, Activity.position, Activity.id)
    ).all()
    by_id = {course.id: course for course in courses}
    for number in sorted(set(ids) - set(shapes)):
        own = {c.code: CourseShape(c.code, c.name, c.kind) for c in courses if c.program_version_id == number}
        works = [
            Work(by_id[a.course_id].code, a.code, a.title, a.points, a.id)
            for a in activities
            if by_id[a.course_id].program_version_id == number
        ]
        shapes[number] = Shape(own, {work.key: work for work in works})
    return shapes


def _shape_in(curriculum: Curriculum) -> Shape:
    """A draft: its activities have no rows, so nothing can be carried to them yet."""
    works = [
        Work(course.code, one.code, one.title, sum(c.points for c in curriculum.criteria(one)) * HUNDREDTHS)
        for course in curriculum.courses
        for one in course.activity
        if set(one.rubrics) <= set(curriculum.rubrics)
    ]
    courses = {one.code: CourseShape(one.code, one.name, one.kind) for one in curriculum.courses}
    return Shape(courses, {work.key: work for work in works})


def held_by(enrollments: Sequence[Enrollment]) -> dict[int, Held]:
    """What each of these students has; they were found for somebody. Six queries."""
    planned = planned_courses(enrollments)
    scores = _keys(Score, enrollments, stands(Score))
    handed_in = _keys(Submission, enrollments, stands(Submission))
    minutes = _minutes(enrollments)
    carried = grouped(standing(WorkCarry, enrollments))
    found = {}
    for enrollment in enrollments:
        facts = tuple(ref for ref, _ in scores[enrollment.id]) + tuple(
            row.ref for row in carried.get(enrollment.id, ())
        )
        found[enrollment.id] = Held(
            planned=frozenset(course.code for course in planned.get(enrollment.id, ())),
            scored=frozenset(key for _, key in scores[enrollment.id]),
            handed_in=frozenset(key for _, key in handed_in[enrollment.id]),
            minutes=minutes.get(enrollment.id, {}),
            facts=tuple(facts),
        )
    return found


def _keys(
    model: Any, enrollments: Sequence[Enrollment], condition: ColumnElement[bool]
) -> Mapping[int, list[tuple[FactRef, WorkKey]]]:
    """The activities about which a fact stands, in whatever version it was made. One query."""
    statement = (
        select(model, Course.code, Activity.code)
        .join(Activity, Activity.id == model.activity_id)
        .join(Course, Course.id == Activity.course_id)
        .where(condition)
        .order_by(model.id)
    )
    found: dict[int, list[tuple[FactRef, WorkKey]]] = defaultdict(list)
    for row, course, activity in session.execute(within(statement, enrollments, on=model)).all():
        found[row.enrollment_id].append((row.ref, (course, activity)))
    return found


def _minutes(enrollments: Sequence[Enrollment]) -> dict[int, dict[str, int]]:
    """Logged minutes by enrollment and course code, "" for those of no course. One query."""
    statement = (
        select(HoursEntry.enrollment_id, Course.code, HoursEntry.minutes)
        .outerjoin(Unit, Unit.id == HoursEntry.unit_id)
        .outerjoin(Course, Course.id == Unit.course_id)
        .where(stands(HoursEntry), ~HoursEntry.is_removal)
    )
    found: dict[int, dict[str, int]] = {}
    for enrollment_id, code, minutes in session.execute(within(statement, enrollments, on=HoursEntry)):
        mine = found.setdefault(enrollment_id, {})
        mine[code or ""] = mine.get(code or "", 0) + minutes
    return found


def moves_to(target: ProgramVersion, enrollments: Sequence[Enrollment]) -> list[Move]:
    """What the move to `target` comes to for each of these students. Ten queries, whatever their number."""
    if not enrollments:
        return []
    bound = versions_of(enrollments)
    shapes = shapes_of([*bound.values(), target.id])
    held = held_by(enrollments)
    return [
        Move(
            enrollment=one,
            from_version=bound[one.id],
            held=held[one.id],
            preview=preview(shapes[bound[one.id]], shapes[target.id], held[one.id]),
            is_there=bound[one.id] == target.id,
        )
        for one in enrollments
    ]


def moves_made(enrollment: Enrollment, as_of: datetime | None = None) -> list[Trace]:
    """The moves that were carried out for one student, the last first. Three queries."""
    pins = standing(VersionPin, enrollment, as_of)
    reasons = prose_of(pins, "reason")
    ids = {pin.program_version_id for pin in pins}
    versions = {v.id: v for v in session.scalars(select(ProgramVersion).where(ProgramVersion.id.in_(ids)))}
    return [Trace(pin, versions[pin.program_version_id], reasons.get(pin.public_id, "")) for pin in reversed(pins)]


@dataclass(frozen=True, slots=True)
class Bound:
    """The version of the program that holds for a student. binding: the move that made it so; None: the cohort's."""

    version: Explained[int]
    binding: Binding | None


def bound_of(enrollment: Enrollment, cohort: Cohort, day: date, as_of: datetime | None = None) -> Bound:
    """Which version holds on `day`, and why, for an enrollment found for somebody. At most three statements."""
    pins = standing(VersionPin, enrollment, as_of)
    reasons = prose_of(pins, "reason") if pins else {}
    ids = {cohort.program_version_id, *(pin.program_version_id for pin in pins)}
    rows = session.execute(select(ProgramVersion.id, ProgramVersion.number).where(ProgramVersion.id.in_(ids)))
    numbers = {row.id: row.number for row in rows}
    bindings = [
        Binding(numbers[pin.program_version_id], pin.from_day, reasons.get(pin.public_id, ""), pin.ref) for pin in pins
    ]
    return Bound(explain_version(day, numbers[cohort.program_version_id], bindings), binding_on(day, bindings))
