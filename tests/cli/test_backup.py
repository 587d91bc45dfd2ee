"""Backups on both engines: made while the product runs, restored, and not believed once a bit is flipped."""

import io
import json
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask, has_app_context
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from lms.kernel import chain, clock
from lms.kernel.backup import check
from lms.kernel.backup.make import list_backups, make_backup, newest_backup, prune
from lms.kernel.backup.manifest import BadBackup, read
from lms.kernel.backup.retention import to_keep
from lms.kernel.db import db, session, transaction
from lms.kernel.storage import names_files, storage
from lms.people.consent.models import ConsentRequest, Purpose, RecordType
from lms.people.orgs.models import Firm
from tests.support.databases import database_of
from tests.support.web import MakeApp, World


@pytest.fixture
def world(make_app: MakeApp, engine: str, postgres_program: Callable[[str], Path], tmp_path: Path) -> Iterator[World]:
    """The cast on an application that finds PostgreSQL's programs, with one chained fact and one stored file."""
    programs = str(postgres_program("pg_dump").parent) if engine == "postgresql" else ""
    app = make_app(pg_bin=programs, data_dir=tmp_path / "data")
    database_of(engine).reset("cast")
    with app.app_context():
        _ask_for_consent(World(app))
        storage().put(io.BytesIO(b"what Ada handed in"), 1000)
        yield World(app)
        session.remove()


