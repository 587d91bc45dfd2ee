"""Lists in pages, for HTML and JSON alike: a page ends with a cursor, and the next one begins after it.

By position of the last row, not by number: the thousandth page costs what the first does, and rows that come in between
shift nothing. A cursor is opaque but not secret: it only says where to go on in what the reader may see anyway.
"""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, TypeDecorator, UnaryExpression, and_, or_
from sqlalchemy.sql.operators import desc_op

from lms.kernel.db import session
from lms.kernel.errors import RuleBroken
from lms.kernel.plain import from_plain, to_plain
from lms.kernel.text import N_

T = TypeVar("T")
SIZE = 50
LARGEST = 200


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows of a list. after: the cursor of the next page; None on the last one."""

    items: Sequence[T]
    after: str | None


def page_of(
    statement: Select[T], by: Sequence[ColumnElement[Any]], after: str | None = None, size: int = SIZE
) -> Page[T]:
    """The rows of `statement` in the order of `by`, at most `size`, that follow the cursor `after`. One query.

    by: columns, none of them ever NULL, plain or `.desc()`; together they tell any two rows apart. Raises RuleBroken on
    a cursor that is none, and on a size out of 1 to 200.
    """
    if not 1 <= size <= LARGEST:
        raise RuleBroken(N_("Ask for 1 to %(most)s rows a page."), field="limit", most=LARGEST)
    ordered = statement.order_by(None).order_by(*by).limit(size + 1).add_columns(*(_bare(column) for column in by))
    if after:
        ordered = ordered.where(_beyond(by, _read(after, [_type_of(column) for column in by])))
    rows = session.execute(ordered).all()
    shown = rows[:size]
    more = len(rows) > size
    return Page([row[0] for row in shown], _write(tuple(shown[-1])[1:]) if more else None)


def _bare(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return column.element if isinstance(column, UnaryExpression) else column


def _beyond(by: Sequence[ColumnElement[Any]], values: list[Any]) -> ColumnElement[bool]:
    """(a > x) or (a = x and b > y) ..., with < where the order is descending."""
    steps: list[ColumnElement[bool]] = []
    same: list[ColumnElement[bool]] = []
    for column, value in zip(by, values, strict=True):
        falling = isinstance(column, UnaryExpression) and column.modifier is desc_op
        bare = _bare(column)
        steps.append(and_(*same, bare < value if falling else bare > value))
        same.append(bare == value)
    return or_(*steps)


def _write(values: Sequence[Any]) -> str:
    text = json.dumps([to_plain(value) for value in values], separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _type_of(column: ColumnElement[Any]) -> type:
    kind = _bare(column).type
    return kind.impl_instance.python_type if isinstance(kind, TypeDecorator) else kind.python_type


def _read(cursor: str, expected: Sequence[type]) -> list[Any]:
    try:
        found = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        values = [from_plain(value) for value in found]
    except (ValueError, TypeError, KeyError, AttributeError, binascii.Error, RecursionError):
        values = []
    if len(values) != len(expected) or not all(map(_compares, values, expected)):
        raise RuleBroken(N_("This is not a page of this list. Start at the first one."), field="after")
    return values


def _compares(value: Any, expected: type) -> bool:
    """Whether the database can compare a column of type `expected` with it; a whole number must fit one."""
    if type(value) is not expected:
        return False
    if isinstance(value, int):
        return abs(value) < 2**63
    return not isinstance(value, str) or "\0" not in value
