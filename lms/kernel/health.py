"""Whether this process can do its work: the checks behind `/readyz`, `/metrics` and `flask doctor`."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any

from flask import current_app

from lms.kernel import clock, lease, outbox
from lms.kernel.db import session

LEAST_FREE = 500 * 1024 * 1024
OLDEST_BEAT = timedelta(seconds=180)
OLDEST_MAIL = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. detail: for the operator, never for the public."""

    name: str
    is_good: bool
    detail: str


def checks() -> Iterator[Check]:
    """Every check. Needs a writing transaction; a database that is away raises what SQLAlchemy raises."""
    settings: Any = current_app.config["LMS"]
    yield _database()
    yield _schema()
    yield _disk(settings)
    yield _scheduler()
    if settings.smtp_url:
        yield _mail()


def _database() -> Check:
    """A row is really written: a full or read-only disk still reads."""
    lease.hold("write-probe", f"{os.getpid()}", timedelta(0))
    return Check("database", True, session.get_bind().dialect.name)


def _schema() -> Check:
    from alembic.runtime.migration import MigrationContext  # a server that only answers does without Alembic

    found = MigrationContext.configure(session.connection()).get_current_revision()
    wanted = newest_revision()
    return Check("schema", found == wanted, f"at {found or 'nothing'}, the program wants {wanted}")


@lru_cache
def newest_revision() -> str | None:
    """The migration that the program was written for."""
    from alembic.script import ScriptDirectory

    return ScriptDirectory(current_app.config["LMS_MIGRATIONS"]).get_current_head()


def _disk(settings: Any) -> Check:
    free = shutil.disk_usage(settings.data_dir if settings.data_dir.exists() else ".").free
    return Check("disk", free > LEAST_FREE, f"{free // 1024**2} MiB free")


def _scheduler() -> Check:
    beat = lease.last_beat(lease.SCHEDULER)
    if beat is None:
        return Check("scheduler", False, "never ran")
    age = clock.now() - beat
    return Check("scheduler", age < OLDEST_BEAT, f"last sign of life {int(age.total_seconds())} s ago")


def _mail() -> Check:
    oldest = outbox.oldest_due()
    age = clock.now() - oldest if oldest else timedelta()
    return Check("mail", age < OLDEST_MAIL, f"the oldest letter has waited {int(age.total_seconds())} s")
