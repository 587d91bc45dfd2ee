"""A finished text of SQL, sent by the database's own driver.

SQLAlchemy makes a description of each result first, which of a small statement takes longer than the statement. What
listens before a statement (the deadline, a count) hears of these too, and an error is the one it would have been.
"""

from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError


def send(connection: Connection, sql: str, values: Any = ()) -> list[Any]:
    """The rows that `sql` gives, as the driver makes them. values: by place or by name, as the driver wants them."""
    driver = connection.dialect.loaded_dbapi
    cursor: Any = None
    try:
        cursor = connection.connection.cursor()
        for hear in connection.dispatch.before_cursor_execute:
            hear(connection, cursor, sql, values, None, False)
        cursor.execute(sql, values)
        return list(cursor.fetchall()) if cursor.description else []
    except driver.Error as error:
        raise _told(connection, cursor, sql, values, error) from error
    finally:
        if cursor is not None:
            cursor.close()


def _told(connection: Connection, cursor: Any, sql: str, values: Any, error: Exception) -> BaseException:
    """The error as SQLAlchemy tells it. A line that is broken is not used again."""
    dialect = connection.dialect
    is_broken = dialect.is_disconnect(error, connection.connection.dbapi_connection, cursor)  # type: ignore[arg-type]
    if is_broken:
        connection.invalidate(error)
    base = dialect.loaded_dbapi.Error
    return DBAPIError.instance(sql, values, error, base, connection_invalidated=is_broken, dialect=dialect)
