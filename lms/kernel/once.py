"""Rows that two requests may write at the same moment, and only one of them shall."""

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Connection, Dialect, bindparam
from sqlalchemy.exc import IntegrityError

from lms.kernel.appendonly import REFUSAL
from lms.kernel.db import Base, as_read, db, is_writing, line_of, session
from lms.kernel.driver import send
from lms.kernel.prepared import reader_of
from lms.kernel.rows import rows_of

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

    Insert = sqlite.Insert | postgresql.Insert

M = TypeVar("M", bound=Base)


def insert_into(model: type[Base]) -> "Insert":
    """INSERT of the engine in use, which knows ON CONFLICT. Only that engine's part of SQLAlchemy is loaded."""
    insert: Any
    if db.engine.dialect.name == "sqlite":
        from sqlalchemy.dialects.sqlite import insert
    else:
        from sqlalchemy.dialects.postgresql import insert
    statement: Insert = insert(model)
    return statement


def insert_once(model: type[Base], *unique: str) -> "Insert":
    """INSERT that does nothing where a row with the same `unique` columns exists, on either engine.

    Without `unique`: where any constraint of the table would be broken by a row that exists.
    """
    return _insert_once(db.engine.dialect.name, model, unique)


@cache
def _insert_once(_dialect: str, model: type[Base], unique: tuple[str, ...]) -> "Insert":
    return insert_into(model).on_conflict_do_nothing(index_elements=unique or None)


def add_once(model: type[M], **values: Any) -> M | None:
    """The new row, written at once; None if another request has just written one that it would collide with.

    One statement, where a savepoint around an INSERT would be three. Raises RuntimeError in a transaction that only
    reads.
    """
    if not is_writing():
        raise RuntimeError("This transaction only reads, so there is nothing to write.")
    session.flush()
    line = line_of(session())
    try:
        row = _adding(model, line.dialect)(line, values)
    except IntegrityError as error:
        # On SQLite the guard of a table of facts speaks first; the statement alone is undone, the transaction goes on.
        if REFUSAL in str(error.orig) and db.engine.dialect.name == "sqlite":
            return None
        raise
    return None if row is None else as_read(model, row)


Given = dict[str, Any]


@cache
def _adding(model: type[Base], dialect: Dialect) -> Callable[[Connection, Given], Given | None]:
    """What writes the values of a row, if it may, and gives them as they are then."""
    rows, columns = rows_of(model, dialect), list(model.__table__.columns)
    insert = _insert_once(dialect.name, model, ()).returning(*columns)
    names = [f"{field.key}__0" for field in rows.fields]
    given: Given = {field.key: bindparam(name) for field, name in zip(rows.fields, names, strict=True)}
    sent = rows.compiled(insert.values(given), names)
    found = [(column.key, reader_of(column.type, dialect)) for column in columns]

    def add(line: Connection, values: Given) -> Given | None:
        if not rows.is_plain or not rows.takes_values(values):
            row = line.execute(insert, values).first()
            return None if row is None else dict(row._mapping)
        told = send(line, *sent(rows.values(dict(values))))
        if not told:
            return None
        cells = zip(found, told[0], strict=True)
        return {key: cell if process is None else process(cell) for (key, process), cell in cells}

    return add
