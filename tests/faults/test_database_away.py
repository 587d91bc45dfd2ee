"""PostgreSQL goes away in four ways. No request takes over 10 s or ends in a 500, and service comes back at once."""

import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, make_url, select

from lms.kernel import deadline
from lms.kernel.audit import AuditEntry
from lms.kernel.db import db, session, transaction
from tests.support.databases import database_of
from tests.support.patience import LIMITS
from tests.support.web import MakeApp, World, with_form_token

NAME = ".s.PGSQL.5432"


class Line:
    """Stands between the product and PostgreSQL. mode: "through", "silent" (nothing passes), or seconds of delay."""

    def __init__(self, folder: Path, server: Path) -> None:
        self.folder = folder
        self.server = server
        self.mode: str | float = "through"
        self.pairs: list[tuple[socket.socket, socket.socket]] = []
        self.listener: socket.socket | None = None

    def open(self) -> None:
        """Take calls from now on."""
        (self.folder / NAME).unlink(missing_ok=True)
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(self.folder / NAME))
        self.listener.listen(50)
        threading.Thread(target=self._serve, args=(self.listener,), daemon=True).start()

    def close(self) -> None:
        """Refuse calls."""
        assert self.listener is not None
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def cut(self) -> None:
        """Break every running call."""
        for pair in self.pairs:
            for end in pair:
                _hang_up(end)
                end.close()
        self.pairs.clear()

    def _serve(self, listener: socket.socket) -> None:
        while True:
            try:
                here, _ = listener.accept()
            except OSError:
                return
            there = socket.socket(socket.AF_UNIX)
            there.connect(str(self.server / NAME))
            self.pairs.append((here, there))
            for source, target in ((here, there), (there, here)):
                threading.Thread(target=self._pass, args=(source, target), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket) -> None:
        try:
            while data := source.recv(65536):
                while self.mode == "silent":
                    time.sleep(0.02)
                if isinstance(self.mode, float):
                    time.sleep(self.mode)
                target.sendall(data)
        except OSError:
            pass
        for end in (source, target):
            _hang_up(end)


def _hang_up(end: socket.socket) -> None:
    try:
        end.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it was


@pytest.fixture
def line(engine: str) -> Iterator[Line]:
    if engine != "postgresql":
        pytest.skip("there is no line to SQLite")
    database = database_of("postgresql")
    database.reset("cast")
    folder = Path(tempfile.mkdtemp(prefix="lms-line-", dir="/tmp"))
    made = Line(folder, Path(str(make_url(database.url).query["host"])))
    made.open()
    yield made
    made.mode = "through"
    made.cut()
    made.close()
    shutil.rmtree(folder)


@pytest.fixture
def browser(make_app: MakeApp, line: Line, engine: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[FlaskClient]:
    """Ada, signed in, on an application that reaches PostgreSQL through the line; as patient as in earnest."""
    monkeypatch.setattr(deadline, "SECONDS", 8.0)
    monkeypatch.setattr(deadline, "SECONDS_OF_POSTGRESQL", LIMITS)
    direct = make_url(database_of(engine).url)
    app = make_app(database_url=direct.set(query={"host": str(line.folder)}).render_as_string(hide_password=False))
    database_of(engine).reset("cast")
    with app.app_context():
        yield with_form_token(World(app).browser_of("Ada"))
        session.remove()
        db.engine.dispose()


pytestmark = pytest.mark.timeout(180)
LATEST = 10.0  # seconds, of which the product waits for 8; a machine with much else to do gets some more


def _save(client: FlaskClient) -> tuple[int, float]:
    began = time.monotonic()
    sent = {"language": "en", "zone": "America/New_York"}
    return client.post("/profile/preferences", data=sent).status_code, time.monotonic() - began


def _is_well_again(client: FlaskClient) -> None:
    status, seconds = _save(client)
    assert status == 303, f"{status} after {seconds:.1f} s, which is no longer than any request may wait"


def _usual(client: FlaskClient) -> float:
    """Some times what an answer takes on this machine right now, in seconds; nothing to speak of on an idle one."""
    status, seconds = _save(client)
    assert status == 303
    return 5 * seconds


def _entries() -> int:
    with transaction(write=False):
        count = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "account:own")
        return session.scalar(count) or 0


def test_a_cut_line_is_replaced_and_nobody_notices(browser: FlaskClient, line: Line) -> None:
    assert _save(browser)[0] == 303
    line.cut()
    _is_well_again(browser)


def test_a_server_that_refuses_gives_503_at_once(browser: FlaskClient, line: Line) -> None:
    busy = _usual(browser)
    line.close()
    line.cut()
    status, seconds = _save(browser)
    assert (status, seconds < LATEST + busy) == (503, True)
    line.open()
    _is_well_again(browser)
    assert _entries() == 2, "what was acknowledged, and nothing else"


def test_a_server_that_says_nothing_any_more_gives_503_within_ten_seconds(browser: FlaskClient, line: Line) -> None:
    busy = _usual(browser)
    line.mode = "silent"
    status, seconds = _save(browser)
    assert (status, seconds < LATEST + busy) == (503, True), f"{status} after {seconds:.1f} s"
    line.mode = "through"
    _is_well_again(browser)


def test_a_slow_server_is_waited_for_but_not_for_ever(browser: FlaskClient, line: Line) -> None:
    busy = _usual(browser)
    line.mode = 0.05
    assert _save(browser)[0] == 303
    line.mode = 3.0
    status, seconds = _save(browser)
    assert (status, seconds < LATEST + busy) == (503, True), f"{status} after {seconds:.1f} s"
    line.mode = "through"
    line.cut()
    _is_well_again(browser)
