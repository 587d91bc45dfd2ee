"""The statement that gives a gradebook its rows: one a student, everything that hangs from it in cells of JSON.

It is built once for each way to ask it and then asked with parameters, since building it costs more than its answer.
"""

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Select, bindparam, select, true
from sqlalchemy.sql.elements import ColumnElement

from lms.hub.cohorts.models import Section
from lms.hub.coursework.queries import leaves_of, more_days_of
from lms.hub.enrollment.models import Enrollment, Placement, PlanUnit
from lms.hub.enrollment.queries import own_offset
from lms.hub.grading.cells import extensions_of, scores_of, submissions_of
from lms.hub.grading.queries import placed_today
from lms.hub.grading.queries.second import hidden_from
from lms.kernel.facts import stands
from lms.kernel.jsonrows import unread
from lms.people.accounts.models import Person
from lms.people.scope import GIVEN, plain, policy_day, unscoped, within_a

Place = tuple[str, int]  # a student's name and number: where a page ends
ORDER = (Person.name, Enrollment.id)


class Asked(NamedTuple):
    """How a gradebook is read.

    carried: whether work of an older version counts for somebody. reader: from whom the first of two marks is hidden
    until there is a second; by_two: whether there may be such marks.
    """

    as_of: datetime | None
    released_only: bool
    carried: bool
    by_two: bool
    reader: int | None


def rows_of_page(
    asked: Asked,
    section: Section,
    course_id: int,
    activity_ids: Sequence[int],
    after: Place | None,
    size: int,
    may_read: ColumnElement[bool],
) -> Sequence[Any]:
    """Rows of up to `size` students of the section who take the course, by name, those after `after`. One query."""
    found = _page(asked, policy_day(asked.as_of), after is not None, may_read)
    values = {GIVEN: [section.id], "course": course_id, "of_course": list(activity_ids), "size": size}
    name, number = after or ("", 0)
    return plain(found, **values, **({"name": name, "number": number} if after else {}))


def row_of_one(
    asked: Asked, section: Section, enrollment: Enrollment, course_id: int, activity_ids: Sequence[int]
) -> Any:
    """The row of one student who takes the course in that section; None for another. One query."""
    found = _one(asked, policy_day(asked.as_of))
    values = {GIVEN: [enrollment.id], "course": course_id, "of_course": list(activity_ids), "section": section.id}
    return next(iter(plain(found, **values)), None)


@lru_cache(maxsize=32)
def _page(asked: Asked, day: date, is_further: bool, may_read: ColumnElement[bool]) -> Select[Any]:
    """day: what "today" means in it; tomorrow's is another statement."""
    # Whom it is about stands in the inner statement, so that cells are only made for one page of them.
    students = within_a(_taking(asked.as_of, may_read), Section, on=Placement)
    if is_further:
        name: BindParameter[str] = bindparam("name")
        same = (Person.name == name) & (Enrollment.id > bindparam("number"))
        students = students.where((Person.name > name) | same)
    inner = students.order_by(*ORDER).limit(bindparam("size"))
    found = _rows(asked).where(Enrollment.id.in_(inner)).order_by(*ORDER)
    return unscoped(found, "a page of students who were found within their section")


@lru_cache(maxsize=32)
def _one(asked: Asked, day: date) -> Select[Any]:
    there = _taking(asked.as_of, true()).where(Placement.section_id == bindparam("section"))
    found = _rows(asked).where(Enrollment.id.in_(within_a(there, Enrollment, on=Placement)))
    return unscoped(found, "the student of an enrollment that was found")


def _taking(as_of: datetime | None, may_read: ColumnElement[bool]) -> Select[int]:
    """The enrollments of those who are taught today, or were as of the day, and have the course in their plan."""
    planned = select(PlanUnit.enrollment_id).where(
        PlanUnit.course_id == bindparam("course"), PlanUnit.is_dropped.is_(False), stands(PlanUnit, as_of)
    )
    students = select(Enrollment.id).join(Person, Person.id == Enrollment.person_id)
    return students.join(Placement, placed_today(as_of)).where(Enrollment.id.in_(planned), may_read)


def _rows(asked: Asked) -> Select[Any]:
    """What a line is made of, one row an enrollment."""
    of_course: BindParameter[Any] = bindparam("of_course", expanding=True)
    as_of, carried, only = asked.as_of, asked.carried, asked.released_only
    unseen = hidden_from(asked.reader) if asked.by_two and not only else None
    return select(
        Enrollment.id,
        Enrollment.public_id,
        own_offset(as_of),
        Person.name,
        unread(scores_of(of_course, as_of, released_only=only, carried=carried, unless=unseen)),
        unread(submissions_of(of_course, as_of, carried=carried)),
        extensions_of(of_course, as_of, carried=carried),
        leaves_of(as_of),
        more_days_of(as_of),
    ).join(Person, Person.id == Enrollment.person_id)
