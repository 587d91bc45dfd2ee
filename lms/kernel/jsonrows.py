"""Many rows in one cell: a correlated subquery whose rows come back as one list of lists, alike on both engines.

So a page of students with all that hangs from them is one statement and one row a student.
"""

import json
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Dialect, ScalarSelect, Select, Text, TypeDecorator, cast, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class Rows(TypeDecorator[Any]):
    """A list of lists, whether the driver has already read the JSON or not."""

    impl = Text
    cache_ok = True

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        if value == "[]":  # most students have no leave and no extension
            return []
        return json.loads(value) if isinstance(value, str) else value or []


class rows_as_json(FunctionElement[Any]):
    """The aggregate of the given columns; no order is promised."""

    name = "rows_as_json"
    inherit_cache = True
    type = Rows()


@compiles(rows_as_json, "sqlite")
def _on_sqlite(element: rows_as_json, compiler: SQLCompiler, **values: Any) -> str:
    return f"json_group_array(json_array({compiler.process(element.clauses, **values)}))"


@compiles(rows_as_json, "postgresql")
def _on_postgresql(element: rows_as_json, compiler: SQLCompiler, **values: Any) -> str:
    return f"coalesce(json_agg(json_build_array({compiler.process(element.clauses, **values)})), '[]')"


def rows_of(*columns: ColumnElement[Any] | Any, where: Any) -> ScalarSelect[Any]:
    """The subquery that gives `columns` of all rows that meet `where`, for use as one column of a statement."""
    found: Select[Any] = select(rows_as_json(*columns)).where(where)
    return found.scalar_subquery()


def unread(rows: ScalarSelect[Any]) -> ColumnElement[str]:
    """What `rows_of` gives, as the JSON text that it is: for whoever reads it only if it is new."""
    return cast(rows, Text)


def instant_in(text: str) -> datetime:
    """An instant as it stands in such a cell."""
    found = datetime.fromisoformat(text)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def day_in(text: str) -> date:
    """A calendar day as it stands in such a cell."""
    return date.fromisoformat(text)
