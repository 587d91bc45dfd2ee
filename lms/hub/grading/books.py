"""The gradebook: one student's grades with their "why?", and a section's as a page of students.

A section's page costs a fixed number of statements: one row a student, everything that hangs from it in cells of JSON.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, select, true
from sqlalchemy.sql.elements import ColumnElement

from lms.hub.catalog.models import Course, ProgramVersion
from lms.hub.cohorts.models import Cohort, Section
from lms.hub.coursework.carried import has_carried
from lms.hub.coursework.models import Activity, Deadline
from lms.hub.coursework.queries import read_leaves, read_more_days
from lms.hub.coursework.rules import Days, DueDates, MoreDays, effective_due
from lms.hub.enrollment.models import Enrollment, Placement
from lms.hub.enrollment.versions import lived_in_cohort
from lms.hub.grading import rules
from lms.hub.grading.entries import WHOLE, Entry, Item, Marker, cells_of, with_policies
from lms.hub.grading.frames import Frame, Marks, Terms, frame_at, kept_marks
from lms.hub.grading.gradebook import Category, CourseGrade, explain_course
from lms.hub.grading.models import GradeCategory
from lms.hub.grading.models.marking import MarkingRule
from lms.hub.grading.models.policies import GradingPolicy
from lms.hub.grading.queries import placed_today
from lms.hub.grading.queries.policies import OWN, grading_in, holds_in
from lms.hub.grading.queries.rows import Asked, Place, row_of_one, rows_of_page
from lms.hub.grading.rules import LatePolicy
from lms.hub.grading.rules.policies import Grading, say_source
from lms.kernel.clock import now
from lms.kernel.db import session
from lms.kernel.errors import NotFound
from lms.kernel.explain import Explained
from lms.kernel.facts import kept_for_now, stands
from lms.kernel.jsonrows import instant_in
from lms.people.access import Action, Actor
from lms.people.orgs.models import Site
from lms.people.scope import ask_plain, plain, reachable, scoped, scoped_kept, unscoped, within_a

PAGE = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One student's row."""

    enrollment_id: str
    student: str
    marks: Marks

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The cells, in the order of the activities."""
        return self.marks.entries

    @property
    def grade(self) -> CourseGrade:
        """What they fold into."""
        return self.marks.grade


@dataclass(frozen=True)
class Book:
    """A section's gradebook of one course: everything but the students."""

    section: Section
    cohort: Cohort
    course: Course
    zone: str
    program_policy: Mapping[str, Any]
    grading: Grading
    marker: Marker
    activities: tuple[Item, ...]
    categories: tuple[Category, ...]
    dues: Mapping[tuple[int, int | None], datetime]
    as_of: datetime | None
    released_only: bool
    has_carried: bool  # whether work of an older version counts for somebody; asked once, since it costs every cell
    may_read: ColumnElement[bool]  # of an `Enrollment`: permission is judged now, also where it is asked as of a day
    nameless: frozenset[int]  # activities that are marked without names: nothing of them before it is released
    reader: int | None  # who reads it
    by_two: bool  # whether two mark some of it here: a first mark stays hidden from others until there is a second

    @property
    def late(self) -> LatePolicy:
        """What lateness costs in it."""
        return self.grading.late

    @property
    def category_codes(self) -> frozenset[str]:
        """The categories that its activities are in; "" is that of those in none."""
        return frozenset(one.category for one in self.activities)

    @property
    def numbers(self) -> list[int]:
        """The row numbers of its activities."""
        return [activity.id for activity in self.activities]

    @property
    def asked(self) -> Asked:
        """How its rows are read."""
        reader = self.reader if self.by_two else None
        return Asked(self.as_of, self.released_only, self.has_carried, self.by_two, reader)

    @cached_property
    def usual(self) -> Frame:
        """Makes the rows of whoever has no dates of their own."""
        return frame_at(self.terms(_usual_dues(self.dated)), self.marker.at)

    @property
    def dated(self) -> "Dated":
        """Its activities and their dates."""
        return Dated(self.activities, self.section.id, self.zone, tuple(self.dues.items()))

    def terms(self, dues: tuple[datetime | None, ...]) -> Terms:
        """What rows are made by for somebody with these effective due dates, one for each activity."""
        late, missing, extra = self.grading.late, self.grading.missing, self.grading.extra
        shows_way = self.released_only
        return Terms(self.activities, dues, self.categories, late, missing, extra, self.nameless, shows_way)


def find_book(actor: Actor, section_id: str, course_id: str, as_of: datetime | None = None) -> Book:
    """The gradebook of a section and course that `actor` may read. Raises NotFound. Five queries."""
    statement = scoped_kept(_sections(as_of), actor, Action.GRADEBOOK_READ, on=Section)
    row = session.execute(statement, {"section": section_id, "course": course_id}).one_or_none()
    if row is None:
        raise NotFound()
    section, cohort, course, zone, policy, *own = row
    may_read = reachable(actor, Action.GRADEBOOK_READ, Enrollment) if as_of else true()
    reader = actor.person_id
    return _book(section, cohort, course, zone, (policy, own), as_of, may_read, reader, released_only=False)


