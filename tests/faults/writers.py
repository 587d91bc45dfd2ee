"""Clients that write without pause and remember what was acknowledged."""

import http.client
import secrets
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import select

from benchmarks.actions import be, token_of
from benchmarks.client import Client
from lms.kernel.audit import AuditEntry
from lms.kernel.db import session
from tests.support import cast
from tests.support.patience import SECONDS


class Writers:
    """`sent`: the ids of all writes; `acknowledged`: those that were answered. An id is the request's, which the audit
    entry of its transaction keeps."""

    def __init__(self, url: str, number: int) -> None:
        self.sent: list[str] = []
        self.acknowledged: list[str] = []
        self.failures: list[str] = []
        self._stop = threading.Event()
        self._visitors = [Client(url, SECONDS, again=True) for _ in range(number)]
        self._threads = [threading.Thread(target=self._write, args=(visitor,)) for visitor in self._visitors]

    def _write(self, visitor: Client) -> None:
        try:
            self._write_on(visitor)
        except (OSError, http.client.HTTPException) as error:  # it was killed, perhaps before they had signed in
            self.failures.append(type(error).__name__)

    def _write_on(self, visitor: Client) -> None:
        be(visitor, cast.email_of("Ada"))
        fields = {"csrf_token": token_of(visitor, "/profile"), "language": "en", "zone": "America/New_York"}
        while not self._stop.is_set():
            name = secrets.token_hex(16)
            self.sent.append(name)
            answer = visitor.post("/profile/preferences", fields, {"X-Request-ID": name})
            if answer.status == 303:
                self.acknowledged.append(name)
            else:
                self.failures.append(str(answer.status))

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(SECONDS)
        for visitor in self._visitors:
            visitor.close()


@contextmanager
def writing(url: str, number: int = 4) -> Iterator[Writers]:
    """Writers at work inside the block."""
    writers = Writers(url, number)
    writers.start()
    try:
        yield writers
    finally:
        writers.stop()


def times_done(names: list[str]) -> Counter[str]:
    """How often each write stands in the database. Needs a reading transaction."""
    found: Counter[str] = Counter()
    for start in range(0, len(names), 500):
        part = select(AuditEntry.request_id).where(
            AuditEntry.request_id.in_(names[start : start + 500]), AuditEntry.action == "account:own"
        )
        found.update(session.scalars(part))
    return found
