"""The power goes while hours, points and files are written: what was acknowledged is there, and all of it is sound.

A server under strace writes in a folder. Afterwards its calls are played on the disk of `tests.faults.disk`, which says
what the folder holds if the power goes at a drawn moment; the product opens that.
"""

import re
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Self

import pytest
from flask import Flask

from tests.faults.conftest import Serve
from tests.faults.disk import Luck
from tests.faults.opened import DATABASE, Opened, last_of
from tests.faults.played import CALLS, REBUILT, Player
from tests.faults.traced import ANSWER, RECEIVE, REQUEST, SEND, SYNC, Step, steps_in
from tests.faults.writing import Deed, Hours, Points, Sent, Writing, set_up
from tests.support import run
from tests.support.databases import SqliteDatabase, database_of

pytestmark = pytest.mark.sqlite_only  # PostgreSQL is its own people's to cut
SEED = 20261126
LOST = r"(are|mp4 is) lost"  # the first cut that takes something may come before the first hours
NAMED = re.compile(rb"\r\nX-Request-ID: ([0-9a-f]{32})\r\n")


@dataclass(frozen=True, slots=True)
class Happened:
    """live: the folder of the server; before: as it was at first; opened: as it is found after a cut.

    steps: the calls that touched it, and the answers. answers: which write each of these acknowledged, by its number.
    """

    before: Path
    live: Path
    opened: Opened
    steps: list[Step]
    answers: dict[int, str]
    writing: Writing

    def deeds(self, until: int) -> tuple[list[Deed], list[Deed]]:
        """What had been sent by the end, and what was acknowledged before the step `until`."""
        deeds = self.writing.deeds
        return list(deeds.values()), [deeds[name] for at, name in self.answers.items() if at < until]


@pytest.fixture
def happened(app: Flask, serve: Serve, strace: Callable[..., tuple[str, ...]]) -> Iterator[Callable[..., Happened]]:
    """`happened(number, "planted")`: so many writes and more, as the tracer saw them."""
    folder = Path(tempfile.mkdtemp(dir=run.folder(), prefix="power-"))
    before, live, trace = folder / "before", folder / "live", folder / "trace.txt"
    live.mkdir()

    def record(number: int, *plants: str, checkpoint: bool = False) -> Happened:
        planted = ",".join(("in-the-cohort", *plants))
        places, made = set_up(app), database_of("sqlite")
        assert isinstance(made, SqliteDatabase)
        shutil.copyfile(made.path, live / DATABASE)
        shutil.copytree(live, before)
        under = strace((*CALLS, *RECEIVE, *SEND), trace)
        kept = {"LMS_DATABASE_URL": f"sqlite:///{live / DATABASE}", "LMS_DATA_DIR": str(live / "data")}
        server = serve("tests.faults.planted:app", under=under, PLANTED=planted, **kept)
        writing = Writing(server.url, places)
        writing.start()
        _wait(writing, number, live / DATABASE if checkpoint else None)
        writing.stop()
        server.kill()
        assert not writing.wrong, writing.wrong
        with trace.open() as lines:
            opened = Opened(folder / "found", live / "data")
            return Happened(before, live, opened, *_told(lines, live, writing), writing)

    yield record
    shutil.rmtree(folder)


def _fewest(writing: Writing) -> int:
    kinds = Counter(type(one) for one in list(writing.acknowledged))
    return min(kinds[kind] for kind in (Hours, Points, Sent))


def _wait(writing: Writing, number: int, database: Path | None) -> None:
    """Until `number` writes were acknowledged, some of each kind, and some more after a checkpoint into `database`."""
    began, until = database.stat().st_mtime_ns if database else 0, time.monotonic() + 250
    while _fewest(writing) < number // 6 or (database and database.stat().st_mtime_ns == began):
        assert time.monotonic() < until, (len(writing.acknowledged), writing.wrong)
        time.sleep(0.02)
    enough = max(len(writing.acknowledged) + 15, number)
    while len(writing.acknowledged) < enough and time.monotonic() < until:
        time.sleep(0.02)


def _told(trace: Iterator[str], live: Path, writing: Writing) -> tuple[list[Step], dict[int, str]]:
    printed = "".join(f"\\x{byte:02x}" for byte in str(live).encode())
    asked: dict[str, str] = {}
    steps: list[Step] = []
    answers: dict[int, str] = {}
    for step in steps_in(trace):
        if step.name in RECEIVE:
            if not step.begins and REQUEST.match(step.data) and (named := NAMED.search(step.data)):
                asked[step.thread] = named[1].decode()
        elif step.name in SEND:
            sent = ANSWER.match(step.data) if step.begins else None
            if sent and int(sent[1]) < 400 and (name := asked.pop(step.thread, "")) in writing.deeds:
                answers[len(steps)] = name
                steps.append(step)
        elif printed in step.arguments:
            steps.append(step)
    return steps, answers


