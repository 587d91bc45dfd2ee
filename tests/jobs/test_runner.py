"""The clock of the product: who ticks, what a tick leaves behind, how it ends."""

import io
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from click.testing import Result
from flask import Flask
from sqlalchemy import QueuePool, select

from lms.config import Settings
from lms.jobs.models import JobRun, RunState
from lms.jobs.runner import Runner, start_inside
from lms.jobs.schedule import HOUR, JOBS, MINUTE, Job
from lms.jobs.sweeps import forget_files, forget_mail, forget_sign_ins
from lms.kernel import claims, clock, lease
from lms.kernel.db import db, session, transaction
from lms.kernel.outbox import OutboxMessage
from lms.kernel.storage import names_files, storage
from lms.messages.services import notify
from lms.people.accounts.models import SignIn
from tests.support.patience import wait_for
from tests.support.web import MakeApp, World


class Counter:
    """A job that counts its runs."""

    def __init__(self, error: Exception | None = None) -> None:
        self.runs = 0
        self.error = error

    def __call__(self, _: Settings) -> int:
        self.runs += 1
        if self.error:
            raise self.error
        return 1

    @property
    def job(self) -> Job:
        return Job("count", MINUTE, self, "count")


@pytest.fixture
def run(app: Flask) -> Iterator[Callable[[Job], Runner]]:
    """Starts a runner on the application; stopped at the end."""
    started: list[Runner] = []

    def start(job: Job, ttl: timedelta = lease.TTL) -> Runner:
        started.append(Runner(app, [job], ttl))
        started[-1].start()
        return started[-1]

    yield start
    for runner in started:
        runner.stop()


def _runs(app: Flask) -> list[JobRun]:
    with app.app_context():
        session.remove()
        found = list(session.query(JobRun))
        session.commit()
        return found


def test_a_job_that_is_due_runs_at_once_and_says_how_it_went(app: Flask, run: Callable[[Job], Runner]) -> None:
    count = Counter()
    run(count.job)
    wait_for(lambda: len(_runs(app)) == 1)
    (row,) = _runs(app)
    assert (row.name, row.state, row.done, count.runs) == ("count", RunState.DONE, 1, 1)


def test_what_comes_seldom_leaves_no_compiled_statements_behind(app: Flask) -> None:
    def ask(_: Settings) -> int:
        with transaction(write=False):
            session.scalars(select(claims.Claim.subject).where(claims.Claim.kind == "nobody asks this again")).all()
        return 0

    def kept() -> int:
        with app.app_context():
            return len(db.engine._compiled_cache or ())

    runner = Runner(app, [])
    runner.renew()
    runner.tick(Job("once", HOUR, ask, "ask"))  # what every tick keeps is compiled with it
    before = kept()
    runner.tick(Job("once", HOUR, ask, "ask"))
    assert kept() == before
    runner.tick(Job("often", MINUTE, ask, "ask"))
    assert kept() == before + 1
    runner.stop()


def test_what_comes_seldom_leaves_no_line_to_sqlite_open(app: Flask, engine: str) -> None:
    def lines() -> int:
        with app.app_context():
            pool = db.engine.pool
            assert isinstance(pool, QueuePool)
            return pool.checkedin()

    runner = Runner(app, [])
    runner.renew()
    runner.tick(Job("often", MINUTE, lambda _: 0, "rest"))
    assert lines() >= 1
    with app.app_context(), transaction():
        assert claims.take("kept", "first")
    runner.tick(Job("seldom", HOUR, lambda _: 0, "rest"))
    assert (lines() == 0) == (engine == "sqlite")
    with app.app_context(), transaction():
        assert not claims.take("kept", "first")
    runner.stop()


def test_a_job_that_fails_is_noted_and_the_clock_goes_on(app: Flask, run: Callable[[Job], Runner]) -> None:
    runner = run(Counter(ValueError("no such week")).job)
    wait_for(lambda: len(_runs(app)) == 1)
    (row,) = _runs(app)
    assert (row.state, row.note) == (RunState.FAILED, "ValueError: no such week")
    assert runner.leads


def test_of_two_processes_one_ticks(app: Flask, run: Callable[[Job], Runner]) -> None:
    first, second = Counter(), Counter()
    one, other = run(first.job), run(second.job)
    wait_for(lambda: first.runs == 1)
    assert (one.leads, other.leads) == (True, False)
    assert second.runs == 0


def test_another_process_takes_over_when_the_first_one_stops(app: Flask, run: Callable[..., Runner]) -> None:
    first, second = Counter(), Counter()
    one = run(first.job, timedelta(seconds=2))
    run(second.job, timedelta(seconds=2))
    wait_for(lambda: first.runs == 1)
    one.stop()
    wait_for(lambda: second.runs >= 1)
    assert first.runs == 1


