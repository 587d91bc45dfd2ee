"""kill -9 of the server while files go up in parts: no part that it acknowledged is lost, and nothing is left over."""

import hashlib
import http.client
import json
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from flask import Flask

from lms.hub.coursework.models import DraftFile, PartialUpload, UploadPart
from lms.jobs.sweeps import forget_uploads
from lms.kernel.clock import now
from lms.kernel.db import db, session
from lms.kernel.side import side
from lms.kernel.storage import is_whole, storage, storage_for
from tests.api.support import token_of
from tests.faults.conftest import Serve
from tests.hub.coursework.made import plan, set_work
from tests.support.patience import SECONDS, wait_for
from tests.support.web import World

SEED = 20261125
STEP = 64 * 1024
FILES = 4


class Sender(threading.Thread):
    """One file, part after part, until it is whole or the server is gone. acknowledged: bytes the server has said."""

    def __init__(self, place: str, number: int, token: str) -> None:
        super().__init__()
        self.place, self.token, self.number = place, token, number
        self.data = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2" + random.Random(number).randbytes(24 * STEP)
        self.acknowledged = 0
        self.url = ""

    def serve_at(self, address: str) -> None:
        self.host = urlsplit(address).netloc

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, bytes, str]:
        """One call, and again while the server says that it is too busy and has changed nothing (503)."""
        until, status = time.monotonic() + SECONDS, 503
        while status == 503 and time.monotonic() < until:
            line = http.client.HTTPConnection(self.host, timeout=SECONDS)
            try:
                named = {name.replace("_", "-"): value for name, value in headers.items()}
                line.request(method, f"/api/v1{path}", body, {"Authorization": f"Bearer {self.token}", **named})
                answer = line.getresponse()
                status, said, offset = answer.status, answer.read(), answer.headers.get("Upload-Offset", "")
            finally:
                line.close()
        return status, said, offset

    def begin(self) -> None:
        about = {"name": f"{self.number}.mp4", "size": len(self.data), "client_key": str(self.number)}
        status, body, _ = self.ask("POST", self.place, json.dumps(about).encode(), Content_Type="application/json")
        assert status == 201, body
        self.url = f"/uploads/{json.loads(body)['id']}"

    def run(self) -> None:
        try:
            self.send_rest()
        except (OSError, http.client.HTTPException):
            return  # killed

    def send_rest(self, at: int | None = None) -> None:
        at = self.acknowledged if at is None else at
        while at < len(self.data):
            kind = {"Content_Type": "application/offset+octet-stream", "Upload_Offset": str(at)}
            status, body, offset = self.ask("PATCH", self.url, self.data[at : at + STEP], **kind)
            assert status == 204, body
            at = self.acknowledged = int(offset)

    def go_on(self) -> int:
        """From where the server says; gives how many bytes it had, and puts the file on the draft."""
        status, _, offset = self.ask("HEAD", self.url)
        assert status == 200, f"{self.url}: {status}"
        self.send_rest(int(offset))
        status, body, _ = self.ask("POST", f"{self.url}/file")
        assert status == 201, body
        return int(offset)


@contextmanager
def _in(app: Flask, settings: dict[str, str], data: Path) -> Iterator[World]:
    """The database and the store of the server that is served apart."""
    changed = {name.removeprefix("LMS_").lower(): value for name, value in settings.items()}
    with app.app_context():
        before = app.extensions.get("lms_storage")
        update: dict[str, Any] = {**changed, "data_dir": data}
        if "storage_secret" in update:
            from pydantic import SecretStr

            update["storage_secret"] = SecretStr(update["storage_secret"])
        app.extensions["lms_storage"] = storage_for(app.config["LMS"].model_copy(update=update))
        try:
            yield World(app)
        finally:
            app.extensions["lms_storage"] = before
            session.remove()
            db.engine.dispose()


def _settings(engine: str, request: pytest.FixtureRequest) -> dict[str, str]:
    """SQLite with the folder, PostgreSQL with a bucket."""
    if engine == "sqlite":
        return {}
    bucket = request.getfixturevalue("bucket")
    return {
        "LMS_STORAGE_URL": f"s3://{bucket.name}/files",
        "LMS_STORAGE_ENDPOINT": bucket.endpoint,
        "LMS_STORAGE_KEY": bucket.access_key,
        "LMS_STORAGE_SECRET": bucket.secret_key,
    }


def _kill_in_between(app: Flask, serve: Serve, settings: dict[str, str], data: Path, **more: str) -> list[Sender]:
    server = serve(more.pop("target", "wsgi:app"), **settings, **more)
    with _in(app, settings, data) as world:
        (activity,) = set_work(world, plan("PC-K1", week=40))
        place = f"/enrollments/{world.enrollment('Ada').public_id}/activities/{activity.public_id}/uploads"
        token = token_of(world, "Ada")[1]
    senders = [Sender(place, number, token) for number in range(FILES)]
    for sender in senders:
        sender.serve_at(server.url)
        sender.begin()
    for sender in senders:
        sender.start()
    wait_for(lambda: sum(sender.acknowledged for sender in senders) >= 10 * STEP, "ten parts were not acknowledged")
    time.sleep(random.Random(SEED).random() * 0.2)
    server.kill()
    for sender in senders:
        sender.join()
    again = serve("wsgi:app", **settings)
    for sender in senders:
        sender.serve_at(again.url)
    return senders


@pytest.mark.timeout(300)
def test_a_killed_server_loses_no_part_that_it_acknowledged_and_leaves_nothing_over(
    app: Flask, serve: Serve, engine: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    settings, data = _settings(engine, request), tmp_path / "data"
    senders = _kill_in_between(app, serve, settings, data)
    assert any(0 < sender.acknowledged < len(sender.data) for sender in senders), "it was killed in between"
    for sender in senders:
        acknowledged = sender.acknowledged
        assert sender.go_on() >= acknowledged
    with _in(app, settings, data) as world:
        assert {file.name for file in world.all(DraftFile)} == {f"{number}.mp4" for number in range(FILES)}
        for sender in senders:
            assert is_whole(storage(), hashlib.sha256(sender.data).hexdigest())
        assert world.all(PartialUpload) == world.all(UploadPart) == []
        assert list(side().all("parts"))
        with time_machine.travel(now() + timedelta(hours=2), tick=False):
            forget_uploads(app.config["LMS"])
        assert list(side().all("parts")) == []


@pytest.mark.one_engine
@pytest.mark.timeout(300)
def test_a_server_that_keeps_parts_in_memory_is_found_out(app: Flask, serve: Serve, tmp_path: Path) -> None:
    senders = _kill_in_between(
        app, serve, {}, tmp_path / "data", target="tests.faults.planted:app", PLANTED="parts-in-memory"
    )

    def go_on() -> None:
        for sender in senders:
            sender.go_on()

    with pytest.raises(AssertionError, match="not there any more"):
        go_on()
