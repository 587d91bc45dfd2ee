"""Fact tables that the database itself keeps append-only, on both engines.

SQLite: triggers BEFORE UPDATE and BEFORE DELETE, and BEFORE INSERT on a key that exists, which stops INSERT OR REPLACE.
PostgreSQL: row triggers BEFORE UPDATE OR DELETE and a statement trigger BEFORE TRUNCATE; they bind the owner too.
"""

from collections.abc import Iterator

from sqlalchemy import Connection, MetaData, PrimaryKeyConstraint, Table, UniqueConstraint, event

from lms.kernel.db import Base

REFUSAL = "facts are kept: add a row that supersedes this one"
FUNCTION = f"""
CREATE OR REPLACE FUNCTION keep_facts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{REFUSAL} (%)', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$
"""


def guards(table: Table, dialect: str) -> list[str]:
    """The statements that make `table` append-only. `erasable` columns (table.info) may still be set to NULL."""
    return list(_sqlite(table) if dialect == "sqlite" else _postgresql(table))


def drops(table: Table, dialect: str) -> list[str]:
    """The statements that take the guards off again, for a migration that goes down."""
    names = [f"{table.name}_keep_{what}" for what in ("update", "delete", "insert", "truncate")]
    tail = "" if dialect == "sqlite" else f" ON {table.name}"
    return [f"DROP TRIGGER IF EXISTS {name}{tail}" for name in names]


def guarded_tables(metadata: MetaData) -> list[Table]:
    """Every append-only table, parents first."""
    return [table for table in metadata.sorted_tables if table.info.get("append_only")]


def install(connection: Connection, tables: list[Table]) -> None:
    """Put the guards on `tables`."""
    dialect = connection.dialect.name
    if dialect == "postgresql":
        connection.exec_driver_sql(FUNCTION.replace("%", "%%"))
    for table in tables:
        for statement in guards(table, dialect):
            connection.exec_driver_sql(statement.replace("%", "%%") if dialect == "postgresql" else statement)


@event.listens_for(Base.metadata, "after_create")
def _after_create(_: MetaData, connection: Connection, tables: list[Table] | None = None, **__: object) -> None:
    install(connection, [table for table in tables or () if table.info.get("append_only")])


def _same_but_erased(table: Table, equal: str) -> str:
    """True for an update that only sets erasable columns to NULL."""
    erasable: tuple[str, ...] = table.info.get("erasable", ())
    kept = [f"NEW.{c.name} {equal} OLD.{c.name}" for c in table.columns if c.name not in erasable]
    return " AND ".join([*kept, *(f"NEW.{name} IS NULL" for name in erasable)])


def _sqlite(table: Table) -> Iterator[str]:
    name = table.name
    abort = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL} ({name})'); END"
    when = f" WHEN NOT ({_same_but_erased(table, 'IS')})" if table.info.get("erasable") else ""
    yield f"CREATE TRIGGER {name}_keep_update BEFORE UPDATE ON {name}{when} {abort}"
    yield f"CREATE TRIGGER {name}_keep_delete BEFORE DELETE ON {name} {abort}"
    same_key = (" AND ".join(f"{column} = NEW.{column}" for column in key) for key in _keys(table))
    exists = " OR ".join(f"EXISTS (SELECT 1 FROM {name} WHERE {same})" for same in same_key)  # noqa: S608 - our own names
    yield f"CREATE TRIGGER {name}_keep_insert BEFORE INSERT ON {name} WHEN {exists} {abort}"


def _keys(table: Table) -> list[list[str]]:
    found = [
        [column.name for column in constraint.columns]
        for constraint in table.constraints
        if isinstance(constraint, PrimaryKeyConstraint | UniqueConstraint)
    ]
    found += [[column.name for column in index.columns] for index in table.indexes if index.unique]
    return sorted(found)


def _postgresql(table: Table) -> Iterator[str]:
    name = table.name
    call = "EXECUTE FUNCTION keep_facts()"
    when = f" WHEN (NOT ({_same_but_erased(table, 'IS NOT DISTINCT FROM')}))" if table.info.get("erasable") else ""
    yield f"CREATE TRIGGER {name}_keep_update BEFORE UPDATE ON {name} FOR EACH ROW{when} {call}"
    yield f"CREATE TRIGGER {name}_keep_delete BEFORE DELETE ON {name} FOR EACH ROW {call}"
    yield f"CREATE TRIGGER {name}_keep_truncate BEFORE TRUNCATE ON {name} FOR EACH STATEMENT {call}"
