"""How long a request may take. Threads cannot be stopped from outside, so what waits or works long asks in between.

Asked by: every SQL statement before it is sent, SQLite while one runs, and whoever waits for the write lock. PostgreSQL
ends a statement by itself after 5 s.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy import Connection, Engine, event

from lms.kernel.errors import Problem
from lms.kernel.text import N_

SECONDS = 10.0
SECONDS_OF_AN_EXPORT = 60.0
STEPS_BETWEEN = 20_000  # SQLite's virtual machine does about that many in a millisecond

_until: ContextVar[float | None] = ContextVar("until", default=None)


class TooLate(Problem):
    """The deadline has passed; what was begun is rolled back. 503."""

    status = 503
    title = N_("This takes too long right now")

    def __init__(self) -> None:
        super().__init__(N_("Nothing was changed. Please try again in a minute."))


def begin(seconds: float = SECONDS) -> None:
    """From now on this request has `seconds`; call it again to allow more."""
    _until.set(time.monotonic() + seconds)


def end() -> None:
    """The request is answered."""
    _until.set(None)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """What happens inside has `seconds`."""
    token = _until.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _until.reset(token)


def left() -> float | None:
    """Seconds that remain, not below 0; None if there is no deadline, as for jobs and the command line."""
    until = _until.get()
    return None if until is None else max(0.0, until - time.monotonic())


def check() -> None:
    """Raises TooLate after the deadline."""
    if left() == 0.0:
        raise TooLate()


def watch(dbapi_connection: Any) -> None:
    """Let SQLite break off a statement that is still running at the deadline."""
    dbapi_connection.set_progress_handler(lambda: left() == 0.0, STEPS_BETWEEN)


@event.listens_for(Engine, "before_cursor_execute")
def _before_statement(_connection: Connection, _cursor: Any, statement: str, *_rest: Any) -> None:
    if _until.get() is not None and not statement.startswith(("ROLLBACK", "RELEASE")):
        check()
