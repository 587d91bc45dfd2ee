"""Rows that two requests may write at the same moment, and only one of them shall."""

from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy.exc import IntegrityError

from lms.kernel.appendonly import REFUSAL
from lms.kernel.db import Base, as_read, db, is_writing, session

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
    try:
        row = session.connection().execute(_returning(db.engine.dialect.name, model), values).first()
    except IntegrityError as error:
        # On SQLite the guard of a table of facts speaks first; the statement alone is undone, the transaction goes on.
        if REFUSAL in str(error.orig) and db.engine.dialect.name == "sqlite":
            return None
        raise
    return None if row is None else as_read(model, dict(row._mapping))


@cache
def _returning(dialect: str, model: type[Base]) -> Any:
    return _insert_once(dialect, model, ()).returning(*model.__table__.columns)
