"""Gathers what the standing rules look at, for one student or a whole cohort: plan, grades, hours, competencies.

Statements are counted in the docstrings and grow neither with the students nor with what is on their records.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy import select

from lms.hub.catalog.kinds import CourseKind
from lms.hub.catalog.models import Course
from lms.hub.catalog.queries import trees_of
from lms.hub.catalog.rules import Need
from lms.hub.cohorts.models import Cohort
from lms.hub.competencies.queries import (
    Brought,
    Done,
    Line,
    brought_by,
    courses_of_units,
    held_of,
    lines_of,
    outside_of,
)
from lms.hub.competencies.rules import Held
from lms.hub.coursework.queries import list_work_of
from lms.hub.credits.queries import credits_of, rulings_of
from lms.hub.credits.rules import Credit, Ruling
from lms.hub.enrollment.models import Enrollment
from lms.hub.enrollment.queries import planned_courses
from lms.hub.enrollment.versions import versions_of
from lms.hub.grading.grades import CourseGrades, grades_of_many
from lms.hub.grading.rules import Status
from lms.hub.hours.queries.approved import ApprovedMinutes, approved_of, counted
from lms.hub.hours.queries.weeks import Week, year_of
from lms.hub.standing.facts import CapstoneFacts, CourseFacts, StudentFacts, Verdict
from lms.hub.standing.pace import CourseMark, Pace, PaceFacts, pace
from lms.hub.standing.prerequisites import readiness
from lms.hub.standing.rules import standing
from lms.kernel.acting import acting_at
from lms.kernel.db import session
from lms.kernel.explain import Explained
from lms.kernel.weeks import local_day
from lms.people.scope import unscoped

WHOLE_BP = 10_000
SETTLED = frozenset({Status.GRADED, Status.ZERO, Status.EXEMPT})
NOT_HANDED_IN = frozenset({Status.MISSING, Status.ZERO})


@dataclass(frozen=True, slots=True)
class Record:
    """One student's facts, read once; every figure of the progress page is folded from it. weeks: for the pace only."""

    enrollment: Enrollment
    needs: Need | None
    courses: Mapping[str, Course]
    planned: frozenset[str]
    grades: Mapping[str, CourseGrades]
    approved: Sequence[ApprovedMinutes]
    today: date
    lines: Sequence[Line] = ()
    held: Mapping[str, Held] = field(default_factory=dict)
    brought: Sequence[Brought] = ()
    credits: Mapping[str, Credit] = field(default_factory=dict)
    rulings: Mapping[str, Ruling] = field(default_factory=dict)
    weeks: Sequence[Week] = ()
    earlier: "Record | None" = None
    cohort: str = ""

    @property
    def came_from(self) -> str:
        """The cohorts of the enrollments that this one goes on from, the last one first."""
        before, names = self.earlier, []
        while before is not None:
            names.append(before.cohort)
            before = before.earlier
        return ", ".join(names)

    @property
    def all_approved(self) -> list[ApprovedMinutes]:
        """Approved entries, with those of the enrollments that this one goes on from."""
        return [*self.approved, *(self.earlier.all_approved if self.earlier else ())]

    def standing(self, capstone: CapstoneFacts | None = None) -> Explained[Verdict] | None:
        """What the program still asks; None for a version without requirements."""
        if self.needs is None:
            return None
        return standing(self.needs, self.student_facts(capstone))

    def prerequisites(self, codes: Iterable[str] | None = None) -> list[Explained[Verdict]]:
        """Whether courses that ask for others first may begin, in their order. codes None: those of the plan.

        Before a spoke stands in the plan, every spoke is among them.
        """
        facts = self.student_facts()
        return [
            readiness(code, course.name, course.prerequisites, facts)
            for code, course in self.courses.items()
            if course.prerequisites and (self._concerns(course) if codes is None else code in codes)
        ]

    def _concerns(self, course: Course) -> bool:
        has_spoke = any(self.courses[code].kind is CourseKind.SPOKE for code in self.planned if code in self.courses)
        return course.code in self.planned or (course.kind is CourseKind.SPOKE and not has_spoke)

    def pace(self) -> Explained[Pace]:
        """Whether the student is on pace."""
        return pace(self.pace_facts())

    def student_facts(self, capstone: CapstoneFacts | None = None) -> StudentFacts:
        """What the requirement tree looks at."""
        before = self.earlier
        return StudentFacts(
            courses={code: self._with_carried(code, course) for code, course in self.courses.items()},
            minutes=minutes_by_level(self.all_approved),
            capstone=capstone,
            minutes_facts=tuple(entry.ref for entry in self.all_approved),
            carried_minutes=minutes_by_level(before.all_approved) if before else {},
            carried_from=self.came_from,
            competencies=self.held,
            credentials=outside_of(self.brought, self.today),
            credits=self.credits,
            rulings=self.rulings,
            day=self.today,
        )

    def _with_carried(self, code: str, course: Course) -> CourseFacts:
        """The course here; before its first released score here, the grade that was taken along counts (`carry`)."""
        here = self._course_facts(code, course)
        if here.grade_bp is not None or self.earlier is None or code not in self.earlier.courses:
            return here
        there = self.earlier._with_carried(code, self.earlier.courses[code])
        if there.grade_bp is None or not there.is_planned:
            return here
        origin = there.carried_from or self.earlier.cohort
        return replace(there, name=here.name, pass_bp=here.pass_bp, is_planned=here.is_planned, carried_from=origin)

    def _course_facts(self, code: str, course: Course) -> CourseFacts:
        found = self.grades.get(code)
        if found is None:
            return CourseFacts(course.name, course.pass_bp, is_planned=code in self.planned)
        grade = found.grade.grade
        return CourseFacts(
            name=course.name,
            pass_bp=course.pass_bp,
            grade_bp=None if grade is None else grade * WHOLE_BP,
            graded_items=sum(entry.cell.status is Status.GRADED for entry in found.entries),
            open_items=sum(entry.cell.status not in SETTLED for entry in found.entries),
            is_planned=code in self.planned,
            facts=tuple(entry.score.ref for entry in found.entries if entry.score),
        )

    def pace_facts(self) -> PaceFacts:
        """Hours of the weeks that are over, work that is past due, and the courses that have begun."""
        over = [week for week in self.weeks if week.days[-1] < self.today]
        facts = [self._course_facts(code, self.courses[code]) for code in self.grades]
        return PaceFacts(
            expected_minutes=sum(week.target.least for week in over),
            logged_minutes=sum(week.minutes for week in over),
            missing_items=sum(
                entry.cell.status in NOT_HANDED_IN for found in self.grades.values() for entry in found.entries
            ),
            courses=[CourseMark(f.name, f.grade_bp, f.pass_bp, f.graded_items) for f in facts if f.graded_items],
        )


