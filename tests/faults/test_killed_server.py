"""kill -9 of the server while it acknowledges writes: none of them is lost, and none is there twice."""

import random
import time

import pytest
from flask import Flask

from benchmarks.actions import be, token_of
from benchmarks.client import Client
from lms.hub.grading.models import Score
from lms.kernel import chain
from lms.kernel.backup.check import faults_of_engine
from lms.kernel.db import db, session, transaction
from lms.kernel.verification import differences
from tests.faults.conftest import Serve
from tests.faults.writers import Writers, times_done, writing
from tests.hub.coursework.made import plan, set_work
from tests.support import cast
from tests.support.patience import wait_for
from tests.support.web import World

SEED = 20261123


def _kill_and_count(serve: Serve, app: Flask, chance: random.Random, target: str, **settings: str) -> Writers:
    """Serve, write, kill at a random moment; the writers with what they remember. The next round starts it again."""
    server = serve(target, **settings)
    with writing(server.url) as writers:
        wait_for(lambda: len(writers.acknowledged) >= 20, f"20 writes were not acknowledged: {writers.failures}")
        time.sleep(chance.random() * 0.5)
        server.kill()
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
    kills = {"sqlite": 200, "postgresql": 100}[engine] if long else {"sqlite": 3, "postgresql": 1}[engine]
    for _ in range(kills):
        writers = _kill_and_count(serve, app, chance, "wsgi:app")
        _check(app, writers)
    serve("wsgi:app").stop()
    _check(app, writers)


@pytest.mark.one_engine
def test_a_server_that_answers_before_it_writes_is_found_out(app: Flask, serve: Serve) -> None:
    writers = _kill_and_count(serve, app, random.Random(SEED), "tests.faults.planted:app", PLANTED="answer-first")
    with pytest.raises(AssertionError, match="acknowledged writes are lost"):
        _check(app, writers)


class Graders(Writers):
    """Each gives points to one student on an activity of their own, again and again; a number is a score's."""

    def __init__(self, url: str, paths: list[str]) -> None:
        super().__init__(url, len(paths))
        self._paths = dict(zip(self._visitors, paths, strict=True))

    def _write_on(self, visitor: Client) -> None:
        be(visitor, cast.email_of("Ben"))
        path, number = self._paths[visitor], 0
        token = token_of(visitor, path)
        while not self._stop.is_set():
            fields = {"csrf_token": token, "version": f"0.{number}", "points": str(number % 100)}
            self.sent.append(f"{path} {number + 1}")
            answer = visitor.post(f"{path}/scores", fields)
            if answer.status != 303:
                self.failures.append(str(answer.status))
                return
            number += 1
            self.acknowledged.append(f"{path} {number}")


def test_no_acknowledged_score_is_lost_when_the_server_is_killed(app: Flask, serve: Serve) -> None:
    server = serve("wsgi:app", LMS_CHAIN_KEY=app.config["LMS_CHAIN_KEY"])
    with app.app_context():
        world = World(app)
        activities = set_work(world, *(plan(f"PC-K{number}", week=30) for number in range(4)))
        base = f"/instructor/grading/enrollments/{world.enrollment('Ada').public_id}/activities/"
        paths = {activity.id: base + activity.public_id for activity in activities}
        session.remove()
        db.engine.dispose()
    graders = Graders(server.url, list(paths.values()))
    graders.start()
    wait_for(lambda: len(graders.acknowledged) >= 20, f"20 scores were not acknowledged: {graders.failures}")
    server.kill()
    graders.stop()
    serve("wsgi:app").stop()
    with app.app_context():
        given = {f"{paths[score.activity_id]} {score.number}" for score in World(app).all(Score)}
        with transaction(write=False):
            broken = [*faults_of_engine(), *differences(), *chain.breaks()]
        session.remove()
        db.engine.dispose()
    assert len(graders.acknowledged) >= 20
    assert set(graders.acknowledged) <= given
    assert given <= set(graders.sent), "nothing stands that nobody sent"
    assert not broken
