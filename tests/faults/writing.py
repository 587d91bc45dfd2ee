"""Clients that log hours, give points and send files in parts, each write under a name by which the trace knows it."""

import hashlib
import json
import secrets
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.client import HTTPException
from random import Random
from uuid import uuid4

from flask import Flask

from benchmarks.actions import be
from benchmarks.client import Answer, Client
from lms.hub.catalog.models import Unit
from lms.kernel import clock
from lms.kernel.db import db, session
from tests.api.support import token_of
from tests.hub.coursework.made import plan, set_work
from tests.support import cast
from tests.support.patience import SECONDS
from tests.support.web import NOW, World

HEAD = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2"  # of a video, which may be anything after it
PART_BYTES = 5000
FILES_A_DRAFT = 15


@dataclass(frozen=True, slots=True)
class Hours:
    """Minutes logged under `key`."""

    key: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Points:
    """The score `number`, in points."""

    number: int
    points: int


@dataclass(frozen=True, slots=True)
class Sent:
    """A file, of which `arrived` bytes have been sent. is_whole: it is put on the draft."""

    name: str
    data: bytes
    upload: str
    arrived: int
    is_whole: bool = False

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


Deed = Hours | Points | Sent


@dataclass(frozen=True, slots=True)
class Places:
    """Addresses of the test's program. work: a student's activities, for their files."""

    unit: str
    grading: str
    enrollment: str
    work: tuple[str, ...]
    token: str


def set_up(app: Flask) -> Places:
    """Work of the cast to hand in and to grade."""
    with app.app_context(), clock.at(NOW):
        world = World(app)
        graded, *work = set_work(world, *(plan(f"PC-P{number}", week=30) for number in range(9)))
        enrollment = world.enrollment("Ada").public_id
        grading = f"/instructor/grading/enrollments/{enrollment}/activities/{graded.public_id}"
        ids = tuple(one.public_id for one in work)
        places = Places(world.one(Unit, code="PC-1").public_id, grading, enrollment, ids, token_of(world, "Ada")[1])
        session.remove()
        db.engine.dispose()
    return places


class Writing:
    """deeds: every write by its name, put down before it is sent. acknowledged: those that were answered."""

    def __init__(self, url: str, places: Places) -> None:
        self.url, self.places = url, places
        self.deeds: dict[str, Deed] = {}
        self.acknowledged: list[Deed] = []
        self.wrong: list[str] = []
        self._stop = threading.Event()
        half = len(places.work) // 2
        work: list[Callable[[Client], Iterator[Deed]]] = [
            self._log_hours,
            self._give_points,
            lambda client: self._send_files(client, "a", places.work[:half]),
            lambda client: self._send_files(client, "b", places.work[half:]),
        ]
        self._threads = [threading.Thread(target=self._run, args=(one,)) for one in work]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(SECONDS)

    def _run(self, work: Callable[[Client], Iterator[Deed]]) -> None:
        client = Client(self.url, SECONDS, again=True)
        try:
            for deed in work(client):
                self.acknowledged.append(deed)
                if self._stop.is_set():
                    return
        except (OSError, HTTPException, AssertionError) as error:
            self.wrong.append(repr(error))
        finally:
            client.close()

    def _log_hours(self, client: Client) -> Iterator[Deed]:
        be(client, cast.email_of("Ada"))
        token = client.token_of("/profile")
        for turn in range(400):  # a minute or two each, on one day
            key, minutes = str(uuid4()), turn % 2 + 1
            entry = {"csrf_token": token, "client_key": key, "day": "2026-10-28", "unit": self.places.unit}
            name = self._note(logged := Hours(key, minutes))
            path = "/student/hours/weeks/2026-10-26/entries"
            _took(client.post(path, {**entry, "minutes": str(minutes)}, name), 303)
            yield logged

    def _give_points(self, client: Client) -> Iterator[Deed]:
        be(client, cast.email_of("Ben"))
        token = client.token_of("/profile")
        for turn in range(10_000):
            fields = {"csrf_token": token, "version": f"0.{turn}", "points": str(turn % 100), "reason": "Seen again."}
            name = self._note(given := Points(turn + 1, turn % 100))
            _took(client.post(f"{self.places.grading}/scores", fields, name), 303)
            yield given

    def _send_files(self, client: Client, thread: str, work: tuple[str, ...]) -> Iterator[Deed]:
        chance = Random(thread)
        for turn in range(len(work) * FILES_A_DRAFT):
            name, data = f"{thread}{turn}.mp4", HEAD + chance.randbytes(chance.randint(PART_BYTES, 3 * PART_BYTES))
            place = f"/enrollments/{self.places.enrollment}/activities/{work[turn // FILES_A_DRAFT]}/uploads"
            about = json.dumps({"name": name, "size": len(data), "client_key": name}).encode()
            begun = self.call(client, "POST", place, about, {"Content-Type": "application/json"})
            _took(begun, 201)
            upload = str(json.loads(begun.body)["id"])
            for at in range(0, len(data), PART_BYTES):
                part = data[at : at + PART_BYTES]
                noted = self._note(sent := Sent(name, data, upload, at + len(part)))
                _took(self.call(client, "PATCH", f"/uploads/{upload}", part, {**part_from(at), **noted}), 204)
                yield sent
            noted = self._note(whole := Sent(name, data, upload, len(data), is_whole=True))
            _took(self.call(client, "POST", f"/uploads/{upload}/file", b"", noted), 201)
            yield whole

    def call(self, client: Client, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        """The API, with the token."""
        headers = {"Authorization": f"Bearer {self.places.token}", **headers}
        return client.ask(method, f"/api/v1{path}", body, headers)

    def _note(self, deed: Deed) -> dict[str, str]:
        name = secrets.token_hex(16)
        self.deeds[name] = deed
        return {"X-Request-ID": name}


def part_from(at: int) -> dict[str, str]:
    """The headers of a part that begins at that byte."""
    return {"Content-Type": "application/offset+octet-stream", "Upload-Offset": str(at)}


def _took(answer: Answer, status: int) -> None:
    assert answer.status == status, (answer.status, answer.text[:300])
