"""Grades: a section's gradebook for its teachers, and what of it a student sees."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from flask import Response
from sqlalchemy import select

from lms.api.finding import part_of
from lms.api.kit import Answer, operation
from lms.api.shapes import AsOf, Decimals, Paged, Shape, Why, why
from lms.api.v1.activities import work_of
from lms.hub.catalog.models import Course
from lms.hub.cohorts.models import Cohort, Section
from lms.hub.coursework.queries import list_work
from lms.hub.enrollment.queries import find_enrollment
from lms.hub.enrollment.versions import lived_in_cohort
from lms.hub.grading.books import Book, Line, all_lines, explain_line, find_book, find_line
from lms.hub.grading.entries import Entry
from lms.hub.grading.gradebook import CourseGrade, shown_percent
from lms.hub.grading.grades import feedback_on, grades_of
from lms.hub.grading.rules import exact_points
from lms.kernel.db import session
from lms.kernel.tabular import CSV_TYPE, csv_chunks
from lms.people.access import Action, Actor
from lms.people.scope import scoped, within

BOOK = "/sections/<public_id:section>/courses/<public_id:course>/gradebook"
GRADE = "/enrollments/<public_id:enrollment>/courses/<public_id:course>"


class CourseOut(Shape):
    """A course of the section's program."""

    id: str
    code: str
    name: str


class SectionOut(Shape):
    """The students of a cohort at a site who are taught together, and the courses they may be graded in."""

    id: str
    name: str
    cohort_id: str
    courses: list[CourseOut]


class SectionsOut(Shape):
    """`next`: send it as `after` for the following page; null on the last one."""

    items: list[SectionOut]
    next: str | None


class GradeOut(Shape):
    """`percent`: to one decimal, half away from zero; null while nothing counts. `exact`: 1 is everything."""

    percent: Decimals | None
    exact: str | None


class CellOut(Shape):
    """One activity. `points`: what counts, after lateness; null where nothing was given. `status` says why."""

    activity: str
    code: str
    points: Decimals | None
    possible: Decimals
    status: str
    score: str | None
    submission: str | None
    due_at: datetime | None


class BookLineOut(Shape):
    """One student's row."""

    enrollment: str
    student: str
    grade: GradeOut
    cells: list[CellOut]


class BookOut(Shape):
    """Students by name, activities in the order of the course."""

    as_of: datetime | None
    section: str
    course: str
    lines: list[BookLineOut]


class CourseGradeOut(Shape):
    """A student's grade in one course, from what was released, and what it is made of."""

    course: CourseOut
    grade: GradeOut
    cells: list[CellOut]


class GradesOut(Shape):
    """In the order of the program."""

    items: list[CourseGradeOut]


class FeedbackItem(Shape):
    """What the grader said on one attempt. `marks` and `comments`: by criterion code, "" for the whole."""

    attempt: int
    points: Decimals | None
    marks: dict[str, Decimals]
    comments: dict[str, str]
    released_at: datetime


class FeedbackOut(Shape):
    """The last attempt first."""

    items: list[FeedbackItem]


@operation("GET /sections", Action.SECTION_READ, gives=SectionsOut, query=Paged)
def list_sections(actor: Actor, query: Paged) -> SectionsOut:
    """The sections that you may see, with their courses."""
    page = part_of(scoped(select(Section), actor, Action.SECTION_READ), Section.id, query)
    rows = session.execute(
        within(
            select(Section.id, Cohort.public_id, Course)
            .join(Cohort, Cohort.id == Section.cohort_id)
            .join(Course, lived_in_cohort())
            .where(Section.id.in_([section.id for section in page.items]))
            .order_by(Course.position),
            _cohorts(actor, page.items),
            on=Section,
        )
    ).all()
    items = [
        SectionOut(
            id=section.public_id,
            name=section.name,
            cohort_id=next((cohort for number, cohort, _ in rows if number == section.id), ""),
            courses=[
                _course(course)
                for number, _, course in rows
                if number == section.id and section.course_id in (None, course.id)
            ],
        )
        for section in page.items
    ]
    return SectionsOut(items=items, next=page.after)


def _cohorts(actor: Actor, sections: Iterable[Section]) -> list[Cohort]:
    wanted = {section.cohort_id for section in sections}
    return list(session.scalars(scoped(select(Cohort).where(Cohort.id.in_(wanted)), actor, Action.COHORT_READ)))


@operation(f"GET {BOOK}", Action.GRADEBOOK_READ, gives=BookOut, query=AsOf)
def get_gradebook(actor: Actor, section: str, course: str, query: AsOf) -> BookOut:
    """The section's gradebook of one course, with what is not released yet."""
    book = find_book(actor, section, course, query.as_of)
    return BookOut(as_of=query.as_of, section=section, course=course, lines=[_line(line) for line in all_lines(book)])


