"""One new row alone, as most commands write, past the ORM's unit of work; and the rows that say what was done.

The unit of work sorts, groups and describes what is new before it sends it, which for one row takes several times as
long as the row does. What it would send is sent here too, and the row is the session's as after any flush.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import ClauseElement, Column, Dialect, Insert, Table, bindparam, insert
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import instance_state, set_committed_value
from sqlalchemy.sql.compiler import SQLCompiler

from lms.kernel.db import Base, is_writing, line_of
from lms.kernel.driver import send


def flush(current: Session) -> None:
    """Write what is new, changed or deleted, as `Session.flush` does."""
    new = current.new
    if len(new) != 1 or not is_writing() or current.dirty or current.deleted or current.in_nested_transaction():
        current.flush()
        return
    (row,) = new
    line = line_of(current)
    known = _insertion(type(row), line.dialect)  # type: ignore[arg-type]  # mypy does not know that classes are hashable
    if not known.is_plain or not known.takes(row):
        current.flush()
        return
    set_committed_value(row, "id", send(line, known.sql, known.values(row))[0][0])
    current._register_persistent({instance_state(row)})  # what the unit of work does with what it has written


class _Insertion:
    """How rows of one table are written. is_plain: every value is in the row, or a default that Python makes."""

    def __init__(self, model: type[Base], dialect: Dialect) -> None:
        table = model.__table__
        assert isinstance(table, Table)
        self.columns: list[Column[Any]] = [column for column in table.columns if column.key != "id"]
        self.is_plain = len(self.columns) < len(table.columns) and all(_is_plain(column) for column in self.columns)
        statement = insert(table).values({column.key: bindparam(column.key) for column in self.columns})
        compiled = statement.returning(*table.primary_key).compile(dialect=dialect)
        assert isinstance(compiled, SQLCompiler)
        self.sql = compiled.string
        self.order = compiled.positiontup
        found = {column.key: column.type.dialect_impl(dialect).bind_processor(dialect) for column in self.columns}
        self.processors = {key: process for key, process in found.items() if process is not None}

    def takes(self, row: Base) -> bool:
        """Whether nothing of `row` is left to the database."""
        given = row.__dict__
        return given.get("id") is None and not any(isinstance(value, ClauseElement) for value in given.values())

    def values(self, row: Base) -> Any:
        """What goes in; the row has its defaults then."""
        given, made = row.__dict__, dict[str, Any]()
        for column in self.columns:
            key = column.key
            if key not in given:
                set_committed_value(row, key, _default(column))
            value = given[key]
            made[key] = self.processors[key](value) if key in self.processors else value
        return made if self.order is None else tuple(made[key] for key in self.order)


def write_rows(current: Session, statement: Insert, rows: Sequence[dict[str, Any]]) -> None:
    """Write `rows`, each with a value for the same columns, by an INSERT that its caller keeps."""
    line = line_of(current)
    known = _rows_of(statement, line.dialect, tuple(rows[0]))
    if len(rows) > 1 or known is None:
        line.execute(statement, rows)
    else:
        send(line, *known(rows[0]))


Sent = tuple[str, Any]


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


@lru_cache(maxsize=1024)
def _insertion(model: type[Base], dialect: Dialect) -> _Insertion:
    return _Insertion(model, dialect)


def _is_plain(column: Column[Any]) -> bool:
    """A server's default is left to the unit of work, and so is None as a value of JSON, which it knows to tell."""
    default = column.default
    made_here = default is None or default.is_scalar or default.is_callable
    return made_here and column.server_default is None and not column.type.should_evaluate_none


def _default(column: Column[Any]) -> Any:
    default: Any = column.default
    if default is None:
        return None
    return default.arg(None) if default.is_callable else default.arg
