"""Backups of a server that is written to: each is good, and holds all that was acknowledged before it."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from lms.kernel import clock
from lms.kernel.backup import check, make
from lms.kernel.backup.make import make_backup
from lms.kernel.backup.manifest import read
from lms.kernel.db import db, session, transaction
from tests.faults.conftest import Serve
from tests.faults.opened import missed
from tests.faults.writing import Deed, Sent, Writing, set_up
from tests.hub.coursework.made import hand_in, plan, set_work
from tests.support.databases import database_of
from tests.support.web import NOW, MakeApp, World


@pytest.fixture
def product(
    make_app: MakeApp, serve: Serve, engine: str, postgres_program: Callable[[str], Path], tmp_path: Path
) -> Flask:
    """The application beside the server: same database, same folder of data."""
    programs = str(postgres_program("pg_dump").parent) if engine == "postgresql" else ""
    made = make_app(pg_bin=programs, data_dir=tmp_path / "data")
    database_of(engine).reset("cast")
    return made


def _kept(deeds: list[Deed]) -> list[Deed]:
    """Parts of files that are not whole are not backed up."""
    return [deed for deed in deeds if not isinstance(deed, Sent) or deed.is_whole]


def _faults(made: Path, acknowledged: list[Deed], writing: Writing, other: Flask) -> list[str]:
    """Of the backup, restored into the empty place of `other`."""
    with other.app_context(), clock.at(NOW):
        check.restore(made)
        faults = list(check.faults_of_restored(read(made)))
        with transaction(write=False):
            faults += missed(list(writing.deeds.values()), _kept(acknowledged))
        session.remove()
        db.engine.dispose()
    return faults


@pytest.mark.timeout(3600)
def test_each_backup_of_a_busy_server_is_good_and_complete(
    product: Flask, serve: Serve, make_app: MakeApp, blank_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    number = 50 if request.config.getoption("--long") else 2
    settings, key = product.config["LMS"], product.config["LMS_CHAIN_KEY"]
    writing = Writing(serve("tests.faults.planted:app", PLANTED="in-the-cohort").url, set_up(product))
    acknowledged, made = [], tmp_path
    writing.start()
    try:
        for turn in range(number):
            enough, until = len(writing.acknowledged) + 20, time.monotonic() + 60
            while len(writing.acknowledged) < enough and time.monotonic() < until:
                time.sleep(0.02)
            acknowledged = list(writing.acknowledged)
            with product.app_context():
                made = make_backup(tmp_path / f"backups-{turn}")
                assert turn == number - 1 or list(check.rehearse(made)) == [], turn
        is_busy = len(writing.acknowledged) > len(acknowledged)
    finally:
        writing.stop()
    assert not writing.wrong
    assert is_busy, "it was written to meanwhile"
    new = make_app(database_url=blank_url, data_dir=tmp_path / "new", pg_bin=settings.pg_bin, chain_key=key)
    assert _faults(made, acknowledged, writing, new) == []


@pytest.mark.one_engine
def test_a_backup_of_the_files_before_the_database_is_found_out(
    product: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with product.app_context(), clock.at(NOW):
        world = World(product)
        (activity,) = set_work(world, plan(week=30))
        early = make._write_files(tmp_path / "backups")
        hand_in(world, "Ada", activity, files=("late.png",))
        monkeypatch.setattr(make, "_write_files", lambda _: early)
        made = make_backup(tmp_path / "backups")
        assert any("named by a row but not in the backup" in fault for fault in check.rehearse(made))
        session.remove()