@kept_for_now
def _sections(as_of: datetime | None) -> Select[Any]:
    """A section and a course of the parameters `section` and `course`, with the policy that holds there."""
    return (
        select(Section, Cohort, Course, Site.zone, ProgramVersion.policy, *OWN)
        .join(Cohort, Cohort.id == Section.cohort_id)
        .join(Site, Site.id == Section.site_id)
        .join(Course, lived_in_cohort(as_of))
        .join(ProgramVersion, ProgramVersion.id == Course.program_version_id)
        .outerjoin(GradingPolicy, holds_in(Section.id, Course.id, as_of))
        .where(Section.public_id == bindparam("section"), Course.public_id == bindparam("course"))
    )


def _book(
    section: Section,
    cohort: Cohort,
    course: Course,
    zone: str,
    policy: tuple[Mapping[str, Any], Sequence[Any]],
    as_of: datetime | None,
    may_read: ColumnElement[bool],
    reader: int | None,
    *,
    released_only: bool,
) -> Book:
    activities, nameless, by_two = _items(course, section, as_of)
    grading = grading_in(*policy)
    return Book(
        section=section,
        cohort=cohort,
        course=course,
        zone=zone,
        program_policy=policy[0],
        grading=grading,
        marker=Marker(grading.late, grading.missing, as_of or now(), grading.extra),
        activities=activities,
        categories=grading.categories or categories_of(course, as_of),
        dues=_dues(cohort, activities, as_of),
        as_of=as_of,
        released_only=released_only,
        has_carried=has_carried([activity.id for activity in activities]),
        may_read=may_read,
        nameless=nameless,
        reader=reader,
        by_two=by_two,
    )


def _items(course: Course, section: Section, as_of: datetime | None) -> tuple[tuple[Item, ...], frozenset[int], bool]:
    """The activities of a course in its order, which of them the section marks without names now, and whether it marks
    any work by two. One query.
    """
    rows = plain(_activities(as_of), section=section.id, course=course.id)
    nameless = frozenset(row.id for row in rows if row[0])
    return tuple(Item(*row[2:]) for row in rows), nameless, any(row[1] for row in rows)


@kept_for_now
def _activities(as_of: datetime | None) -> Select[Any]:
    """The activities of the parameter `course`, and how the parameter `section` marks them."""
    columns = (getattr(Activity, name) for name in Item._fields)
    rules = select(MarkingRule.id).where(MarkingRule.section_id == bindparam("section"), stands(MarkingRule))
    is_nameless = rules.where(MarkingRule.activity_id == Activity.id, MarkingRule.is_anonymous).exists()
    by_two = rules.where(MarkingRule.is_double).exists()
    statement = select(is_nameless, by_two, *columns).where(Activity.course_id == bindparam("course"))
    ordered = statement.where(stands(Activity, as_of)).order_by(Activity.week, Activity.position, Activity.code)
    return unscoped(ordered, "how a section that was found marks its activities")


def categories_of(course: Course, as_of: datetime | None = None) -> tuple[Category, ...]:
    """The categories of a course; one for everything if it has none of its own. One query."""
    found = tuple(Category(*row) for row in plain(_categories(as_of), course=course.id))
    return found or (Category(WHOLE, course.name, rules.BP),)


@kept_for_now
def _categories(as_of: datetime | None) -> Select[str, str, int, int, int | None]:
    named = (GradeCategory.code, GradeCategory.title, GradeCategory.weight_bp)
    columns = select(*named, GradeCategory.drop_lowest, GradeCategory.keep_highest)
    of_course = columns.where(GradeCategory.course_id == bindparam("course"))
    return of_course.where(stands(GradeCategory, as_of)).order_by(GradeCategory.id)


def _dues(cohort: Cohort, activities: Sequence[Item], as_of: datetime | None) -> dict[tuple[int, int | None], datetime]:
    of_course = [activity.id for activity in activities]
    found: dict[tuple[int, int | None], datetime] = {}
    for activity_id, section_id, due_at in ask_plain(_deadlines(as_of), cohort, of_course=of_course):
        key = (activity_id, section_id)
        found[key] = max(due_at, found.get(key, due_at))
    return found


@kept_for_now
def _deadlines(as_of: datetime | None) -> Select[int, int | None, datetime]:
    columns = select(Deadline.activity_id, Deadline.section_id, Deadline.due_at)
    of_course = columns.where(Deadline.activity_id.in_(bindparam("of_course", expanding=True)))
    return within_a(of_course.where(~Deadline.is_lifted, stands(Deadline, as_of)), Cohort, on=Deadline)


