"""The application on a fresh database, a client for it, and the same application served for a browser."""

import html
import os
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import Context
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pytest
import time_machine
from flask import Flask, has_request_context
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session, scoped_session
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from benchmarks.server import free_port
from lms.app import create_app
from lms.config import Settings
from lms.hub.enrollment.models import Enrollment
from lms.kernel import clock
from lms.kernel import side as beside
from lms.kernel.db import Base, is_writing, session, transaction
from lms.kernel.db import db as database
from lms.kernel.side import FolderSide
from lms.kernel.storage import FolderStorage, Source, Stored, storage
from lms.people.access import Actor
from lms.people.accounts.models import Person
from lms.people.accounts.services import open_session
from lms.people.scope import unscoped
from lms.signin import actor_for
from tests.support import cast, run
from tests.support.databases import SqliteDatabase, database_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MakeApp = Callable[..., Flask]

M = TypeVar("M", bound=Base)
NOW = datetime(2026, 10, 28, 14, tzinfo=UTC)  # 10:00 in Lowell


class Visitor(FlaskClient):
    """A client whose requests know nothing of the test's own application context, as a real browser's."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        return Context().run(super().open, *args, **kwargs)


def long_after() -> datetime:
    """Half a year after the world's moment and after this machine's: its disk writes the real time beside a file."""
    return max(clock.now(), time_machine.escape_hatch.datetime.datetime.now(UTC)) + timedelta(days=200)


def words(answer: TestResponse | str) -> str:
    """What a reader sees of a page: its markup holds random secrets, in which any short word may stand by chance."""
    markup = answer if isinstance(answer, str) else answer.text
    return html.unescape(re.sub(r"<(script|style)\b.*?</\1>|<[^>]*>", " ", markup, flags=re.DOTALL))


def with_form_token(client: FlaskClient) -> FlaskClient:
    """`client`, sending the token that every form of the product holds."""
    with client.session_transaction() as cookie:
        cookie["csrf_token"] = "of-the-test"
    signer = URLSafeTimedSerializer(client.application.secret_key, salt="wtf-csrf-token")  # as Flask-WTF signs it
    client.environ_base["HTTP_X_CSRFTOKEN"] = signer.dumps("of-the-test")
    return client


class World:
    """The cast by name: who they are as actors, their rows, and their browsers.

    Rows may be read in and out of a transaction; commands need `with transaction():` around them.
    """

    def __init__(self, app: Flask) -> None:
        self.app = app

    def person(self, name: str) -> Person:
        """The row of a member of the cast."""
        return self.one(Person, email=cast.email_of(name))

    def actor(self, name: str, via: str = "web") -> Actor:
        """A member of the cast with a fresh sign-in."""
        with _reading():
            return actor_for(self.person(name), via, "test", fresh_until=clock.now() + timedelta(minutes=15))

    def enrollment(self, name: str) -> Enrollment:
        """The enrollment of a student of the cast."""
        return self.one(Enrollment, person_id=self.person(name).id)

    def one(self, model: type[M], **values: Any) -> M:
        """The one row of `model` with these values."""
        (row,) = self.all(model, **values)
        return row

    def all(self, model: type[M], **values: Any) -> list[M]:
        """Every row of `model` with these values, oldest first."""
        nothing = frozenset(name for name, value in values.items() if value is None)
        with _reading():
            return list(session.scalars(_rows(model, frozenset(values), nothing), values))

    def visitor(self) -> FlaskClient:
        """Somebody who is not signed in."""
        return Visitor(self.app, self.app.response_class)

    def browser_of(self, name: str) -> FlaskClient:
        """A client that has signed in as a member of the cast; it sends the token that its forms would hold."""
        with transaction():
            _, secret = open_session(self.person(name), clock.now(), "test")
        client = with_form_token(self.visitor())
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = secret, True
        return client


@cache
def _rows(model: type[M], names: frozenset[str], nothing: frozenset[str]) -> Select[tuple[M]]:
    """The rows with such values, None for those in `nothing`. Kept: to build it takes longer than to ask it."""
    found = select(model).order_by(model.id)  # type: ignore[attr-defined]
    for name in sorted(names):
        column = getattr(model, name)
        found = found.where(column.is_(None) if name in nothing else column == bindparam(name))
    return unscoped(found, "test")


@contextmanager
def _reading() -> Iterator[None]:
    """Reads outside of a transaction leave none open behind them."""
    nested = session().in_transaction()
    yield
    if not nested:
        session.commit()


class Gate:
    """Who is being answered by a served application: between two tests it waits for them and lets nobody in.

    A browser that is closed hangs up, but its last requests are still answered; one of them with an open connection
    while the SQLite file is replaced would take the new file's log away.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._inside = 0
        self._is_open = True

    @contextmanager
    def passing(self) -> Iterator[bool]:
        """True inside of the block if the gate let the request in."""
        with self._changed:
            let_in = self._is_open
            self._inside += let_in
        try:
            yield let_in
        finally:
            with self._changed:
                self._inside -= let_in
                self._changed.notify_all()

    @contextmanager
    def shut(self) -> Iterator[None]:
        """Nobody is inside of the block but who holds it."""
        with self._changed:
            self._is_open = False
            assert self._changed.wait_for(lambda: not self._inside, timeout=60), "a request never ends"
        yield
        with self._changed:
            self._is_open = True


