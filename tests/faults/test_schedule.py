"""Several processes keep the schedule; one works, and when it is killed another takes over. Each slot is done once."""

import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from lms.kernel.db import db, session, transaction
from tests.faults.worker_process import SLOT_MS, SLOTS
from tests.support import run
from tests.support.databases import database_of

HERE = Path(__file__).resolve().parents[2]


def _start(engine: str, folder: Path, planted: str) -> "subprocess.Popen[bytes]":
    environment = {
        **os.environ,
        "LMS_DATABASE_URL": database_of(engine).url,
        "LMS_DATA_DIR": str(folder),
        "PYTHONPATH": str(HERE),
        "PLANTED": planted,
        run.FOLDER: str(run.folder()),
    }
    with (folder / "clock.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "tests.faults.worker_process", "clock"],
            cwd=HERE,
            env=environment,
            stdout=log,
            stderr=log,
        )


def _slots() -> list[tuple[int, int]]:
    with transaction(write=False):
        return [(row.slot, row.process) for row in session.execute(select(SLOTS).order_by(SLOTS.c.id))]


def _wait_for_slots(more: int) -> None:
    wanted, until = len(_slots()) + more, time.monotonic() + 180 + 2 * more  # a busy machine leaves slots out
    while len(_slots()) < wanted:
        assert time.monotonic() < until, f"{len(_slots())} of {wanted} slots"
        time.sleep(0.1)


def _run(
    app: Flask, engine: str, folder: Path, processes: int, slots: int, kills: int, planted: str = ""
) -> Counter[int]:
    """How often each slot was done, while the working process was killed `kills` times."""
    with app.app_context():
        SLOTS.create(db.engine, checkfirst=True)
        running = {process.pid: process for process in (_start(engine, folder, planted) for _ in range(processes))}
        try:
            for _ in range(kills):
                _wait_for_slots(slots)
                leader = running.pop(_slots()[-1][1])
                leader.kill()
                leader.wait()
                began = time.monotonic()
                _wait_for_slots(1)
                assert time.monotonic() - began < 90, "another process takes over within 90 s"
            _wait_for_slots(slots)
        finally:
            for process in running.values():
                process.kill()
                process.wait()
        return Counter(slot for slot, _ in _slots())


@pytest.mark.timeout(3600)
def test_each_slot_is_done_once_while_leaders_are_killed(
    app: Flask, engine: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if engine == "sqlite" and not request.config.getoption("--long"):
        return  # the same code; SQLite has one process anyway
    processes, slots, kills = (8, 300, 3) if request.config.getoption("--long") else (2, 6, 1)
    done = _run(app, engine, tmp_path, processes, slots, kills)
    assert set(done.values()) == {1}
    assert len(done) >= slots


@pytest.mark.timeout(600)
def test_processes_without_a_lease_and_claims_are_found_out(app: Flask, engine: str, tmp_path: Path) -> None:
    if engine == "sqlite":
        return
    done = _run(app, engine, tmp_path, 2, 10, 0, "no-claims")
    assert max(done.values()) > 1, f"slots of {SLOT_MS} ms were done more than once"