@operation(f"GET {BOOK}.csv", Action.GRADEBOOK_READ, gives=None, query=AsOf, media=("text/csv",))
def get_gradebook_csv(actor: Actor, section: str, course: str, query: AsOf) -> Answer:
    """The same as a table: a line a student, a column an activity."""
    book = find_book(actor, section, course, query.as_of)
    header = ["enrollment", "student", "grade_percent", *(activity.code for activity in book.activities)]
    body = b"".join(csv_chunks(header, _rows(book)))
    response = Response(body, content_type=CSV_TYPE)
    response.headers["Content-Disposition"] = "attachment; filename=gradebook.csv"
    return Answer(response)


@operation(f"GET {GRADE}/gradebook/explain", Action.GRADEBOOK_READ, gives=Why, query=AsOf)
def explain_gradebook_line(actor: Actor, enrollment: str, course: str, query: AsOf) -> Why:
    """Why the gradebook shows this grade for a student, with what is not released yet."""
    return why(explain_line(*find_line(actor, Action.GRADEBOOK_READ, enrollment, course, query.as_of)))


@operation("GET /enrollments/<public_id:enrollment>/grades", Action.GRADE_READ, gives=GradesOut, query=AsOf)
def list_grades(actor: Actor, enrollment: str, query: AsOf) -> GradesOut:
    """The student's grades in every course, from what was released."""
    found = find_enrollment(actor, enrollment, Action.GRADE_READ)
    courses = grades_of(found, list_work(found, query.as_of), query.as_of)
    items = [
        CourseGradeOut(course=_course(one.course), grade=_grade(one.grade), cells=_cells(one.entries))
        for one in courses
    ]
    return GradesOut(items=items)


@operation(f"GET {GRADE}/grade", Action.GRADE_READ, gives=CourseGradeOut, query=AsOf)
def get_grade(actor: Actor, enrollment: str, course: str, query: AsOf) -> CourseGradeOut:
    """The student's grade in one course, from what was released."""
    book, line = find_line(actor, Action.GRADE_READ, enrollment, course, query.as_of)
    return CourseGradeOut(course=_course(book.course), grade=_grade(line.grade), cells=_cells(line.entries))


@operation(f"GET {GRADE}/grade/explain", Action.GRADE_READ, gives=Why, query=AsOf)
def explain_grade(actor: Actor, enrollment: str, course: str, query: AsOf) -> Why:
    """Why the student's grade is what it is."""
    return why(explain_line(*find_line(actor, Action.GRADE_READ, enrollment, course, query.as_of)))


@operation(
    "GET /enrollments/<public_id:enrollment>/activities/<public_id:activity>/feedback",
    Action.GRADE_READ,
    gives=FeedbackOut,
)
def list_feedback(actor: Actor, enrollment: str, activity: str) -> FeedbackOut:
    """What graders said on each attempt, once it is released."""
    found, work = work_of(actor, enrollment, activity)
    items = [
        FeedbackItem(
            attempt=one.score.attempt,
            points=None if one.score.points is None else exact_points(one.score.points),
            marks={code: exact_points(points) for code, points in one.score.marks.items()},
            comments=dict(one.comments),
            released_at=one.released_at,
        )
        for one in feedback_on(found, work.activity)
    ]
    return FeedbackOut(items=items)


def _rows(book: Book) -> Iterator[list[object]]:
    for line in all_lines(book):
        percent = None if line.grade.grade is None else shown_percent(line.grade.grade)
        yield [line.enrollment_id, line.student, percent, *(_points(entry) for entry in line.entries)]


def _course(course: Course) -> CourseOut:
    return CourseOut(id=course.public_id, code=course.code, name=course.name)


def _grade(grade: CourseGrade) -> GradeOut:
    if grade.grade is None:
        return GradeOut(percent=None, exact=None)
    return GradeOut(percent=shown_percent(grade.grade), exact=str(grade.grade))


def _line(line: Line) -> BookLineOut:
    return BookLineOut(
        enrollment=line.enrollment_id, student=line.student, grade=_grade(line.grade), cells=_cells(line.entries)
    )


def _points(entry: Entry) -> Decimals | None:
    return None if entry.cell.earned is None else exact_points(entry.cell.earned)


def _cells(entries: Sequence[Entry]) -> list[CellOut]:
    return [
        CellOut(
            activity=entry.activity.public_id,
            code=entry.activity.code,
            points=_points(entry),
            possible=exact_points(entry.activity.points),
            status=entry.cell.status,
            score=entry.score.public_id if entry.score else None,
            submission=entry.submission_id,
            due_at=entry.due_at,
        )
        for entry in entries
    ]
