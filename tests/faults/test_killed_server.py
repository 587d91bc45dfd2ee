"""kill -9 of the server while it acknowledges writes: none of them is lost, and none is there twice."""

import random
import time

import pytest
from flask import Flask

from lms.kernel.backup.check import faults_of_engine
from lms.kernel.db import db, session, transaction
from lms.kernel.verification import differences
from tests.faults.conftest import Serve
from tests.faults.writers import Writers, times_done, writing

SEED = 20261123


def _kill_and_count(serve: Serve, app: Flask, chance: random.Random, target: str, **settings: str) -> Writers:
    """Serve, write, kill at a random moment, start again; the writers with what they remember."""
    server = serve(target, **settings)
    with writing(server.url) as writers:
        until = time.monotonic() + 30
        while len(writers.acknowledged) < 20 and time.monotonic() < until:
            time.sleep(0.01)
        time.sleep(chance.random() * 0.5)
        server.kill()
    again = serve("wsgi:app")
    again.stop()
    return writers


def _check(app: Flask, writers: Writers) -> None:
    with app.app_context():
        with transaction(write=False):
            found = times_done(writers.sent)
            lost = [name for name in writers.acknowledged if found[name] == 0]
            twice = [name for name, times in found.items() if times > 1]
            broken = [*faults_of_engine(), *differences()]
        session.remove()
        db.engine.dispose()
    assert len(writers.acknowledged) >= 20
    assert not lost, f"{len(lost)} of {len(writers.acknowledged)} acknowledged writes are lost"
    assert not twice
    assert not broken


@pytest.mark.timeout(3600)
def test_no_acknowledged_write_is_lost_when_the_server_is_killed(
    app: Flask, serve: Serve, engine: str, request: pytest.FixtureRequest
) -> None:
    chance = random.Random(SEED)
    long = request.config.getoption("--long")
    kills = {"sqlite": 200, "postgresql": 100}[engine] if long else {"sqlite": 3, "postgresql": 2}[engine]
    for _ in range(kills):
        _check(app, _kill_and_count(serve, app, chance, "wsgi:app"))


@pytest.mark.one_engine
def test_a_server_that_answers_before_it_writes_is_found_out(app: Flask, serve: Serve) -> None:
    writers = _kill_and_count(serve, app, random.Random(SEED), "tests.faults.planted:app", PLANTED="answer-first")
    with pytest.raises(AssertionError, match="acknowledged writes are lost"):
        _check(app, writers)
