"""A statement of whole tables as one of their columns, and back from its rows to what the session would give."""

from collections.abc import Callable
from operator import itemgetter
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Select

from lms.kernel.db import Base, as_read

Statement = Select[*tuple[Any, ...]]
Part = Callable[[Any], Any]
_known: "WeakKeyDictionary[Statement, tuple[Statement, list[Part]]]" = WeakKeyDictionary()


def flattened(statement: Statement) -> tuple[Statement, list[Part]]:
    """The statement of columns, and what makes each result of `statement` out of one of its rows; kept with it."""
    known = _known.get(statement)
    if known is None:
        known = _known[statement] = _flattened(statement)
    return known


def _flattened(statement: Statement) -> tuple[Statement, list[Part]]:
    columns: list[Any] = []
    parts: list[Part] = []
    renew = bool(statement.get_execution_options().get("populate_existing"))
    for described in statement.column_descriptions:
        found, model, start = described["expr"], described["type"], len(columns)
        if isinstance(model, type) and issubclass(model, Base):  # a table, or an alias of one
            table = model.__table__.columns
            columns += table if found is model else [getattr(found, column.key) for column in table]
            parts.append(_row_of(model, start, len(columns), renew=renew))
        else:
            columns.append(found)
            parts.append(itemgetter(start))
    return statement.with_only_columns(*columns), parts


def _row_of(model: type[Base], start: int, end: int, *, renew: bool) -> Part:
    names = [column.key for column in model.__table__.columns]
    place = start + names.index("id")

    def part(row: Any) -> Base | None:
        if row[place] is None:  # joined to nothing
            return None
        return as_read(model, dict(zip(names, row[start:end], strict=True)), renew=renew)

    return part
