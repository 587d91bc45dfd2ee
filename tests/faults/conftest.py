"""The product as a process of its own, to be killed."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from benchmarks.server import Served
from tests.support import run
from tests.support.databases import database_of

Serve = Callable[..., Served]


@pytest.fixture
def serve(engine: str, tmp_path: Path) -> Iterator[Serve]:
    """`serve(target, LMS_X="...")` starts gunicorn on a database with the cast; killed at the end.

    under: what runs it, as a tracer does.
    """
    database_of(engine).reset("cast")
    started: list[Served] = []
    common = {
        "LMS_DATABASE_URL": database_of(engine).url,
        "LMS_DATA_DIR": str(tmp_path / "data"),
        "LMS_SCHEDULER": "false",
        "WEB_CONCURRENCY": "2",
        run.FOLDER: str(run.folder()),
    }

    def start(target: str = "wsgi:app", under: Sequence[str] = (), **settings: str) -> Served:
        server = Served(target, {**common, **settings}, tmp_path / "server.log", under)
        started.append(server)
        return server.start()

    yield start
    for server in started:
        if server.process is not None and server.process.poll() is None:
            server.kill()
