"""The gradebook: one student's grades with their "why?", and a section's as a page of students.

A section's page costs a fixed number of statements: one row a student, everything that hangs from it in cells of JSON.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import cached_property
from operator import itemgetter
from typing import Any

from sqlalchemy import Select, select, true
from sqlalchemy.sql.elements import ColumnElement

from lms.hub.catalog.models import Course, ProgramVersion
from lms.hub.cohorts.models import Cohort, Section
from lms.hub.coursework.carried import has_carried
from lms.hub.coursework.models import Activity, Deadline
from lms.hub.coursework.queries import leaves_of, more_days_of, read_leaves, read_more_days
from lms.hub.coursework.rules import Days, DueDates, MoreDays, effective_due
from lms.hub.enrollment.models import Enrollment, Placement, PlanUnit
from lms.hub.enrollment.queries import own_offset
from lms.hub.enrollment.versions import lived_in_cohort
from lms.hub.grading import rules
from lms.hub.grading.cells import extensions_of, read_scores, scores_of, submissions_of
from lms.hub.grading.entries import WHOLE, Entry, Item, Marker, cells_of, with_policies
from lms.hub.grading.gradebook import Category, CourseGrade, explain_course, fold_course
from lms.hub.grading.models import GradeCategory
from lms.hub.grading.models.marking import MarkingRule
from lms.hub.grading.models.policies import GradingPolicy
from lms.hub.grading.queries import placed_today
from lms.hub.grading.queries.policies import OWN, grading_in, holds_in
from lms.hub.grading.queries.second import hidden_from
from lms.hub.grading.rules import LatePolicy
from lms.hub.grading.rules.policies import Grading, say_source
from lms.kernel.clock import now
from lms.kernel.db import session
from lms.kernel.errors import NotFound
from lms.kernel.explain import Explained
from lms.kernel.facts import stands
from lms.kernel.jsonrows import instant_in
from lms.people.access import Action, Actor
from lms.people.accounts.models import Person
from lms.people.orgs.models import Site
from lms.people.scope import reachable, scoped, unscoped, within

PAGE = 50
Place = tuple[str, int]  # a student's name and number: where a page ends


@dataclass(frozen=True, slots=True)
class Line:
    """One student's row."""

    enrollment_id: str
    student: str
    entries: tuple[Entry, ...]
    grade: CourseGrade


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

    @cached_property
    def usual_dues(self) -> Mapping[int, datetime]:
        """The effective due date of each scheduled activity for whoever has no dates of their own."""
        return _dues_of(self, 0, {}, ())


def find_book(actor: Actor, section_id: str, course_id: str, as_of: datetime | None = None) -> Book:
    """The gradebook of a section and course that `actor` may read. Raises NotFound. Five queries."""
    statement = (
        select(Section, Cohort, Course, Site.zone, ProgramVersion.policy, *OWN)
        .join(Cohort, Cohort.id == Section.cohort_id)
        .join(Site, Site.id == Section.site_id)
        .join(Course, lived_in_cohort(as_of))
        .join(ProgramVersion, ProgramVersion.id == Course.program_version_id)
        .outerjoin(GradingPolicy, holds_in(Section.id, Course.id, as_of))
        .where(Section.public_id == section_id, Course.public_id == course_id)
    )
    row = session.execute(scoped(statement, actor, Action.GRADEBOOK_READ, on=Section)).one_or_none()
    if row is None:
        raise NotFound()
    section, cohort, course, zone, policy, *own = row
    may_read = reachable(actor, Action.GRADEBOOK_READ, Enrollment) if as_of else true()
    reader = actor.person_id
    return _book(section, cohort, course, zone, (policy, own), as_of, may_read, reader, released_only=False)


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
    columns = (getattr(Activity, name) for name in Item._fields)
    ruled = select(MarkingRule.id).where(MarkingRule.activity_id == Activity.id, MarkingRule.section_id == section.id)
    is_nameless = ruled.where(MarkingRule.is_anonymous, stands(MarkingRule)).exists()
    any_rule = select(MarkingRule.id).where(MarkingRule.section_id == section.id, stands(MarkingRule))
    by_two = any_rule.where(MarkingRule.is_double).exists()
    statement = select(is_nameless, by_two, *columns).where(Activity.course_id == course.id, stands(Activity, as_of))
    ordered = statement.order_by(Activity.week, Activity.position, Activity.code)
    rows = session.execute(ordered.execution_options(lms_scope="within section")).all()
    nameless = frozenset(row.id for row in rows if row[0])
    return tuple(Item(*row[2:]) for row in rows), nameless, any(row[1] for row in rows)


def categories_of(course: Course, as_of: datetime | None = None) -> tuple[Category, ...]:
    """The categories of a course; one for everything if it has none of its own. One query."""
    statement = select(GradeCategory).where(GradeCategory.course_id == course.id, stands(GradeCategory, as_of))
    found = session.scalars(statement.order_by(GradeCategory.id)).all()
    if not found:
        return (Category(WHOLE, course.name, rules.BP),)
    return tuple(Category(row.code, row.title, row.weight_bp, row.drop_lowest, row.keep_highest) for row in found)


def _dues(cohort: Cohort, activities: Sequence[Item], as_of: datetime | None) -> dict[tuple[int, int | None], datetime]:
    statement = select(Deadline.activity_id, Deadline.section_id, Deadline.due_at).where(
        Deadline.activity_id.in_([activity.id for activity in activities]),
        ~Deadline.is_lifted,
        stands(Deadline, as_of),
    )
    found: dict[tuple[int, int | None], datetime] = {}
    for activity_id, section_id, due_at in session.execute(within(statement, cohort, on=Deadline)):
        key = (activity_id, section_id)
        found[key] = max(due_at, found.get(key, due_at))
    return found


