"""Gathers what the standing rules look at for one student: plan, grades, approved minutes, work that is due.

Statements are counted in the docstrings and do not grow with the number of weeks, activities or facts.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from lms.hub.catalog.models import Course
from lms.hub.catalog.queries import list_courses, needs_of
from lms.hub.catalog.rules import Need
from lms.hub.coursework.queries import Work, list_work
from lms.hub.enrollment.models import Enrollment
from lms.hub.enrollment.queries import cohort_of, planned_courses
from lms.hub.enrollment.versions import version_of
from lms.hub.grading.grades import CourseGrades, grades_of
from lms.hub.grading.rules import Status
from lms.hub.hours.queries.weeks import Week, witnessed, year_of
from lms.hub.hours.rules.week import level
from lms.hub.standing.pace import CourseMark, Pace, PaceFacts, pace
from lms.hub.standing.rules import CapstoneFacts, CourseFacts, StudentFacts, Verdict, standing
from lms.kernel.acting import acting_at
from lms.kernel.explain import Explained
from lms.kernel.weeks import local_day

WHOLE_BP = 10_000
SETTLED = frozenset({Status.GRADED, Status.ZERO, Status.EXEMPT})
NOT_HANDED_IN = frozenset({Status.MISSING, Status.ZERO})


@dataclass(frozen=True, slots=True)
class Record:
    """One student's facts, read once; every figure of the progress page is folded from it."""

    enrollment: Enrollment
    needs: Need | None
    courses: Mapping[str, Course]
    planned: frozenset[str]
    grades: Mapping[str, CourseGrades]
    weeks: Sequence[Week]
    today: date

    def standing(self, capstone: CapstoneFacts | None = None) -> Explained[Verdict] | None:
        """What the program still asks; None for a version without requirements."""
        if self.needs is None:
            return None
        return standing(self.needs, self.student_facts(capstone))

    def pace(self) -> Explained[Pace]:
        """Whether the student is on pace."""
        return pace(self.pace_facts())

    def student_facts(self, capstone: CapstoneFacts | None = None) -> StudentFacts:
        """What the requirement tree looks at."""
        return StudentFacts(
            courses={code: self._course_facts(code, course) for code, course in self.courses.items()},
            minutes=approved_minutes(self.weeks),
            capstone=capstone,
            minutes_facts=tuple(entry.ref for week in self.weeks for entry in week.approved),
        )

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


def approved_minutes(weeks: Sequence[Week]) -> dict[tuple[str, int], int]:
    """Approved minutes by (hours kind, evidence level), with what somebody says to have seen."""
    found: Counter[tuple[str, int]] = Counter()
    for week in weeks:
        seen = witnessed(week.seen, week.entries)
        for entry in week.approved:
            found[entry.kind.value, int(level(entry, seen))] += entry.minutes
    return found


def record_of(enrollment: Enrollment, as_of: datetime | None = None) -> Record:
    """Everything about one student that was found for somebody. 14 statements, whatever is in it."""
    cohort = cohort_of(enrollment)
    version_id = version_of(enrollment, as_of)
    courses = list_courses(version_id)
    works: list[Work] = list_work(enrollment, as_of)
    return Record(
        enrollment=enrollment,
        needs=needs_of(version_id, {course.id: course.code for course in courses}),
        courses={course.code: course for course in courses},
        planned=frozenset(course.code for course in planned_courses(enrollment, as_of)[enrollment.id]),
        grades={found.course.code: found for found in grades_of(enrollment, works, as_of)},
        weeks=year_of(enrollment, as_of),
        today=local_day(as_of or acting_at(), cohort.zone),
    )
