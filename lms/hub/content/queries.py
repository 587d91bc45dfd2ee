"""Items of a student's plan with the marks that stand, and the students who wait for the instructor's look."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from lms.hub.catalog.kinds import Completion
from lms.hub.catalog.models import ContentItem, Course, Unit
from lms.hub.cohorts.models import Section
from lms.hub.content.kinds import MarkKind
from lms.hub.content.models import ContentMark
from lms.hub.content.rules import ItemKey, Tracked, explain_done
from lms.hub.enrollment.models import Enrollment, Placement, PlanUnit
from lms.hub.hours.queries.plan import PlannedUnit, units_of
from lms.kernel.db import session
from lms.kernel.errors import NotFound
from lms.kernel.explain import Explained
from lms.kernel.facts import runs_on, stands
from lms.people.access import Action, Actor
from lms.people.accounts.models import Person
from lms.people.scope import policy_day, scoped, unscoped, within

WHY = "the plans of students who are narrowed by the actor's scope"
Marks = Mapping[ItemKey, Mapping[MarkKind, ContentMark]]


@dataclass(frozen=True, slots=True)
class Line:
    """One item of a student's plan."""

    item: ContentItem
    tracked: Tracked

    @property
    def is_done(self) -> bool:
        return self.tracked.is_done


@dataclass(frozen=True, slots=True)
class UnitLines:
    """One unit of the plan that has items."""

    unit: PlannedUnit
    lines: tuple[Line, ...]

    @property
    def done(self) -> Explained[int]:
        """How many of the tracked items are done."""
        return explain_done([line.tracked for line in self.lines])

    @property
    def counted(self) -> int:
        """How many are tracked."""
        return sum(line.tracked.is_counted for line in self.lines)


@dataclass(frozen=True, slots=True)
class Looked:
    """One student and one item that the instructor has to see."""

    enrollment: Enrollment
    name: str
    section: str
    mark: ContentMark | None


def marks_of(enrollments: Iterable[Enrollment], as_of: datetime | None = None) -> dict[int, Marks]:
    """The marks that stand, by enrollment and item, for students who were found for somebody. One query."""
    statement = (
        select(ContentMark, Course.code, Unit.code, ContentItem.title)
        .join(ContentItem, ContentItem.id == ContentMark.item_id)
        .join(Unit, Unit.id == ContentItem.unit_id)
        .join(Course, Course.id == Unit.course_id)
        .where(stands(ContentMark, as_of), ~ContentMark.is_taken_back)
        .order_by(ContentMark.id)
    )
    found: dict[int, dict[ItemKey, dict[MarkKind, ContentMark]]] = defaultdict(lambda: defaultdict(dict))
    for mark, course, unit, title in session.execute(within(statement, list(enrollments), on=ContentMark)):
        found[mark.enrollment_id][course, unit, title][mark.kind] = mark
    return dict(found)


def content_of(enrollment: Enrollment, as_of: datetime | None = None) -> list[UnitLines]:
    """The items of every unit in the plan with the marks known at `as_of`. At most three queries."""
    units = units_of(enrollment)
    marks = marks_of([enrollment], as_of).get(enrollment.id, {})
    found: dict[int, list[Line]] = defaultdict(list)
    for item, key in _items([unit.id for unit in units]):
        refs = {kind: mark.ref for kind, mark in marks.get(key, {}).items()}
        found[item.unit_id].append(Line(item, Tracked(item.title, item.completion, refs)))
    return [UnitLines(unit, tuple(found[unit.id])) for unit in units if unit.id in found]


def _items(unit_ids: Sequence[int]) -> list[tuple[ContentItem, ItemKey]]:
    statement = (
        select(ContentItem, Course.code, Unit.code)
        .join(Unit, Unit.id == ContentItem.unit_id)
        .join(Course, Course.id == Unit.course_id)
        .where(ContentItem.unit_id.in_(sorted(unit_ids)))
        .order_by(ContentItem.position, ContentItem.id)
    )
    return [(row[0], (row[1], row[2], row[0].title)) for row in session.execute(statement)]


def find_item(enrollment: Enrollment, public_id: str) -> ContentItem:
    """The item, if it is in the student's plan. Raises NotFound. Two queries."""
    units = [unit.id for unit in units_of(enrollment)]
    statement = select(ContentItem).where(ContentItem.public_id == public_id, ContentItem.unit_id.in_(units))
    found = session.scalar(statement)
    if found is None:
        raise NotFound()
    return found


def marks_on(enrollment: Enrollment, item: ContentItem) -> Mapping[MarkKind, ContentMark]:
    """The marks that stand on one item, whatever version they were made in. Two queries."""
    marks = marks_of([enrollment]).get(enrollment.id, {})
    ((_, key),) = [pair for pair in _items([item.unit_id]) if pair[0].id == item.id]
    return marks.get(key, {})


def items_to_see(actor: Actor) -> list[tuple[ContentItem, Course]]:
    """The items that an instructor has to see, of the courses that the actor's students take. One query."""
    students = scoped(select(Enrollment.id), actor, Action.CONTENT_SEE, on=Enrollment)
    planned = select(PlanUnit.course_id).where(
        PlanUnit.enrollment_id.in_(students), stands(PlanUnit), ~PlanUnit.is_dropped
    )
    statement = (
        select(ContentItem, Course)
        .join(Unit, Unit.id == ContentItem.unit_id)
        .join(Course, Course.id == Unit.course_id)
        .where(ContentItem.completion == Completion.SIGN, Course.id.in_(planned))
        .order_by(Course.position, Unit.position, ContentItem.position, ContentItem.id)
    )
    return [(row[0], row[1]) for row in session.execute(unscoped(statement, WHY))]


def students_to_see(actor: Actor, item: ContentItem, course: Course) -> list[Looked]:
    """The actor's students who take the item's course, by section and name. Three queries."""
    takes = select(PlanUnit.enrollment_id).where(
        PlanUnit.course_id == course.id, stands(PlanUnit), ~PlanUnit.is_dropped
    )
    statement = (
        select(Enrollment, Person.name, Section.name)
        .join(Person, Person.id == Enrollment.person_id)
        .join(Placement, Placement.enrollment_id == Enrollment.id)
        .join(Section, Section.id == Placement.section_id)
        .where(stands(Placement), runs_on(Placement, policy_day()), Enrollment.id.in_(unscoped(takes, WHY)))
        .order_by(Section.name, Person.name, Enrollment.id)
    )
    rows = session.execute(scoped(statement, actor, Action.CONTENT_SEE, on=Enrollment)).all()
    ((_, key),) = [pair for pair in _items([item.unit_id]) if pair[0].id == item.id]
    marks = marks_of([row[0] for row in rows]) if rows else {}
    return [Looked(row[0], row[1], row[2], marks.get(row[0].id, {}).get(key, {}).get(MarkKind.SEEN)) for row in rows]
