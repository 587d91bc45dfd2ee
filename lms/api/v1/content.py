"""Content items of an enrollment with what is done, marking them, and minutes that other systems measured."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from lms.api.kit import operation
from lms.api.shapes import NO_NUL, AsOf, Shape
from lms.hub.cohorts.queries import find_cohort
from lms.hub.content.queries import content_of, find_item
from lms.hub.content.services import mark_item
from lms.hub.content.services.minutes import import_minutes
from lms.hub.enrollment.queries import find_enrollment
from lms.hub.hours.rules.entry import Source
from lms.people.access import Action, Actor


class ContentItemOut(Shape):
    """One item. `completion`: open, mark, sign or none, by what it counts as done."""

    id: str
    unit: str
    course: str
    title: str
    kind: str
    minutes: int
    completion: str
    is_done: bool


class ContentOut(Shape):
    """In the order of the plan. `done` of `counted`: items that are tracked."""

    items: list[ContentItemOut]
    done: int
    counted: int


class ItemMark(Shape):
    """`is_done` false takes the student's mark back."""

    is_done: bool


class ItemMarkOut(Shape):
    """What stands now."""

    id: str
    is_done: bool


class NewMinutes(Shape):
    """`rows`: a CSV text with the columns student, item, minutes and day. `is_dry`: look only, enter nothing."""

    source: Literal["simulation", "lms"]
    rows: Annotated[str, StringConstraints(min_length=1, max_length=500_000, pattern=NO_NUL)]
    is_dry: bool = Field(default=True)


class MeasuredOut(Shape):
    """One row. `before`: minutes that it replaces, null for none."""

    row: int
    enrollment: str
    title: str
    day: date
    minutes: int
    before: int | None


class MinutesOut(Shape):
    """What the file entered, or would enter."""

    is_dry: bool
    items: list[MeasuredOut]


@operation("GET /enrollments/<public_id:enrollment>/content", Action.ENROLLMENT_READ, gives=ContentOut, query=AsOf)
def get_content(actor: Actor, enrollment: str, query: AsOf) -> ContentOut:
    """The items of the student's plan with what was done at `as_of`."""
    units = content_of(find_enrollment(actor, enrollment), query.as_of)
    items = [
        ContentItemOut(
            id=line.item.public_id,
            unit=one.unit.title,
            course=one.unit.course,
            title=line.item.title,
            kind=line.item.kind.value,
            minutes=line.item.minutes,
            completion=line.item.completion.value,
            is_done=line.is_done,
        )
        for one in units
        for line in one.lines
    ]
    return ContentOut(items=items, done=sum(u.done.value for u in units), counted=sum(u.counted for u in units))


@operation(
    "POST /enrollments/<public_id:enrollment>/content/<public_id:item>/marks",
    Action.CONTENT_MARK,
    gives=ItemMarkOut,
    body=ItemMark,
)
def post_item_mark(actor: Actor, enrollment: str, item: str, body: ItemMark) -> ItemMarkOut:
    """The student marks an item as done, or takes that back. 422 for an item that is not completed that way."""
    found = find_enrollment(actor, enrollment, Action.CONTENT_MARK)
    mark_item(actor, found, find_item(found, item), is_done=body.is_done)
    return ItemMarkOut(id=item, is_done=body.is_done)


@operation("POST /cohorts/<public_id:cohort>/minutes", Action.MINUTES_IMPORT, gives=MinutesOut, body=NewMinutes)
def post_minutes(actor: Actor, cohort: str, body: NewMinutes) -> MinutesOut:
    """Enter measured minutes as hours of evidence level 1: all rows or none. Dry by default."""
    found = find_cohort(actor, cohort)
    measured = import_minutes(actor, found, Source(body.source), body.rows.encode(), is_dry=body.is_dry)
    items = [
        MeasuredOut(
            row=one.row,
            enrollment=one.enrollment.public_id,
            title=one.target.title,
            day=one.day,
            minutes=one.minutes,
            before=one.before,
        )
        for one in measured
    ]
    return MinutesOut(is_dry=body.is_dry, items=items)
