"""After much was written at once."""

from sqlalchemy import Connection


def look_at_sizes(connection: Connection) -> None:
    """Let PostgreSQL look at what its tables hold now, in the running transaction.

    It plans by what it knew of them before, also the statements that it has prepared, until its own round comes past; a
    plan for a few rows can take minutes with a hundred thousand. SQLite plans without.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        connection.exec_driver_sql("ANALYZE")