def minutes_by_level(approved: Iterable[ApprovedMinutes]) -> dict[tuple[str, int], int]:
    """Approved minutes by (hours kind, evidence level), with what somebody says to have seen."""
    found: Counter[tuple[str, int]] = Counter()
    for entry in approved:
        found[entry.kind.value, int(entry.level)] += entry.minutes
    return found


def record_of(enrollment: Enrollment, as_of: datetime | None = None) -> Record:
    """Everything about one student that was found for somebody, with their weeks. A fixed number of statements."""
    weeks = year_of(enrollment, as_of)
    approved: dict[int, list[ApprovedMinutes]] = {enrollment.id: [entry for week in weeks for entry in counted(week)]}
    before = earlier_of([enrollment])
    if before:
        approved |= approved_of(before, as_of)
    return replace(_linked([enrollment], before, approved, as_of)[enrollment.id], weeks=weeks)


def records_of(enrollments: Sequence[Enrollment], as_of: datetime | None = None) -> dict[int, Record]:
    """The same without weeks for students who were found, by row number. A fixed number of statements, however many."""
    if not enrollments:
        return {}
    before = earlier_of(enrollments)
    return _linked(enrollments, before, approved_of([*enrollments, *before], as_of), as_of)


def earlier_of(enrollments: Sequence[Enrollment]) -> list[Enrollment]:
    """The enrollments from which these go on, and those before them. At most one statement, whatever their number."""
    if all(one.transferred_from_id is None for one in enrollments):
        return []
    given = {one.id for one in enrollments}
    chain = (
        select(Enrollment.transferred_from_id.label("id"))
        .where(Enrollment.id.in_(given), Enrollment.transferred_from_id.is_not(None))
        .cte("gone_on_from", recursive=True)
    )
    onward = select(Enrollment.transferred_from_id).join(chain, Enrollment.id == chain.c.id)
    chain = chain.union(onward.where(Enrollment.transferred_from_id.is_not(None)))
    why = "enrollments from which others go on that were found in scope"
    found = session.scalars(unscoped(select(Enrollment).where(Enrollment.id.in_(select(chain.c.id))), why))
    return [one for one in found if one.id not in given]


