"""Whether a backup can be trusted: by its hashes alone, and by really restoring it into a scratch place."""

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from alembic.runtime.migration import MigrationContext
from flask import Flask, current_app
from sqlalchemy import make_url

from lms.kernel.backup import engines, manifest
from lms.kernel.backup.make import POOL, source_of
from lms.kernel.backup.manifest import DATABASE, BadBackup, Manifest
from lms.kernel.db import db, session, transaction
from lms.kernel.storage import FolderStorage, is_whole, named_files, storage
from lms.kernel.verification import differences


def faults_of(backup: Path) -> Iterator[str]:
    """What is wrong with the backup's bytes: the database's hash, every file. Raises BadBackup if the seal is."""
    found = manifest.read(backup)
    if manifest.sha256_of(backup / DATABASE) != found.database_sha256:
        yield "the database was changed"
    pool = FolderStorage(backup.parent / POOL)
    for sha256 in found.files:
        if not is_whole(pool, sha256):
            yield f"file {sha256} is missing or was changed"


def restore(backup: Path) -> None:
    """Put a backup whose bytes are good into the empty database and the store of the settings. Raises BadBackup."""
    faults = list(faults_of(backup))
    if faults:
        raise BadBackup("; ".join(faults[:5]))
    settings, pool = current_app.config["LMS"], FolderStorage(backup.parent / POOL)
    session.remove()
    db.engine.dispose()
    engines.load(backup / DATABASE, settings.url, settings.pg_bin)
    for sha256 in manifest.read(backup).files:
        storage().put(source_of(pool, sha256), 2**62)


def rehearse(backup: Path) -> Iterator[str]:
    """Restore the backup into a scratch place, look at all of it there, and leave nothing. Yields what is wrong."""
    faults = list(faults_of(backup))
    if faults:
        yield from faults
        return
    with _scratch() as app, app.app_context():
        restore(backup)
        try:
            yield from faults_of_restored(manifest.read(backup))
        finally:
            session.remove()
            db.engine.dispose()


def faults_of_restored(expected: Manifest) -> Iterator[str]:
    """What is wrong with the database and files of the running application, measured by a manifest."""
    with transaction(write=False):
        connection = session.connection()
        yield from faults_of_engine()
        revision = MigrationContext.configure(connection).get_current_revision()
        if revision != expected.revision:
            yield f"the schema is at {revision}, the manifest says {expected.revision}"
        for table, rows in manifest.count_rows(connection).items():
            if rows != expected.tables.get(table):
                yield f"{table} has {rows} rows, the manifest says {expected.tables.get(table)}"
        if manifest.read_chains(connection) != expected.chains:
            yield "the heads of the chains are not those of the manifest"
        yield from (f"{name}: {sentence}" for name, sentence in differences())
        for sha256 in sorted(set(named_files()) - set(expected.files)):
            yield f"file {sha256} is named by a row but not in the backup"


def faults_of_engine() -> Iterator[str]:
    """What SQLite itself finds wrong with its file; PostgreSQL checks its pages as it reads them."""
    if db.engine.dialect.name != "sqlite":
        return
    connection = session.connection()
    for (said,) in connection.exec_driver_sql("PRAGMA integrity_check"):
        if said != "ok":
            yield f"SQLite: {said}"
    for row in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        yield f"SQLite: {row[0]} row {row[1]} points nowhere"


@contextmanager
def _scratch() -> Iterator[Flask]:
    """The application on a new, empty database and folder, gone afterwards."""
    settings: Any = current_app.config["LMS"]
    with tempfile.TemporaryDirectory(prefix="lms-restore-") as name:
        folder = Path(name)
        changed = {"data_dir": folder, "storage_url": "", "scheduler": False, "chain_key": _own_chain_key()}
        if settings.is_sqlite:
            yield _make(
                settings.model_copy(update={**changed, "database_url": f"sqlite:///{folder / 'scratch.sqlite'}"})
            )
            return
        database = f"lms_restore_{secrets.token_hex(6)}"
        with _server(settings.url) as server:
            server.execute(f"CREATE DATABASE {database}")
            try:
                url = make_url(settings.url).set(database=database).render_as_string(hide_password=False)
                yield _make(settings.model_copy(update={**changed, "database_url": url}))
            finally:
                server.execute(f"DROP DATABASE {database} WITH (FORCE)")


def _make(settings: Any) -> Flask:
    made: Flask = current_app.extensions["lms_factory"](settings)
    return made


def _own_chain_key() -> Any:
    return type(current_app.config["LMS"].chain_key)(current_app.config["LMS_CHAIN_KEY"])


@contextmanager
def _server(url: str) -> Iterator[Any]:
    """A connection outside of every transaction, for CREATE DATABASE."""
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        yield connection