def test_a_holder_that_cannot_renew_stops_by_itself(app: Flask) -> None:
    count = Counter()
    runner = Runner(app, [count.job])
    runner.renew()
    assert runner.leads
    with time_machine.travel(clock.now() + lease.TTL + timedelta(seconds=1)):
        assert not runner.leads
        runner.tick(count.job)
    assert count.runs == 0


def test_a_lease_is_held_by_one_until_it_runs_out(app: Flask) -> None:
    def holds(owner: str) -> bool:
        with transaction():
            return lease.hold("l", owner)

    with app.app_context():
        assert (holds("a"), holds("b"), holds("a")) == (True, False, True)
        with time_machine.travel(clock.now() + timedelta(seconds=31)):
            assert (holds("b"), holds("a")) == (True, False)
            with transaction():
                lease.release("l", "a")
                lease.release("l", "b")
            assert holds("a")


def test_of_many_that_take_a_piece_of_work_one_gets_it(app: Flask) -> None:
    taken: list[bool] = []
    ready = threading.Barrier(6)

    def work() -> None:
        with app.app_context():
            ready.wait()
            with transaction():
                taken.append(claims.take("sheet-due", "7", "2026-W44"))
            session.remove()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == [False] * 5 + [True]
    with app.app_context(), transaction():
        assert claims.take("sheet-due", "7", "2026-W45")


def test_work_that_is_rolled_back_can_be_taken_again(app: Flask) -> None:
    def fail() -> None:
        with transaction():
            claims.take("sheet-due", "7")
            raise ValueError("no")

    with app.app_context():
        with pytest.raises(ValueError, match="no"):
            fail()
        with transaction():
            assert claims.take("sheet-due", "7")


def test_no_job_ticks_more_often_than_once_a_minute_and_each_has_its_own_name() -> None:
    assert all(job.every >= MINUTE for job in JOBS)
    assert len({job.name for job in JOBS}) == len(JOBS)


def test_every_job_runs_on_an_empty_database(app: Flask) -> None:
    with app.app_context():
        assert [job.run(app.config["LMS"]) for job in JOBS] == [0] * len(JOBS)


def test_the_tests_and_the_command_line_start_no_jobs(app: Flask) -> None:
    assert start_inside(app) is None
    assert not [thread for thread in threading.enumerate() if "APScheduler" in thread.name]


def _worker(app: Flask) -> Result:
    return app.test_cli_runner().invoke(args=["worker"])


def test_there_is_no_worker_on_sqlite(app: Flask, engine: str) -> None:
    if engine == "sqlite":
        result = _worker(app)
        assert result.exit_code == 1
        assert "inside the web server" in result.output


def test_ended_sessions_are_removed(world: World) -> None:
    world.browser_of("Ada")
    settings = world.app.config["LMS"]
    assert forget_sign_ins(settings) == 0
    with time_machine.travel(clock.now() + timedelta(hours=13)):
        assert forget_sign_ins(settings) == 1
    assert world.all(SignIn) == []


def test_what_a_letter_said_is_forgotten_after_90_days(world: World) -> None:
    with transaction():
        notify(world.person("Ada").id, "score-released", "1", activity="Lab 3")
    with transaction():
        message = world.one(OutboxMessage)
        message.ended_at = clock.now()
    with time_machine.travel(clock.now() + timedelta(days=91)):
        assert forget_mail(world.app.config["LMS"]) == 1
    session.expire_all()
    assert world.one(OutboxMessage).values == {}


def test_a_file_that_no_row_names_is_removed_after_a_day(
    make_app: MakeApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app(data_dir=tmp_path)  # other tests of this process leave files of their own
    with app.app_context():
        kept = storage().put(io.BytesIO(b"named"), 100).sha256
        given_up = storage().put(io.BytesIO(b"given up"), 100).sha256
        monkeypatch.setattr("lms.kernel.storage._names", [])
        names_files(lambda: [kept])
        assert forget_files(app.config["LMS"]) == 0
        with time_machine.travel(clock.now() + timedelta(hours=25)):
            assert forget_files(app.config["LMS"]) == 1
        assert (storage().exists(kept), storage().exists(given_up)) == (True, False)
        storage().delete(kept)
        db.engine.dispose()


def test_the_lease_is_the_heartbeat(app: Flask, run: Callable[[Job], Runner]) -> None:
    run(Counter().job)
    with app.app_context():
        beat = lease.last_beat(lease.SCHEDULER)
        session.commit()
    assert beat is not None
    assert abs(clock.now() - beat) < timedelta(seconds=5)