class Played:
    """What the disk held at each of `number` drawn moments, half of them just after an answer.

    left_out: syncs that are taken out of what happened, as if they had been forgotten.
    """

    def __init__(self, happened: Happened, number: int, left_out: Callable[[Step], bool] = lambda _: False) -> None:
        self.happened, self.number, self.left_out = happened, number, left_out
        self.chance = Random(SEED)
        self.found = happened.opened.found
        self.player = Player(happened.live, happened.before)
        self.went_on = 0

    def cut(self) -> Self:
        """Open what each cut leaves, and send the rest of the files that were under way."""
        last, answers, played = len(self.happened.steps), list(self.happened.answers), 0
        moments = [
            self.chance.choice(answers) + 1 if turn % 2 else self.chance.randint(0, last) for turn in range(self.number)
        ]
        for turn, moment in enumerate(sorted(moments)):
            self.play(played, moment)
            played, luck = moment, list(Luck)[turn % len(Luck)]
            self.find(luck)
            sent, acknowledged = self.happened.deeds(moment)
            faults = self.happened.opened.faults(sent, acknowledged)
            told = f"cut {turn + 1} of {self.number}, at {moment} of {last}; of what was not synced {luck.value}"
            assert not faults, f"{len(faults)} faults (seed {SEED}, {told}): {faults[:5]}"
            under_way = [one for one in last_of(acknowledged) if not one.is_whole]
            token = self.happened.writing.places.token
            self.went_on += sum(self.happened.opened.go_on(token, one) for one in under_way)
        return self

    def play(self, start: int, end: int) -> None:
        """Go on with what happened."""
        for step in self.happened.steps[start:end]:
            if not (step.name in SYNC and self.left_out(step)):
                self.player.play(step)

    def find(self, luck: Luck) -> None:
        """Put what the disk holds now into the folder `found`."""
        shutil.rmtree(self.found, ignore_errors=True)
        self.found.mkdir()
        self.player.disk.after(self.found, self.chance, luck)


def _files(folder: Path) -> dict[str, bytes]:
    inside = [path for path in folder.rglob("*") if path.is_file() and not path.name.endswith(REBUILT)]
    return {str(path.relative_to(folder)): path.read_bytes() for path in inside}


def _fault_of(played: Played) -> str:
    try:
        played.cut()
    except AssertionError as error:
        return str(error)
    return ""


def _forgotten(live: Path) -> dict[str, tuple[Callable[[Step], bool], str]]:
    """Mistakes that a store or an engine may make: which syncs it would leave out, and what that does."""
    files, data = str(live / "data" / "files"), str(live / "data")
    return {
        "bytes of files": (lambda s: s.path.startswith(files) and not Path(s.path).is_dir(), r"mp4 is (lost|damaged)"),
        "names of files": (lambda s: s.path.startswith(files) and Path(s.path).is_dir(), r"mp4 is (lost|damaged)"),
        "name of the store": (lambda s: s.path == data, r"is (lost|damaged)"),
        "keys": (lambda s: s.path.endswith(".key"), r"key is lost"),
        "log": (lambda s: s.path.endswith("-wal"), LOST),
    }


@pytest.mark.timeout(1800)
def test_a_power_cut_takes_nothing_that_was_acknowledged(
    happened: Callable[..., Happened], request: pytest.FixtureRequest
) -> None:
    long = request.config.getoption("--long")
    what = happened(500 if long else 60, checkpoint=True)
    written = {step.path for step in what.steps if step.name == "pwrite64"}
    assert str(what.live / DATABASE) in written, "a checkpoint is among it"
    whole = Played(what, 0)
    whole.play(0, len(what.steps))
    whole.find(Luck.ALL)
    assert _files(whole.found) == _files(what.live), "the disk that is played is the real one"
    assert Played(what, 200 if long else 20).cut().went_on
    for name, (left_out, damage) in _forgotten(what.live).items():
        said = _fault_of(Played(what, 20, left_out))
        assert re.search(damage, said), f"the sync of the {name} can be forgotten: {said}"


@pytest.mark.timeout(300)
def test_a_server_that_syncs_only_at_a_checkpoint_is_found_out(happened: Callable[..., Happened]) -> None:
    said = _fault_of(Played(happened(30, "synced-seldom"), 20))
    assert re.search(LOST, said), said
