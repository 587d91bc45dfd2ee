"""Rows that say what was done, sent by an INSERT that their writer keeps."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Dialect, Insert
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler

from lms.kernel.db import line_of
from lms.kernel.driver import send
from lms.kernel.rows import Sent


def write_rows(current: Session, statement: Insert, rows: Sequence[dict[str, Any]]) -> None:
    """Write `rows`, each with a value for the same columns, by an INSERT that its caller keeps."""
    line = line_of(current)
    known = _rows_of(statement, line.dialect, tuple(rows[0]))
    if len(rows) > 1 or known is None:
        line.execute(statement, rows)
    else:
        send(line, *known(rows[0]))


@lru_cache(maxsize=64)
def _rows_of(statement: Insert, dialect: Dialect, names: tuple[str, ...]) -> Callable[[dict[str, Any]], Sent] | None:
    """How one row becomes text and values; None if SQLAlchemy has something to add to it."""
    compiled = statement.inline().compile(dialect=dialect, column_keys=list(names))  # their numbers are not asked
    assert isinstance(compiled, SQLCompiler)
    if compiled.insert_prefetch or compiled.effective_returning or set(compiled.binds) != set(names):
        return None
    sql, order = compiled.string, compiled.positiontup
    found = {name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in compiled.binds.items()}

    def made(row: dict[str, Any]) -> Sent:
        values = {name: row[name] if process is None else process(row[name]) for name, process in found.items()}
        return sql, values if order is None else tuple(values[name] for name in order)

    return made