def _ask_for_consent(world: World) -> None:
    with transaction():
        asked = ConsentRequest(
            enrollment_id=world.enrollment("Ada").id,
            firm_id=world.one(Firm, name="Acme").id,
            record_type=next(iter(RecordType)),
            purpose=next(iter(Purpose)),
        )
        session.add(asked)
        chain.append("program:1", asked)


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every stored file is named by a row, as far as the product knows."""
    monkeypatch.setattr("lms.kernel.storage._names", [])
    names_files(lambda: [kept.sha256 for kept in storage().all()])


def _cli(app: Flask, *arguments: str) -> tuple[int, str]:
    if has_app_context():
        session.remove()
    result = app.test_cli_runner().invoke(args=list(arguments))
    return result.exit_code, result.output


def test_a_backup_is_made_and_rehearsed(world: World, named: None, tmp_path: Path) -> None:
    code, said = _cli(world.app, "backup", str(tmp_path / "backups"))
    assert (code, "1 files, 1 chains" in said) == (0, True), said
    code, said = _cli(world.app, "restore", str(tmp_path / "backups"), "--verify")
    assert (code, said.strip().endswith("is good.")) == (0, True), said


def test_a_backup_is_restored_into_an_empty_place(
    world: World, named: None, tmp_path: Path, make_app: MakeApp, blank_url: str
) -> None:
    made = make_backup(tmp_path / "backups")
    chain_key = world.app.config["LMS_CHAIN_KEY"]
    settings = world.app.config["LMS"]
    other = make_app(database_url=blank_url, data_dir=tmp_path / "new", pg_bin=settings.pg_bin, chain_key=chain_key)
    with other.app_context():
        check.restore(made)
        assert list(check.faults_of_restored(read(made))) == []
        assert World(other).person("Ada").email == "ada@example.org"
        (kept,) = storage().all()
        assert b"".join(storage().open(kept.sha256)) == b"what Ada handed in"
        with pytest.raises(BadBackup, match=r"exists|not empty"):
            check.restore(made)
        session.remove()
        db.engine.dispose()


def test_facts_stay_append_only_after_a_restore(
    world: World, tmp_path: Path, make_app: MakeApp, blank_url: str
) -> None:
    made = make_backup(tmp_path / "backups")
    settings = world.app.config["LMS"]
    key = world.app.config["LMS_CHAIN_KEY"]
    other = make_app(database_url=blank_url, data_dir=tmp_path / "new", pg_bin=settings.pg_bin, chain_key=key)
    with other.app_context():
        check.restore(made)
        with pytest.raises(Exception, match="facts are kept"), db.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE consent_request SET firm_id = 2")
        db.engine.dispose()


def test_a_row_that_was_changed_behind_the_back_is_named_by_the_rehearsal(world: World, tmp_path: Path) -> None:
    with db.engine.begin() as connection:
        for name in ("update", "delete"):
            tail = " ON consent_request" if db.engine.dialect.name == "postgresql" else ""
            connection.exec_driver_sql(f"DROP TRIGGER consent_request_keep_{name}{tail}")
        connection.execute(update(ConsentRequest.__table__).values(firm_id=2))  # type: ignore[arg-type]
    made = make_backup(tmp_path / "backups")
    assert [fault for fault in check.rehearse(made) if "was changed" in fault]


def test_a_missing_file_is_named(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lms.kernel.storage._names", [])
    names_files(lambda: ["0" * 64])
    made = make_backup(tmp_path / "backups")
    assert [fault for fault in check.rehearse(made) if f"files: {'0' * 64} is missing" in fault]


def test_every_flipped_bit_is_noticed(world: World, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    made = make_backup(tmp_path / "backups")
    assert list(check.faults_of(made)) == []
    chance = random.Random(20261123)
    paths = sorted(path for path in (tmp_path / "backups").rglob("*") if path.is_file())
    for _ in range(1000 if request.config.getoption("--long") else 60):
        path = chance.choice(paths)
        whole = path.read_bytes()
        place, bit = chance.randrange(len(whole)), chance.randrange(8)
        path.write_bytes(whole[:place] + bytes([whole[place] ^ (1 << bit)]) + whole[place + 1 :])
        assert _is_doubted(made), f"{path} byte {place} bit {bit}"
        path.write_bytes(whole)
    assert not _is_doubted(made), "negative control: the whole backup is believed"


def _is_doubted(backup: Path) -> bool:
    try:
        return bool(list(check.faults_of(backup)))
    except BadBackup:
        return True


def test_a_backup_of_another_chain_key_is_refused(world: World, tmp_path: Path) -> None:
    made = make_backup(tmp_path / "backups")
    world.app.config["LMS_CHAIN_KEY"] = "another"
    with pytest.raises(BadBackup, match="another chain key"):
        list(check.faults_of(made))


def test_a_second_backup_adds_only_new_files_and_a_pruned_one_takes_its_own_along(world: World, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    first = make_backup(folder)
    (old,) = read(first).files
    storage().delete(old)
    storage().put(io.BytesIO(b"what Zoe handed in"), 1000)
    with time_machine.travel(clock.now() + timedelta(minutes=5)):
        second = make_backup(folder)
    assert len(list((folder / "files").glob("??/*"))) == 2
    assert list(check.faults_of(first)) == list(check.faults_of(second)) == []
    assert prune(folder) == [first], "of one day, the newer one is kept"
    assert len(list((folder / "files").glob("??/*"))) == 1
    assert newest_backup(folder) == second


def test_a_backup_that_breaks_off_leaves_none(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (kept,) = storage().all()
    path = world.app.config["LMS"].data_dir / "files" / kept.sha256[:2] / kept.sha256[2:]
    path.write_bytes(b"damaged")
    with pytest.raises(BadBackup, match="is damaged"):
        make_backup(tmp_path / "backups")
    assert list_backups(tmp_path / "backups") == {}
    with pytest.raises(BadBackup, match="no backup"):
        newest_backup(tmp_path / "backups")


def test_without_postgresql_s_programs_the_message_says_what_to_install(
    make_app: MakeApp, tmp_path: Path, engine: str
) -> None:
    if engine == "postgresql":
        app = make_app(pg_bin=str(tmp_path))
        code, said = _cli(app, "backup", str(tmp_path / "backups"))
        assert (code, "LMS_PG_BIN" in said) == (1, True)


def test_verify_is_green_and_then_red_after_a_row_was_changed(world: World, named: None) -> None:
    code, said = _cli(world.app, "verify", "--files")
    assert (code, "chains, files" in said) == (0, True), said
    with db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE chain SET head = '0'")
    code, said = _cli(world.app, "verify")
    assert (code, "program:1: the end was cut off" in said) == (1, True), said


def test_the_manifest_says_what_is_inside(world: World, tmp_path: Path) -> None:
    made = make_backup(tmp_path / "backups")
    said = json.loads((made / "manifest.json").read_text())
    assert said["tables"]["person"] == 12
    assert said["chains"]["program:1"][0] == 1
    assert said["engine"] == db.engine.dialect.name


days = st.datetimes(datetime(2025, 1, 1), datetime(2026, 12, 31))  # noqa: DTZ001 - Hypothesis wants bare bounds


@given(st.lists(days.map(lambda at: at.replace(tzinfo=UTC)), max_size=40))
def test_the_newest_backup_is_always_kept_and_never_more_than_23(made: list[datetime]) -> None:
    kept = to_keep(made)
    assert kept <= set(made)
    assert len(kept) <= 23
    assert not made or max(made) in kept


def test_a_year_of_nightly_backups_leaves_days_weeks_and_months() -> None:
    newest = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
    kept = sorted(to_keep(newest - timedelta(days=n) for n in range(365)), reverse=True)
    assert [newest - at for at in kept[:7]] == [timedelta(days=n) for n in range(7)]
    assert len(kept) == 20, "7 days, 2 more weeks and 11 more months"
