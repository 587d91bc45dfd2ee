"""Where an attempt stands in the queue of its grader, and which one comes next."""

from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, ColumnElement, Select, UnaryExpression, and_, bindparam, case, func, or_, select

from lms.hub.coursework.models import Submission
from lms.hub.grading.queries import Marking
from lms.hub.grading.queue import COUNT, Order, QueueFilter, count_queue, lines_of, order_of
from lms.kernel.db import session
from lms.people.access import Action, Actor
from lms.people.scope import plain, policy_day, scoped_kept, within


class Place(NamedTuple):
    """Where an attempt stands in a queue: its number there, from 1, and the next one's public id. total: of all."""

    number: int
    next_id: str | None
    total: int


def place_in_queue(actor: Actor, chosen: QueueFilter, marking: Marking) -> Place:
    """Which of the queue this one is or would be; 0 for nothing that was handed in. At most three queries."""
    submission = marking.submission
    if submission is None:
        return Place(0, None, count_queue(actor, chosen))
    here = {f"at_{place}": value for place, value in enumerate(_where_it_is(chosen, marking, submission))}
    kept = chosen, actor.person_id or 0, policy_day()
    [(count, before)] = plain(scoped_kept(_counted(*kept), actor, Action.SCORE_READ, Submission), **here)
    beyond = plain(scoped_kept(_beyond(*kept), actor, Action.SCORE_READ, Submission), **here)
    return Place(before + 1, beyond[0].public_id if beyond else None, count)


def _where_it_is(chosen: QueueFilter, marking: Marking, submission: Submission) -> tuple[Any, ...]:
    """Its values in the columns of the order. One query, but where the oldest come first."""
    if chosen.order is Order.OLDEST:
        return submission.received_at, submission.id
    columns = within(select(*map(_bare, order_of(chosen))), marking.enrollment, on=Submission)
    return tuple(session.execute(columns.where(Submission.id == submission.id)).one())


@lru_cache(maxsize=256)
def _counted(chosen: QueueFilter, grader_id: int, day: date) -> Select[Any]:
    """How many lines there are, and how many of them come before the parameters `at_0` and so on."""
    before = _compared(order_of(chosen), is_before=True)
    lines = lines_of(chosen, COUNT, grader_id, day)
    return lines.add_columns(func.coalesce(func.sum(case((before, 1), else_=0)), 0))


@lru_cache(maxsize=256)
def _beyond(chosen: QueueFilter, grader_id: int, day: date) -> Select[Any]:
    """The first line after these parameters."""
    order = order_of(chosen)
    beyond = _compared(order, is_before=False)
    return lines_of(chosen, Submission.public_id, grader_id, day).where(beyond).order_by(*order).limit(1)


def _bare(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return column.element if isinstance(column, UnaryExpression) else column


def _compared(order: tuple[ColumnElement[Any], ...], *, is_before: bool) -> ColumnElement[bool]:
    """Whether a line comes before or after the one with the values of the parameters `at_0` and so on."""
    steps: list[ColumnElement[bool]] = []
    same: list[ColumnElement[bool]] = []
    for place, column in enumerate(map(_bare, order)):
        value: BindParameter[Any] = bindparam(f"at_{place}", type_=column.type)
        steps.append(and_(*same, column < value if is_before else column > value))
        same.append(column == value)
    return or_(*steps)
