"""Versions that the database itself keeps as they were published, on both engines.

A draft has no rows but its document. Courses, units, items, outcomes and requirements are written in the transaction
that publishes; once `published_at` stands, triggers refuse every INSERT, UPDATE and DELETE of them and of the version.
"""

from collections.abc import Iterator

from sqlalchemy import DDL, Connection, MetaData, Table, event

from lms.kernel.db import Base

REFUSAL = "a published version never changes: start the next one"
_VERSION = "SELECT 1 FROM program_version v WHERE v.published_at IS NOT NULL AND v.id = "
_OF_COURSE = _VERSION + "(SELECT c.program_version_id FROM course c WHERE c.id = {row}.course_id)"  # noqa: S608 - our own names
_JOINED = "course c JOIN unit u ON u.course_id = c.id"
_OF_UNIT = _VERSION + f"(SELECT c.program_version_id FROM {_JOINED} WHERE u.id = {{row}}.unit_id)"  # noqa: S608 - our own names
# When a row of each table belongs to a published version.
FROZEN = {
    "program_version": "{row}.published_at IS NOT NULL",
    "version_document": f"EXISTS ({_VERSION}{{row}}.program_version_id)",
    "course": f"EXISTS ({_VERSION}{{row}}.program_version_id)",
    "requirement": f"EXISTS ({_VERSION}{{row}}.program_version_id)",
    "unit": f"EXISTS ({_OF_COURSE})",
    "outcome": f"EXISTS ({_OF_COURSE})",
    "content_item": f"EXISTS ({_OF_UNIT})",
}


def guards(dialect: str) -> list[str]:
    """The statements that put the triggers on."""
    make = _sqlite if dialect == "sqlite" else _postgresql
    return [statement for table in FROZEN for statement in make(table)]


def drops(dialect: str) -> list[str]:
    """The statements that take them off again."""
    if dialect == "sqlite":
        return [f"DROP TRIGGER {table}_published_{name}" for table in FROZEN for name, _ in _events(table)]
    return [f"DROP FUNCTION {table}_published() CASCADE" for table in FROZEN]


def _events(table: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Each event with the rows that are looked at; publishing is an UPDATE that makes the new row a published one."""
    if table == "program_version":
        return (("update", ("OLD",)), ("delete", ("OLD",)))
    return (("insert", ("NEW",)), ("update", ("OLD", "NEW")), ("delete", ("OLD",)))


def _sqlite(table: str) -> Iterator[str]:
    for name, rows in _events(table):
        when = " OR ".join(FROZEN[table].format(row=row) for row in rows)
        yield (
            f"CREATE TRIGGER {table}_published_{name} BEFORE {name.upper()} ON {table} WHEN {when} "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL} ({table})'); END"
        )


def _postgresql(table: str) -> Iterator[str]:
    checks = " ".join(
        f"IF TG_OP = '{name.upper()}' AND ({' OR '.join(FROZEN[table].format(row=row) for row in rows)}) THEN "
        f"RAISE EXCEPTION '{REFUSAL} ({table})' USING ERRCODE = 'restrict_violation'; END IF;"
        for name, rows in _events(table)
    )
    yield (
        f"CREATE OR REPLACE FUNCTION {table}_published() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {checks} "
        "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$"
    )
    events = " OR ".join(name.upper() for name, _ in _events(table))
    yield (
        f"CREATE TRIGGER {table}_published BEFORE {events} ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_published()"
    )


@event.listens_for(Base.metadata, "after_create")
def _after_create(_: MetaData, connection: Connection, tables: list[Table] | None = None, **__: object) -> None:
    if "program_version" in {table.name for table in tables or ()}:
        for statement in guards(connection.dialect.name):
            connection.execute(DDL(statement))  # type: ignore[no-untyped-call]  # of SQLAlchemy
