"""The application on a fresh database, a client for it, and the same application served for a browser."""

import os
import socket
import threading
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session
from werkzeug.serving import make_server

from lms.app import create_app
from lms.config import Settings
from lms.kernel.db import db as database
from lms.kernel.db import session
from tests.support import run
from tests.support.databases import database_of

MakeApp = Callable[..., Flask]

_apps: dict[str, Flask] = {}
_served: dict[str, str] = {}


def _settings(engine: str, **changed: object) -> Settings:
    process = os.environ.get("PYTEST_XDIST_WORKER", "main")
    values = {
        "database_url": database_of(engine).url,
        "data_dir": run.folder() / f"data-{process}",
        "public_url": f"http://127.0.0.1:{_free_port()}",
        "scheduler": False,
    }
    return Settings(_env_file=None, **{**values, **changed})  # type: ignore[arg-type]


def _let_go(app: Flask) -> None:
    """Close every connection of `app`'s pool, so that its database can be replaced."""
    with app.app_context():
        session.remove()
        database.engine.dispose()


@pytest.fixture
def app(engine: str) -> Iterator[Flask]:
    """The application on an empty database, on each engine. Made once a process; only the database is fresh."""
    if engine not in _apps:
        _apps[engine] = create_app(_settings(engine))
    made = _apps[engine]
    database_of(engine).reset("empty")
    yield made
    _let_go(made)


@pytest.fixture
def make_app(engine: str) -> Iterator[MakeApp]:
    """`make_app(smtp_url=..., max_upload_mb=1)`: an application of its own with other settings, on an empty database."""
    made: list[Flask] = []
    database_of(engine).reset("empty")

    def make(**changed: object) -> Flask:
        made.append(create_app(_settings(engine, **changed)))
        return made[-1]

    yield make
    for app in made:
        _let_go(app)


@pytest.fixture
def db(app: Flask) -> Iterator[scoped_session[Session]]:
    """The session, inside an application context. Open `transaction(write=True)` around what writes."""
    with app.app_context():
        yield session
        session.rollback()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor who is not signed in."""
    return app.test_client()


@pytest.fixture
def live_url(app: Flask, engine: str) -> str:
    """Where the application answers a real browser; it serves from a thread of this process."""
    if engine not in _served:
        address = app.extensions["settings"].public_url
        server = make_server("127.0.0.1", int(address.rsplit(":", 1)[1]), app, threaded=True)
        server.log = lambda *_: None  # type: ignore[method-assign]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        _served[engine] = address
    return _served[engine]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