def _linked(
    enrollments: Sequence[Enrollment],
    before: Sequence[Enrollment],
    approved: Mapping[int, Sequence[ApprovedMinutes]],
    as_of: datetime | None,
) -> dict[int, Record]:
    """Records with those that they go on from, read together; the oldest are linked first."""
    rows = sorted([*enrollments, *before], key=lambda one: one.id)
    records = _records(rows, approved, as_of)
    for row in rows:
        if row.transferred_from_id in records:
            records[row.id] = replace(records[row.id], earlier=records[row.transferred_from_id])
    return {one.id: records[one.id] for one in enrollments}


def _records(
    enrollments: Sequence[Enrollment], approved: Mapping[int, Sequence[ApprovedMinutes]], as_of: datetime | None
) -> dict[int, Record]:
    cohorts, versions = _cohorts(enrollments), versions_of(enrollments, as_of)
    courses, needs = trees_of(set(versions.values()))
    planned = planned_courses(enrollments, as_of)
    grades = grades_of_many(list_work_of(enrollments, as_of), as_of)
    days = {cohort.id: local_day(as_of or acting_at(), cohort.zone) for cohort in cohorts.values()}
    lines = lines_of({cohort.program_id for cohort in cohorts.values()}, as_of)
    done = Done(approved, grades, courses_of_units(set(versions.values())))
    held = held_of(enrollments, lines, done, days[enrollments[-1].cohort_id], as_of)
    brought, given = brought_by(enrollments, as_of), credits_of(enrollments, as_of)
    ruled = rulings_of(enrollments, as_of)
    return {
        enrollment.id: Record(
            enrollment=enrollment,
            needs=needs.get(versions[enrollment.id]),
            courses=courses[versions[enrollment.id]],
            planned=frozenset(course.code for course in planned[enrollment.id]),
            grades={found.course.code: found for found in grades[enrollment.id]},
            approved=approved[enrollment.id],
            today=days[enrollment.cohort_id],
            lines=lines,
            held=held[enrollment.id],
            brought=brought.get(enrollment.id, ()),
            credits=given.get(enrollment.id, {}),
            rulings=ruled.get(enrollment.id, {}),
            cohort=cohorts[enrollment.cohort_id].name,
        )
        for enrollment in enrollments
    }


def _cohorts(enrollments: Sequence[Enrollment]) -> dict[int, Cohort]:
    ids = {enrollment.cohort_id for enrollment in enrollments}
    found = session.scalars(unscoped(select(Cohort).where(Cohort.id.in_(ids)), "cohorts of enrollments found in scope"))
    return {cohort.id: cohort for cohort in found}
