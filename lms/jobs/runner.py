"""The clock of the product: APScheduler in memory, in the one process that holds the lease.

SQLite: inside the web server, started by gunicorn. PostgreSQL: in `flask worker`, of which several may run; one works.
"""

import gc
import os
import secrets
import socket
import threading
from collections.abc import Sequence
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask
from sqlalchemy import update
from sqlalchemy.exc import SQLAlchemyError

from lms.jobs.models import JobRun, RunState
from lms.jobs.schedule import JOBS, Job
from lms.kernel import clock, heap, lease
from lms.kernel.db import db, seldom, session, transaction
from lms.kernel.once import insert_once

log = structlog.get_logger()
RENEW_EVERY = timedelta(seconds=10)
THREADS = 2
APART = timedelta(seconds=1)  # the first round is one sweep after the other: less memory, and requests come between
OFTEN = timedelta(minutes=1)  # what comes as often keeps its statements compiled


class Runner:
    """Ticks the jobs for as long as this process holds the lease."""

    def __init__(self, app: Flask, jobs: Sequence[Job] = JOBS, ttl: timedelta = lease.TTL) -> None:
        self.app = app
        self.jobs = jobs
        self.ttl = ttl
        self.owner = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self._held_until = datetime.min.replace(tzinfo=UTC)
        self._renewing = threading.Lock()
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(THREADS), "lease": ThreadPoolExecutor(1)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    def start(self) -> None:
        """Begin to tick; returns at once. What is due already runs once the lease is held, a sweep a second."""
        self.renew()
        every = min(RENEW_EVERY, self.ttl / 3)
        self._scheduler.add_job(self.renew, "interval", seconds=every.total_seconds(), id="lease", executor="lease")
        for number, job in enumerate(self.jobs):
            self._scheduler.add_job(
                self.tick,
                "interval",
                args=[job],
                seconds=job.every.total_seconds(),
                id=job.name,
                next_run_time=clock.now() + number * APART,
            )
        self._scheduler.start()
        log.info("scheduler", owner=self.owner, jobs=[job.name for job in self.jobs])

    def stop(self) -> None:
        """Let what runs finish, then give the lease back."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)
        self._held_until = datetime.min.replace(tzinfo=UTC)
        with self.app.app_context():
            try:
                with transaction():
                    lease.release(lease.SCHEDULER, self.owner)
            except SQLAlchemyError as error:
                log.warning("scheduler", owner=self.owner, error=str(error))
            session.remove()

    @property
    def leads(self) -> bool:
        """Whether this process holds the lease; a holder that could not renew in time stops by itself."""
        return clock.now() < self._held_until

    def renew(self) -> None:
        """Take or keep the lease."""
        with self._renewing, self.app.app_context():
            led, moment = self.leads, clock.now()
            try:
                with transaction():
                    held = lease.hold(lease.SCHEDULER, self.owner, self.ttl)
                self._held_until = moment + self.ttl if held else datetime.min.replace(tzinfo=UTC)
            except SQLAlchemyError as error:  # what is held runs out by itself
                log.warning("lease", owner=self.owner, error=str(error))
            session.remove()
        if self.leads and not led:
            log.info("lease taken", owner=self.owner)
            self._tick_all_now()

    def _tick_all_now(self) -> None:
        """Whoever takes over does at once what the one before left undone."""
        if self._scheduler.running:
            for number, job in enumerate(self.jobs):
                self._scheduler.modify_job(job.name, next_run_time=clock.now() + number * APART)

    def tick(self, job: Job) -> None:
        """Run one job, if this process leads; its error is kept and logged, and the next tick tries again."""
        if not self.leads:
            return
        started_at = clock.now()
        with self.app.app_context():
            try:
                with seldom() if job.every > OFTEN else nullcontext():
                    done = job.run(self.app.config["LMS"])
                self._keep(job, RunState.DONE, started_at, done, "")
            except Exception as error:
                session.rollback()
                log.exception("job", job=job.name, exc_info=error)
                self._keep(job, RunState.FAILED, started_at, 0, f"{type(error).__name__}: {error}"[:500])
            finally:
                session.remove()
        if job.every > OFTEN:
            self._give_back()

    def _give_back(self) -> None:
        """What a sweep that comes seldom read is not kept: its statements, which go in circles, and SQLite's pages."""
        gc.collect()
        with self.app.app_context():
            if db.engine.dialect.name == "sqlite":
                db.engine.dispose()  # lines in use stay; who comes next opens one in a moment
        heap.trim()

    def _keep(self, job: Job, state: RunState, started_at: datetime, done: int, note: str) -> None:
        if done:
            log.info("job", job=job.name, done=done)
        values = {"state": state, "started_at": started_at, "ended_at": clock.now(), "done": done, "note": note}
        try:
            with transaction():
                session.execute(insert_once(JobRun, "name").values(name=job.name, **values))
                session.execute(update(JobRun).where(JobRun.name == job.name).values(values))
        except SQLAlchemyError as error:
            log.warning("job", job=job.name, error=str(error))


def start_inside(app: Flask) -> Runner | None:
    """For a web server that was just started: the jobs inside it, where the settings say so."""
    if not app.config["LMS"].runs_jobs:
        return None
    runner = Runner(app)
    runner.start()
    return runner