def lines_of(book: Book, after: Place | None = None, size: int = PAGE) -> tuple[list[Line], Place | None]:
    """A page of the section's students by name, and where the next page begins. One query.

    after: name and number of the last student of the page before.
    """
    order = (Person.name, Enrollment.id)
    # Whom it is about stands in the inner statement, so that cells are only made for one page of them.
    students = within(_taking(book).order_by(*order).limit(size + 1), book.section, on=Placement)
    if after is not None:
        name, number = after
        students = students.where((Person.name > name) | ((Person.name == name) & (Enrollment.id > number)))
    statement = _rows(book).where(Enrollment.id.in_(students)).order_by(*order)
    rows = session.execute(unscoped(statement, "a page of students who were found within their section")).all()
    last = rows[size - 1] if len(rows) > size else None
    return [_line(book, *row[1:]) for row in rows[:size]], (last.name, last.id) if last else None


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
    is_one = _taking(book).where(Placement.section_id == section.id)
    one = _rows(book).where(Enrollment.id.in_(within(is_one, enrollment, on=Placement)))
    found = session.execute(unscoped(one, "the student of an enrollment that was found")).first()
    if found is None:
        raise NotFound()
    return book, _line(book, *found[1:])


def _taking(book: Book) -> Select[int]:
    """The enrollments of those who are taught today, or were as of the day, and have the course in their plan."""
    planned = select(PlanUnit.enrollment_id).where(
        PlanUnit.course_id == book.course.id, PlanUnit.is_dropped.is_(False), stands(PlanUnit, book.as_of)
    )
    students = select(Enrollment.id).join(Person, Person.id == Enrollment.person_id)
    return students.join(Placement, placed_today(book.as_of)).where(Enrollment.id.in_(planned), book.may_read)


def _rows(book: Book) -> Select[Any]:
    """What a line is made of, one row an enrollment."""
    of_course = [activity.id for activity in book.activities]
    return select(
        Enrollment.id,
        Enrollment.public_id,
        own_offset(book.as_of),
        Person.name,
        scores_of(
            of_course, book.as_of, released_only=book.released_only, carried=book.has_carried, unless=_unseen(book)
        ),
        submissions_of(of_course, book.as_of, carried=book.has_carried),
        extensions_of(of_course, book.as_of, carried=book.has_carried),
        leaves_of(book.as_of),
        more_days_of(book.as_of),
    ).join(Person, Person.id == Enrollment.person_id)


def _unseen(book: Book) -> ColumnElement[bool] | None:
    return hidden_from(book.reader) if book.by_two and not book.released_only else None


def _line(book: Book, enrollment_id: str, late_start_weeks: int, student: str, scores: Any, *rest: Any) -> Line:
    submissions, extensions, leaves, more_days = rest
    by_activity = read_scores(scores, book.activities)
    submissions.sort(key=itemgetter(1))
    last = {activity_id: public_id for activity_id, _, public_id in submissions}
    dues = book.usual_dues
    if extensions or leaves or late_start_weeks or more_days:
        moved = read_leaves(leaves), read_more_days(more_days)
        dues = _dues_of(book, late_start_weeks, _latest(extensions), *moved)
    for number in book.nameless:
        by_activity[number] = [score for score in by_activity.get(number, ()) if score.is_released]
    entry = book.marker.entry
    entries = [
        entry(item, by_activity.get(item.id, ()), last.get(item.id), dues.get(item.id)) for item in book.activities
    ]
    if book.nameless and not book.released_only:
        entries = [_without_way(one) if one.activity.id in book.nameless else one for one in entries]
    grade = fold_course(cells_of(book.categories, entries), book.categories)
    return Line(enrollment_id, student, tuple(entries), grade)


def _without_way(entry: Entry) -> Entry:
    """Without the address of the work, which would say whose it is."""
    return entry if entry.score is not None else entry._replace(submission_id=None)


def _latest(extensions: Any) -> dict[int, datetime]:
    until: dict[int, datetime] = {}
    for activity_id, text in extensions:
        until[activity_id] = max(instant_in(text), until.get(activity_id, instant_in(text)))
    return until


def _dues_of(
    book: Book,
    late_start_weeks: int,
    extensions: Mapping[int, datetime],
    leaves: Sequence[Days],
    more_days: Sequence[MoreDays] = (),
) -> dict[int, datetime]:
    """The effective due date of each scheduled activity for one student."""
    found = {}
    for activity in book.activities:
        base = book.dues.get((activity.id, None))
        if base is None:
            continue
        dates = DueDates(
            base=base,
            zone=book.zone,
            section=book.dues.get((activity.id, book.section.id)),
            extension=extensions.get(activity.id),
            leaves=leaves,
            late_start_weeks=late_start_weeks,
            window_days=activity.window_days,
            more_days=more_days,
        )
        found[activity.id] = effective_due(dates).at
    return found


def explain_line(book: Book, line: Line) -> Explained[Fraction | None]:
    """Why the grade of one row is what it is, from the same cells."""
    titles = {activity.public_id: f"{activity.code} {activity.title}" for activity in book.activities}
    facts = tuple(entry.score.ref for entry in line.entries if entry.score)
    source = say_source(book.grading.number)
    found = explain_course(cells_of(book.categories, line.entries), book.categories, titles, facts, source)
    return with_policies(found, line.entries, book.grading.number)
