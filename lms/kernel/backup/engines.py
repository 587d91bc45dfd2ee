"""Copying a whole database out and in: SQLite by its backup interface, PostgreSQL by pg_dump and pg_restore."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, inspect, make_url

from lms.kernel.backup.manifest import BadBackup
from lms.kernel.bulk import look_at_sizes
from lms.kernel.disk import make_folder, sync

T = TypeVar("T")
Read = Callable[[Connection], T]


def dump(engine: Engine, target: Path, programs: str, read: Read[T]) -> T:
    """Copy the database into the file `target`; gives what `read` finds in exactly the state that was copied."""
    if engine.dialect.name == "sqlite":
        return _dump_sqlite(engine, target, read)
    return _dump_postgresql(engine, target, programs, read)


def load(source: Path, url: str, programs: str) -> None:
    """Fill the empty database `url` from a copy. Raises BadBackup if it cannot be read, or if `url` is not empty."""
    if make_url(url).get_backend_name() == "sqlite":
        path = Path(make_url(url).database or "")
        if path.exists():
            raise BadBackup(f"{path} exists; move it away first")
        make_folder(path.parent)
        shutil.copyfile(source, path)
        sync(path)
        sync(path.parent)
        return
    if _tables(url):
        raise BadBackup("the database is not empty; create a new one and name it in LMS_DATABASE_URL")
    arguments = ["--no-owner", "--exit-on-error", "--single-transaction", str(source)]
    _run("pg_restore", programs, make_url(url), arguments)
    engine = create_engine(url)
    with engine.begin() as connection:
        look_at_sizes(connection)
    engine.dispose()


def _dump_sqlite(engine: Engine, target: Path, read: Read[T]) -> T:
    with engine.connect() as connection:
        source: Any = connection.connection.driver_connection
        made: Any = engine.dialect.loaded_dbapi.connect(str(target))
        try:
            source.backup(made)  # one step: a snapshot, and writers go on beside it
        finally:
            made.close()
    copy = create_engine(f"sqlite:///{target}", module=engine.dialect.dbapi)
    try:
        with copy.connect() as connection:
            return read(connection)
    finally:
        copy.dispose()
        for rest in ("-wal", "-shm"):
            Path(f"{target}{rest}").unlink(missing_ok=True)


def _dump_postgresql(engine: Engine, target: Path, programs: str, read: Read[T]) -> T:
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        snapshot = connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one()
        arguments = ["--format=custom", "--no-owner", f"--snapshot={snapshot}", f"--file={target}"]
        _run("pg_dump", programs, engine.url, arguments)
        found = read(connection)
        connection.rollback()
    return found


def _tables(url: str) -> list[str]:
    engine = create_engine(url)
    try:
        return inspect(engine).get_table_names()
    finally:
        engine.dispose()


def _run(name: str, programs: str, url: URL, arguments: list[str]) -> None:
    """One of PostgreSQL's programs on the database `url`. The password goes through the environment, not the list."""
    path = shutil.which(name, path=programs or None)
    if path is None:
        raise BadBackup(f"{name} was not found; install PostgreSQL's client, or set LMS_PG_BIN to its folder")
    address = url.set(drivername="postgresql", password=None).render_as_string()
    environment = {**os.environ, "PGCONNECT_TIMEOUT": "10"}
    if url.password:
        environment["PGPASSWORD"] = str(url.password)
    done = subprocess.run(  # noqa: S603 - our own arguments
        [path, f"--dbname={address}", *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise BadBackup(f"{name}: {done.stderr.strip()[-500:]}")