class Patient(FolderStorage):
    """The folder of files. Storing 100 MB takes seconds, so no request may do it while it holds the only writer."""

    def put(self, source: Source, limit: int) -> Stored:
        assert not (has_request_context() and is_writing()), "store it in requires(prepare=...)"
        return super().put(source, limit)


class PatientSide(FolderSide):
    """The files beside it, with the same promise."""

    def put(self, name: str, data: bytes) -> None:
        assert not (has_request_context() and is_writing()), "store it in requires(prepare=...)"
        super().put(name, data)


beside.FolderSide = PatientSide  # type: ignore[misc]
_gate = Gate()
_apps: dict[str, Flask] = {}
_files: dict[str, Path] = {}
_pools: dict[str, int] = {}  # which making of the database an application's connections lead to
_served: dict[str, str] = {}


def _settings(engine: str, **changed: object) -> Settings:
    process = os.environ.get("PYTEST_XDIST_WORKER", "main")
    values: dict[str, object] = {
        "database_url": database_of(engine).url,
        "data_dir": run.folder() / f"data-{process}",
        "public_url": f"http://127.0.0.1:{free_port()}",
        "scheduler": False,
    }
    return Settings(_env_file=None, **{**values, **changed})  # type: ignore[arg-type]


def _let_go(app: Flask) -> None:
    """Close every connection of `app`'s pool, so that its database can be replaced."""
    with app.app_context():
        session.remove()
        database.engine.dispose()


def _let_rest(app: Flask) -> None:
    """Between two tests: its idle connections are kept, which know the tables by now."""
    with app.app_context():
        session.remove()


@pytest.fixture
def app(request: pytest.FixtureRequest, engine: str) -> Iterator[Flask]:
    """The application on an empty database and without files, on each engine; made once a process."""
    if engine not in _apps:
        _apps[engine] = create_app(_settings(engine))
        with _apps[engine].app_context():
            kept = storage()
            if isinstance(own := database_of(engine), SqliteDatabase):
                own.kept = database.engine
        assert isinstance(kept, FolderStorage)
        _apps[engine].extensions["lms_storage"] = Patient(kept.folder)
        _files[engine] = kept.folder
    made = _apps[engine]
    fresh = database_of(engine)
    with _gate.shut():
        _let_rest(made)  # a browser's last request may have come after the last test
        fresh.renew("cast" if "world" in request.fixturenames else "empty")
        shutil.rmtree(_files[engine], ignore_errors=True)  # else a sweep would find what an earlier test left
    if fresh.made != _pools.get(engine):  # its kept connections lead nowhere
        _let_go(made)
        _pools[engine] = fresh.made
    yield made
    with _gate.shut():
        _let_rest(made)


@pytest.fixture
def make_app(engine: str) -> Iterator[MakeApp]:
    """`make_app(smtp_url=...)`: an application of its own with other settings, on an empty database."""
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
def world(app: Flask) -> Iterator["World"]:
    """The named cast in their small program, inside an application context, on Wednesday of cohort week 8."""
    with time_machine.travel(NOW, tick=False), app.app_context():
        yield World(app)
        session.rollback()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor who is not signed in."""
    return app.test_client()


@pytest.fixture
def live_url(app: Flask, engine: str) -> str:
    """Where the application answers a real browser; it serves from a thread of this process."""
    if engine not in _served:
        address = app.config["LMS"].public_url
        server = make_server("127.0.0.1", int(address.rsplit(":", 1)[1]), _whole(app), threaded=True)
        server.log = lambda *_: None  # type: ignore[method-assign]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        _served[engine] = address
    return _served[engine]


def _whole(app: Flask) -> "WSGIApplication":
    """Gives each answer in one piece and closes its file: the test server does not, where a browser hangs up early."""

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> list[bytes]:
        with _gate.passing() as let_in:
            if not let_in:
                start_response("503 Service Unavailable", [("Content-Type", "text/plain")])
                return [b"between two tests"]
            given = app(environ, start_response)
            try:
                return list(given)
            finally:
                getattr(given, "close", lambda: None)()

    return answer
