"""Whatever the server acknowledges is on the disk by then: a tracer sees the sync of the log before each answer."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask

from benchmarks.actions import be, token_of
from benchmarks.client import Answer, Client
from lms.hub.catalog.models import Unit
from lms.kernel.db import db, session
from tests.faults.conftest import Serve
from tests.faults.traced import ANSWER, RECEIVE, REQUEST, SEND, SERVING, SYNC, printed, steps_in
from tests.hub.coursework.made import plan, set_work
from tests.support import cast
from tests.support.web import World

UNSAFE = (b"POST", b"PATCH")
PART = "application/offset+octet-stream"
WORDS = re.compile(r"[a-z2-7]{20}|\d{4}-\d\d-\d\d")


@dataclass
class Served:
    """One request as the tracer saw it: what was asked, the status that was sent, the files synced before."""

    asked: str
    status: int = 0
    synced: list[str] = field(default_factory=list)

    @property
    def route(self) -> str:
        """What was asked, without whose it is."""
        return WORDS.sub("*", self.asked)


def requests_in(trace: Iterable[str]) -> Iterator[Served]:
    """The unsafe requests of a trace, each when its answer begins. A thread serves one after the other."""
    running: dict[str, Served] = {}
    for step in steps_in(trace):
        if step.name in RECEIVE and not step.begins and (asked := REQUEST.match(step.data)) and asked[1] in UNSAFE:
            running[step.thread] = Served(f"{asked[1].decode()} {asked[2].decode()}")
        elif step.name in SYNC and step.result == 0 and step.thread in running:
            running[step.thread].synced.append(step.path)
        elif step.name in SEND and step.begins and step.thread in running and (sent := ANSWER.match(step.data)):
            running[step.thread].status = int(sent[1])
            yield running.pop(step.thread)


def test_a_trace_is_read_as_it_happened() -> None:
    seen = """\
