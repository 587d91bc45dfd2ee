"""Facts are kept by the database itself: whatever a program or a person sends, no fact row changes or goes."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from flask import Flask
from sqlalchemy import Boolean, Column, Connection, Date, DateTime, Integer, Table, insert, inspect
from sqlalchemy.exc import DBAPIError

from lms.kernel.appendonly import REFUSAL, drops, guarded_tables
from lms.kernel.clock import now
from lms.kernel.db import Base, db
from lms.kernel.facts import Fact


def test_every_table_of_facts_is_guarded() -> None:
    models = [mapper.class_ for mapper in Base.registry.mappers]
    guarded = set(guarded_tables(Base.metadata))
    assert not {model.__name__ for model in models if issubclass(model, Fact) and model.__table__ not in guarded}
    dated = {table.name for table in Base.metadata.sorted_tables if "recorded_at" in table.columns}
    assert dated <= {table.name for table in guarded}, "a row with recorded_at is a fact: use Fact, or __append_only__"


def test_no_fact_row_can_be_changed_or_removed(app: Flask) -> None:
    """Every guarded table, with a row in it, against every way that the engine has to change or remove one."""
    got_through: list[str] = []
    with app.app_context(), db.engine.connect() as connection:
        for table in guarded_tables(Base.metadata):
            with _one_row(connection, table):
                got_through += [
                    f"{table.name}: {attempt}"
                    for attempt in _attempts(table, connection.dialect.name)
                    if not _is_refused(connection, attempt)
                ]
    assert not got_through


def test_without_its_guards_a_table_could_be_changed(app: Flask) -> None:
    """The control: what refuses above is the guard, and nothing else."""
    table = guarded_tables(Base.metadata)[0]
    with app.app_context(), db.engine.connect() as connection:
        for statement in drops(table, connection.dialect.name):
            connection.exec_driver_sql(statement)
        connection.commit()
        with _one_row(connection, table):
            assert not any(_is_refused(connection, attempt) for attempt in _attempts(table, connection.dialect.name))


def test_erasing_may_blank_a_text_and_nothing_else(app: Flask) -> None:
    with app.app_context(), db.engine.connect() as connection:
        for table in guarded_tables(Base.metadata):
            for name in table.info.get("erasable", ()):
                with _one_row(connection, table):
                    assert _is_refused(connection, f"UPDATE {table.name} SET {name} = 'other words'")
                    assert not _is_refused(connection, f"UPDATE {table.name} SET {name} = NULL")


@contextmanager
def _one_row(connection: Connection, table: Table) -> Iterator[None]:
    """A row of made-up values, without its parents and outside every check; gone afterwards."""
    with connection.begin() as transaction:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA ignore_check_constraints=ON")
            connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
            connection.exec_driver_sql("PRAGMA recursive_triggers=OFF")  # as any other program would open the file
        else:
            for check in inspect(connection).get_check_constraints(table.name):
                connection.exec_driver_sql(f"ALTER TABLE {table.name} DROP CONSTRAINT {check['name']}")
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        plain = Table(table.name, Base.metadata.__class__(), *(Column(c.name, c.type) for c in table.columns))
        values = {c.name: 1 if c.primary_key else _made_up(c) for c in table.columns if c.name != "supersedes_id"}
        connection.execute(insert(plain).values(values))
        if connection.dialect.name != "sqlite":
            connection.exec_driver_sql("SET LOCAL session_replication_role = origin")
        yield
        transaction.rollback()


def _made_up(column: Column[Any]) -> object:
    """A value that fits the column's type."""
    kind = getattr(column.type, "impl", column.type)
    for fits, value in ((Boolean, True), (DateTime, now()), (Date, date(2026, 1, 1)), (Integer, 1)):
        if isinstance(kind, fits):
            return value
    enums = getattr(column.type, "enum_class", None)
    return next(iter(enums)) if enums else "x" * 3


def _attempts(table: Table, dialect: str) -> list[str]:
    name, columns = table.name, [column.name for column in table.columns]
    erasable = table.info.get("erasable", ())
    key = next(iter(table.primary_key.columns)).name
    listed = ", ".join(columns)
    updates = [f"UPDATE {name} SET {column} = {column}" for column in columns[:1] if column not in erasable]
    again = f"INSERT INTO {name} ({listed}) SELECT {listed} FROM {name} WHERE 1 = 1"
    upsert = f"{again} ON CONFLICT ({key}) DO UPDATE SET {key} = 2"
    common = [*updates, f"UPDATE {name} SET {key} = {key} + 1", f"DELETE FROM {name}", upsert]
    if dialect == "sqlite":
        return [
            *common,
            f"INSERT OR REPLACE INTO {name} ({listed}) SELECT {listed} FROM {name}",
            f"UPDATE OR REPLACE {name} SET {key} = {key}",
        ]
    return [*common, f"TRUNCATE {name} CASCADE"]


def _is_refused(connection: Connection, attempt: str) -> bool:
    try:
        with connection.begin_nested():
            connection.exec_driver_sql(attempt)
    except DBAPIError as error:
        if REFUSAL not in str(error.orig):
            raise
        return True
    return False
