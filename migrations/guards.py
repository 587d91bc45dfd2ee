"""`op.keep_facts("hours_entry")` in a migration: from here on the database refuses to change that table's rows.

`flask db migrate` writes the line itself for a new append-only table, and for one whose guards are gone because SQLite
rebuilt it; `flask db check` reports both.
"""

from typing import Any

from alembic.autogenerate import comparators, renderers
from alembic.autogenerate.api import AutogenContext
from alembic.operations import MigrateOperation, Operations
from alembic.operations.ops import UpgradeOps
from alembic.util import DispatchPriority
from sqlalchemy import Column, Connection, MetaData, PrimaryKeyConstraint, Table, UniqueConstraint

from lms.kernel.appendonly import FUNCTION, drops, guarded_tables, guards

TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
}


@Operations.register_operation("keep_facts")
class KeepFacts(MigrateOperation):
    """Put the guards on a table. erasable: columns that may still be set to NULL."""

    def __init__(self, table: str, erasable: tuple[str, ...] = ()) -> None:
        self.table = table
        self.erasable = erasable

    @classmethod
    def keep_facts(cls, operations: Operations, table: str, *, erasable: tuple[str, ...] = ()) -> None:
        operations.invoke(cls(table, erasable))

    def reverse(self) -> MigrateOperation:
        return FreeFacts(self.table, self.erasable)

    def to_diff_tuple(self) -> tuple[str, str]:
        return ("keep_facts", self.table)


@Operations.register_operation("free_facts")
class FreeFacts(MigrateOperation):
    """Take the guards off a table."""

    def __init__(self, table: str, erasable: tuple[str, ...] = ()) -> None:
        self.table = table
        self.erasable = erasable

    @classmethod
    def free_facts(cls, operations: Operations, table: str) -> None:
        operations.invoke(cls(table))

    def reverse(self) -> MigrateOperation:
        return KeepFacts(self.table, self.erasable)

    def to_diff_tuple(self) -> tuple[str, str]:
        return ("free_facts", self.table)


@Operations.implementation_for(KeepFacts)
def _keep(operations: Operations, operation: KeepFacts) -> None:
    connection = operations.get_bind()
    table = _as_it_is(connection, operation)
    if connection.dialect.name == "postgresql":
        _run(connection, FUNCTION)
    for statement in [*drops(table, connection.dialect.name), *guards(table, connection.dialect.name)]:
        _run(connection, statement)


@Operations.implementation_for(FreeFacts)
def _free(operations: Operations, operation: FreeFacts) -> None:
    connection = operations.get_bind()
    for statement in drops(_as_it_is(connection, operation), connection.dialect.name):
        _run(connection, statement)


def _as_it_is(connection: Connection, operation: Any) -> Table:
    """The table as it now stands in the database: on SQLite its keys, with erasable columns all of it matters."""
    if not isinstance(operation, KeepFacts):
        return Table(operation.table, MetaData())
    if operation.erasable:  # that table, not all it points at
        read = {"autoload_with": connection, "resolve_fks": False}
        return Table(operation.table, MetaData(), info={"erasable": operation.erasable}, **read)
    numbered, keys = _keys_on_sqlite(connection, operation.table) if connection.dialect.name == "sqlite" else ([], [])
    columns = [Column(name) for name in dict.fromkeys(name for key in [numbered, *keys] for name in key)]
    unique = [PrimaryKeyConstraint(*numbered), *(UniqueConstraint(*key) for key in keys)]
    return Table(operation.table, MetaData(), *columns, *unique)


def _keys_on_sqlite(connection: Connection, table: str) -> tuple[list[str], list[list[str]]]:
    """The columns of the primary key, and of each other key. Reading all of a table takes many times as long."""
    columns = connection.exec_driver_sql(f"PRAGMA table_info({table})").all()
    numbered = [row.name for row in sorted(columns, key=lambda row: row.pk) if row.pk]
    keys = []
    for index in connection.exec_driver_sql(f"PRAGMA index_list({table})").all():
        if index.unique and index.origin != "pk":
            keys.append([row.name for row in connection.exec_driver_sql(f"PRAGMA index_info({index.name})").all()])
    return numbered, [key for key in keys if None not in key]


def _run(connection: Connection, statement: str) -> None:
    connection.exec_driver_sql(statement.replace("%", "%%") if connection.dialect.name == "postgresql" else statement)


@renderers.dispatch_for(KeepFacts)
def _render_keep(_context: AutogenContext, operation: KeepFacts) -> str:
    erasable = f", erasable={operation.erasable!r}" if operation.erasable else ""
    return f"op.keep_facts({operation.table!r}{erasable})"


@renderers.dispatch_for(FreeFacts)
def _render_free(_context: AutogenContext, operation: FreeFacts) -> str:
    return f"op.free_facts({operation.table!r})"


@comparators.dispatch_for("schema", priority=DispatchPriority.LAST)  # after the tables themselves
def _compare(autogen_context: AutogenContext, upgrade_ops: UpgradeOps, _schemas: Any) -> None:
    connection, metadata = autogen_context.connection, autogen_context.metadata
    if connection is None or not isinstance(metadata, MetaData):
        return
    there = set(connection.exec_driver_sql(TRIGGERS[connection.dialect.name]).scalars())
    for table in guarded_tables(metadata):
        if not {statement.split()[2] for statement in guards(table, connection.dialect.name)} <= there:
            upgrade_ops.ops.append(KeepFacts(table.name, tuple(table.info.get("erasable", ()))))
