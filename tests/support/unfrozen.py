"""A published version opened for a moment, for a test that needs one more course in the cast's program."""

from collections.abc import Iterator
from contextlib import contextmanager

from lms.hub.catalog.frozen import drops, guards
from lms.kernel.db import session


@contextmanager
def unfrozen() -> Iterator[None]:
    """Without the guards of published versions. Needs a writing transaction."""
    connection = session.connection()
    dialect = connection.dialect.name
    for statement in drops(dialect):
        connection.exec_driver_sql(statement)
    yield
    session.flush()
    for statement in guards(dialect):
        connection.exec_driver_sql(statement.replace("%", "%%"))