def lines_of(book: Book, after: Place | None = None, size: int = PAGE) -> tuple[list[Line], Place | None]:
    """A page of the section's students by name, and where the next page begins. One query.

    after: name and number of the last student of the page before.
    """
    rows = rows_of_page(book.asked, book.section, book.course.id, book.numbers, after, size + 1, book.may_read)
    last = rows[size - 1] if len(rows) > size else None
    return [_line(book, row) for row in rows[:size]], (last.name, last.id) if last else None


def all_lines(book: Book) -> Iterator[Line]:
    """Every student of the section, a page at a time, for exports."""
    after: Place | None = None
    while True:
        lines, after = lines_of(book, after, 200)
        yield from lines
        if after is None:
            return


def find_line(
    actor: Actor, action: Action, enrollment_id: str, course_id: str, as_of: datetime | None = None
) -> tuple[Book, Line]:
    """One student's row, with only what was released if `action` is to read grades. Raises NotFound. Six queries."""
    statement = (
        select(Section, Cohort, Course, Site.zone, ProgramVersion.policy, Enrollment, *OWN)
        .select_from(Enrollment)
        .join(Cohort, Cohort.id == Enrollment.cohort_id)
        .join(Course, lived_in_cohort(as_of))
        .join(ProgramVersion, ProgramVersion.id == Course.program_version_id)
        .join(Placement, placed_today(as_of))
        .join(Section, Section.id == Placement.section_id)
        .join(Site, Site.id == Section.site_id)
        .outerjoin(GradingPolicy, holds_in(Section.id, Course.id, as_of))
        .where(Enrollment.public_id == enrollment_id, Course.public_id == course_id)
        .order_by((Section.course_id == Course.id).desc())
    )
    row = session.execute(scoped(statement, actor, action, on=Enrollment)).first()
    if row is None:
        raise NotFound()
    section, cohort, course, zone, policy, enrollment, *own = row
    released_only = action is Action.GRADE_READ
    policies, reader = (policy, own), actor.person_id
    book = _book(section, cohort, course, zone, policies, as_of, true(), reader, released_only=released_only)
    found = row_of_one(book.asked, section, enrollment, course.id, book.numbers)
    if found is None:
        raise NotFound()
    return book, _line(book, found)


def _line(book: Book, row: Any) -> Line:
    _, enrollment_id, late_start_weeks, student, scores, submissions, extensions, leaves, more_days = row
    if extensions or leaves or late_start_weeks or more_days:
        moved = read_leaves(leaves), read_more_days(more_days)
        dues = _dues_of(book.dated, late_start_weeks, _latest(extensions), *moved)
        marks = Frame(book.terms(dues), book.marker.at).marks(scores, submissions)
    else:
        marks = kept_marks(book.usual, scores, submissions)
    return Line(enrollment_id, student, marks)


def _latest(extensions: Any) -> dict[int, datetime]:
    until: dict[int, datetime] = {}
    for activity_id, text in extensions:
        until[activity_id] = max(instant_in(text), until.get(activity_id, instant_in(text)))
    return until


class Dated(NamedTuple):
    """The activities of a gradebook with the dates that the cohort and the section set, hashable as a whole."""

    activities: tuple[Item, ...]
    section_id: int
    zone: str
    dues: tuple[tuple[tuple[int, int | None], datetime], ...]


@lru_cache(maxsize=64)
def _usual_dues(dated: Dated) -> tuple[datetime | None, ...]:
    return _dues_of(dated, 0, {}, (), ())


def _dues_of(
    dated: Dated,
    late_start_weeks: int,
    extensions: Mapping[int, datetime],
    leaves: Sequence[Days],
    more_days: Sequence[MoreDays],
) -> tuple[datetime | None, ...]:
    """The effective due date of each activity for one student; None for one that is not scheduled."""
    dues, found = dict(dated.dues), list[datetime | None]()
    for activity in dated.activities:
        base = dues.get((activity.id, None))
        if base is None:
            found.append(None)
            continue
        dates = DueDates(
            base=base,
            zone=dated.zone,
            section=dues.get((activity.id, dated.section_id)),
            extension=extensions.get(activity.id),
            leaves=leaves,
            late_start_weeks=late_start_weeks,
            window_days=activity.window_days,
            more_days=more_days,
        )
        found.append(effective_due(dates).at)
    return tuple(found)


def explain_line(book: Book, line: Line) -> Explained[Fraction | None]:
    """Why the grade of one row is what it is, from the same cells."""
    titles = {activity.public_id: f"{activity.code} {activity.title}" for activity in book.activities}
    facts = tuple(entry.score.ref for entry in line.entries if entry.score)
    source = say_source(book.grading.number)
    found = explain_course(cells_of(book.categories, line.entries), book.categories, titles, facts, source)
    return with_policies(found, line.entries, book.grading.number)
