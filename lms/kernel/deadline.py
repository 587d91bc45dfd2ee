"""How long a request may take. Threads cannot be stopped from outside, so what waits or works long asks in between.

Asked by: every SQL statement before it is sent, SQLite while one runs, and whoever waits for the write lock.
PostgreSQL ends a statement by itself (SECONDS_OF_POSTGRESQL); where it says nothing at all any more, a watch breaks the
line at the deadline.
"""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy import Connection, Engine, Pool, event
from sqlalchemy.exc import DisconnectionError

from lms.kernel.errors import Problem
from lms.kernel.text import N_

SECONDS = 8.0  # the answer is out within 10
SECONDS_OF_AN_EXPORT = 60.0
SECONDS_OF_POSTGRESQL = {"statement_timeout": 5.0, "lock_timeout": 3.0, "idle_in_transaction_session_timeout": 15.0}
EMPTY_QUERY = 0  # libpq's PGRES_EMPTY_QUERY: what a living server answers to nothing
GRACE = 1.0  # for the rollback of who noticed by itself
STEPS_BETWEEN = 20_000  # SQLite's virtual machine does about that many in a millisecond

_until: ContextVar[float | None] = ContextVar("until", default=None)


class TooLate(Problem):
    """The deadline has passed; what was begun is rolled back. 503."""

    status = 503
    title = N_("This takes too long right now")

    def __init__(self) -> None:
        super().__init__(N_("Nothing was changed. Please try again in a minute."))


def begin(seconds: float | None = None) -> None:
    """From now on this request has `seconds`, SECONDS if None; call it again to allow more."""
    _until.set(time.monotonic() + (SECONDS if seconds is None else seconds))


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


class _Watch:
    """Breaks the lines to PostgreSQL that are in use past their request's deadline."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lines: dict[int, tuple[float, int]] = {}
        self._thread: threading.Thread | None = None

    def begin(self, line: Any) -> None:
        """`line` is in use by a request."""
        until = _until.get()
        if until is None:
            return
        with self._lock:
            self._lines[id(line)] = until + GRACE, line.fileno()
            if self._thread is None or not self._thread.is_alive():  # also after a fork, which takes no threads along
                self._thread = threading.Thread(target=self._run, name="deadlines", daemon=True)
                self._thread.start()

    def end(self, line: Any) -> None:
        """`line` is not in use any more; call it before the line is closed."""
        with self._lock:
            self._lines.pop(id(line), None)

    def _run(self) -> None:
        while True:
            time.sleep(0.25)
            with self._lock:
                late = [key for key, (until, _) in self._lines.items() if time.monotonic() > until]
                for key in late:
                    _break(self._lines.pop(key)[1])


def _break(descriptor: int) -> None:
    with socket.socket(fileno=os.dup(descriptor)) as line:
        try:
            line.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # it is broken already


_watch = _Watch()


@event.listens_for(Pool, "checkout")
def _taken(dbapi_connection: Any, _record: object, _proxy: object) -> None:
    """Watched from here on. Also asks whether the server is still there, so that a stale line is replaced."""
    if not hasattr(dbapi_connection, "pgconn"):
        return
    _watch.begin(dbapi_connection)
    if dbapi_connection.pgconn.exec_(b"").status != EMPTY_QUERY:
        _watch.end(dbapi_connection)
        check()
        raise DisconnectionError("the server closed this line")


@event.listens_for(Pool, "checkin")
@event.listens_for(Pool, "close")
@event.listens_for(Pool, "invalidate")
def _given_back(dbapi_connection: Any, *_: object) -> None:
    if dbapi_connection is not None:
        _watch.end(dbapi_connection)
