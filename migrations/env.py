"""How the migrations run: on the application's own database, whole on both engines, and never waiting for long."""

from alembic import context
from alembic.operations.ops import CreateTableOp, MigrationScript
from flask import current_app
from sqlalchemy import Connection, TypeDecorator

from migrations import guards  # noqa: F401 - registers op.keep_facts and its comparison

LOCK = 7_411_001  # PostgreSQL's advisory lock of this product's migrations; any number nobody else uses


def render_item(kind: str, item: object, _autogen_context: object) -> str | bool:
    """Our column types stand in a migration as the plain types underneath, so that it never imports the product."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl!r}"
    return False


def include_name(name: str | None, kind: str, _parents: object) -> bool:
    """SQLite's own tables are none of ours."""
    return not (kind == "table" and (name or "").startswith("sqlite_"))


def tidy(_context: object, _revision: object, directives: list[MigrationScript]) -> None:
    """Leave out of a new migration what only the running product knows about a table."""
    for script in directives:
        for operations in (script.upgrade_ops, script.downgrade_ops):
            for operation in operations.ops if operations else ():
                if isinstance(operation, CreateTableOp):
                    operation.info = {}


def prepare(connection: Connection) -> None:
    """PostgreSQL: one migration at a time; give up on a busy table soon, but let a long rebuild run to its end.

    SQLite: a table is rebuilt by dropping it, which foreign keys would forbid; they are checked afterwards.
    """
    if connection.dialect.name == "sqlite":
        connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
        return
    for statement in ("SET lock_timeout = '4s'", "SET statement_timeout = 0", f"SELECT pg_advisory_lock({LOCK})"):
        connection.exec_driver_sql(statement)
    connection.commit()


def finish(connection: Connection) -> None:
    """Raises if a rebuilt table left a row that points nowhere."""
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if broken:
            raise RuntimeError(f"rows that point nowhere: {broken[:5]}")
    else:
        connection.exec_driver_sql(f"SELECT pg_advisory_unlock({LOCK})")


def run() -> None:
    database = current_app.extensions["migrate"].db
    with database.engine.connect() as connection:
        prepare(connection)
        context.configure(
            connection=connection,
            target_metadata=database.metadata,
            render_item=render_item,
            include_name=include_name,
            process_revision_directives=tidy,
            render_as_batch=True,
            compare_type=True,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        finish(connection)
        connection.invalidate()  # its settings are not for anybody else


if context.is_offline_mode():
    raise SystemExit("Migrations run on a database; --sql is not supported because of the guards they read from it.")
run()