7 recvfrom(9<TCP:[1]>, "POST /student/hours HTTP/1.1/r/n", 8192, 0, NULL, NULL) = 90
8 recvfrom(8<TCP:[2]>, "GET / HTTP/1.1/r/n", 8192, 0, NULL, NULL) = 90
7 fdatasync(5</data/lms.sqlite-wal> <unfinished ...>
8 sendto(8<TCP:[2]>, "HTTP/1.1 200 OK", 15, 0, NULL, 0) = 15
7 <... fdatasync resumed>)        = 0
7 sendto(9<TCP:[1]>, "HTTP/1.1 303 SEE OTHER", 22, 0, NULL, 0) = 22
7 recvfrom(9<TCP:[1]>, "POST /b HTTP/1.1/r/n", 8192, 0, NULL, NULL) = 90
7 fdatasync(5</data/lms.sqlite-wal>) = -1 EIO (Input/output error)
7 sendto(9<TCP:[1]>, "HTTP/1.1 201 CREATED", 20, 0, NULL, 0) = 20
"""
    first, second = requests_in(printed(seen))
    assert (first.asked, first.status, first.synced) == ("POST /student/hours", 303, ["/data/lms.sqlite-wal"])
    assert (second.asked, second.status, second.synced) == ("POST /b", 201, [])


def _check(trace: Path, often: int) -> None:
    done = [one for one in requests_in(trace.read_text().splitlines()) if one.status in (201, 204, 303)]
    routes: dict[str, list[Served]] = {}
    for one in done:
        routes.setdefault(one.route, []).append(one)
    written = {route: found for route, found in routes.items() if "sign-in" not in route}
    assert len(written) == 7, sorted(written)
    assert all(len(found) >= often for found in written.values()), {r: len(found) for r, found in written.items()}
    unsynced = [one.asked for one in done if not any(file.endswith("-wal") for file in one.synced)]
    assert not unsynced, f"{len(unsynced)} of {len(done)} answers went out before the log was on the disk"
    parts = [one for one in done if one.asked.startswith("PATCH")]
    assert all(len(set(one.synced)) > 1 for one in parts), "the part itself has to be on the disk too"


@pytest.fixture
def traced(app: Flask, serve: Serve, tmp_path: Path, strace: Callable[..., tuple[str, ...]]) -> Callable[..., Path]:
    """`traced(often, "unsynced")` serves under a tracer, writes `often` times through each door and gives the trace."""
    trace = tmp_path / "trace.txt"

    def run(often: int, *plants: str) -> Path:
        under, key = strace(SERVING, trace, size=200), app.config["LMS_CHAIN_KEY"]
        planted = ",".join(("in-the-cohort", *plants))
        server = serve("tests.faults.planted:app", under=under, LMS_CHAIN_KEY=key, PLANTED=planted)
        with app.app_context():
            world = World(app)
            grading, open_one = set_work(world, plan("PC-S1", week=30), plan("PC-S2", week=30))
            unit = world.one(Unit, code="PC-1").public_id
            base = f"/instructor/grading/enrollments/{world.enrollment('Ada').public_id}/activities/"
            places = base + grading.public_id, f"/student/coursework/{open_one.public_id}"
            session.remove()
            db.engine.dispose()
        _write(server.url, often, unit, *places)
        server.kill()
        return trace

    return run


def _write(url: str, often: int, unit: str, grading: str, work: str) -> None:
    with closing(Client(url, again=True)) as ada, closing(Client(url, again=True)) as ben:
        _write_as(ada, ben, often, unit, grading, work)
        assert ben.get("/healthz").status == 200  # the tracer has seen all that went before, also the end of it


def _write_as(ada: Client, ben: Client, often: int, unit: str, grading: str, work: str) -> None:
    be(ada, cast.email_of("Ada"))
    be(ben, cast.email_of("Ben"))
    hers, his = token_of(ada, "/profile"), token_of(ben, "/profile")

    def send(visitor: Client, path: str, **fields: str) -> Answer:
        token = hers if visitor is ada else his
        answer = visitor.post(path, {"csrf_token": token, **fields}, {"Accept": "application/json"})
        assert answer.status in (201, 204, 303), (path, answer.status, answer.text[:300])
        return answer

    for turn in range(often):
        send(ada, "/profile/preferences", language="en", zone="America/New_York")
        entry = {"client_key": str(uuid4()), "day": "2026-10-28", "unit": unit, "minutes": "1"}
        send(ada, "/student/hours/weeks/2026-10-26/entries", **entry)
        send(ben, f"{grading}/scores", version=f"0.{turn}", points=str(turn % 100), reason="Looked at it again.")
        send(ada, f"{work}/draft", text=f"Line {turn}", version=str(turn))
        data = b"%PDF-1.4 " + str(turn).encode()
        begun = send(ada, f"{work}/uploads", name=f"{turn}.pdf", size=str(len(data)), key=str(turn))
        place = begun.location or begun.text.split('"url":')[1].split('"')[1]
        headers = {"X-CSRFToken": hers, "Upload-Offset": "0", "Content-Type": PART}
        assert ada.ask("PATCH", place, data, headers).status == 204
        send(ada, f"{place}/removal")  # only a few may be unfinished


@pytest.mark.sqlite_only
@pytest.mark.timeout(600)
def test_every_write_is_on_the_disk_before_it_is_acknowledged(
    traced: Callable[..., Path], request: pytest.FixtureRequest
) -> None:
    often = 50 if request.config.getoption("--long") else 5
    _check(traced(often), often)


@pytest.mark.sqlite_only
@pytest.mark.timeout(300)
def test_a_server_that_leaves_the_disk_to_the_system_is_found_out(traced: Callable[..., Path]) -> None:
    trace = traced(2, "unsynced")
    with pytest.raises(AssertionError, match="before the log was on the disk"):
        _check(trace, 2)
