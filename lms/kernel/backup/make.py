"""Making a backup, and putting one back."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from alembic.runtime.migration import MigrationContext
from flask import current_app
from sqlalchemy import Connection

from lms.kernel import clock, lease
from lms.kernel.backup import engines, manifest
from lms.kernel.backup.manifest import DATABASE, BadBackup, Manifest
from lms.kernel.backup.retention import to_keep
from lms.kernel.db import db, transaction
from lms.kernel.disk import make_folder, sync
from lms.kernel.storage import FolderStorage, Source, storage

STAMP = "%Y%m%dT%H%M%SZ"
NO_LIMIT = 2**62
LONGEST = timedelta(hours=2)
POOL = "files"


class _Chunks:
    """The chunks of a stored file as something to read from."""

    def __init__(self, chunks: Any) -> None:
        self.chunks = chunks

    def read(self, size: int, /) -> bytes:
        return next(self.chunks, b"")


def make_backup(folder: Path) -> Path:
    """Back everything up into `folder`; gives the new backup's own folder. The database first, then the files.

    A file is written before the row that names it, so each row in the copied database finds its file. Until the end the
    sweep of unused files waits.
    """
    moment = clock.now()
    final = folder / moment.strftime(STAMP)
    partial = folder / f".{final.name}.partial"
    make_folder(folder)
    partial.mkdir()
    try:
        with transaction():
            lease.hold("backup", final.name, LONGEST)
        described = _write_database(partial, moment)
        manifest.write(partial, Manifest(**described, files=_write_files(folder)))
        for path in (*partial.iterdir(), partial):
            sync(path)
        partial.rename(final)
        sync(folder)  # before an older one is pruned
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    finally:
        with transaction():
            lease.release("backup", final.name)
    return final


def _write_database(partial: Path, moment: datetime) -> dict[str, Any]:
    def read(connection: Connection) -> dict[str, Any]:
        return {
            "revision": MigrationContext.configure(connection).get_current_revision(),
            "tables": manifest.count_rows(connection),
            "chains": manifest.read_chains(connection),
        }

    target = partial / DATABASE
    found = engines.dump(db.engine, target, current_app.config["LMS"].pg_bin, read)
    return {
        "format": manifest.FORMAT,
        "made_at": moment.isoformat(timespec="seconds"),
        "engine": db.engine.dialect.name,
        "database_sha256": manifest.sha256_of(target),
        **found,
    }


def _write_files(folder: Path) -> dict[str, int]:
    """Copy what the pool does not have yet."""
    pool, store = FolderStorage(folder / POOL), storage()
    make_folder(pool.folder)
    sizes = {}
    for kept in store.all():
        sizes[kept.sha256] = kept.size
        if not pool.exists(kept.sha256):
            copied = pool.put(source_of(store, kept.sha256), NO_LIMIT)
            if copied.sha256 != kept.sha256:
                raise BadBackup(f"the stored file {kept.sha256} is damaged: its bytes are {copied.sha256}")
    return sizes


def source_of(store: Any, sha256: str) -> Source:
    """A stored file as something to read from."""
    return _Chunks(store.open(sha256))


def list_backups(folder: Path) -> dict[datetime, Path]:
    """The finished backups in `folder`, oldest first."""
    found = {}
    for path in sorted(folder.glob("2*T*Z")):
        found[datetime.strptime(path.name, STAMP).replace(tzinfo=UTC)] = path
    return found


def newest_backup(folder: Path) -> Path:
    """`folder` itself if it is a backup, else the newest one in it. Raises BadBackup."""
    if (folder / manifest.NAME).exists():
        return folder
    found = list_backups(folder)
    if not found:
        raise BadBackup(f"there is no backup in {folder}")
    return found[max(found)]


def prune(folder: Path) -> list[Path]:
    """Remove backups that are kept no longer, and pool files that belong to none that is left."""
    found = list_backups(folder)
    kept = to_keep(found)
    removed = [path for at, path in found.items() if at not in kept]
    needed: set[str] = set()
    for at in kept:
        needed.update(manifest.read(found[at]).files)  # a seal that does not hold stops the pruning
    for path in removed:
        shutil.rmtree(path)
    pool = FolderStorage(folder / POOL)
    for file in list(pool.all()):
        if file.sha256 not in needed:
            pool.delete(file.sha256)
    return removed
