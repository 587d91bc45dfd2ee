"""kill -9 in the middle of a migration: it is done or not begun, and runs again to the same schema and rows."""

import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import func, inspect, select, table

from lms.kernel.db import db
from tests.faults.migrate_process import Counter
from tests.support.databases import database_of
from tests.support.schema import alembic_config, app_for

SEED = 20261126
ROOT = Path(__file__).resolve().parent.parent.parent


class Database:
    """One that goes up and down through the migrations, here and in a process that is killed."""

    def __init__(self, config: Config, process: "subprocess.Popen[str]") -> None:
        self.config, self.process = config, process
        steps = list(ScriptDirectory.from_config(config).walk_revisions())
        self.steps = [(step.revision, str(step.down_revision or "base")) for step in steps]  # the newest first

    @property
    def revision(self) -> str:
        """Where it stands."""
        with db.engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision() or "base"

    def up(self, revision: str) -> int:
        """To that revision; how many statements it took."""
        counter = Counter()
        try:
            command.upgrade(self.config, revision)
        finally:
            number = counter.stop()
        return number

    def down(self, revision: str) -> None:
        """To that revision."""
        command.downgrade(self.config, revision)

    def killed(self, revision: str, number: int) -> None:
        """Begin to go up there, and be killed before the statement of that number."""
        db.engine.dispose()
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{revision} {number}\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "-9\n"

    def rows(self) -> dict[str, int]:
        """How many each table has."""
        with db.engine.connect() as connection:
            names = set(inspect(connection).get_table_names()) - {"alembic_version"}
            count = {name: connection.scalar(select(func.count()).select_from(table(name))) for name in sorted(names)}
        return {name: number or 0 for name, number in count.items()}


@pytest.fixture
def database(engine: str, tmp_path: Path) -> Iterator[Callable[..., Database]]:
    """`database("planted")`: at the newest revision, with the cast in it."""
    started: list[subprocess.Popen[str]] = []
    database_of(engine).reset("cast")
    url = database_of(engine).url
    app = app_for(url, tmp_path / "data")

    def make(planted: str = "") -> Database:
        started.append(
            subprocess.Popen(
                [sys.executable, "-m", "tests.faults.migrate_process", url, str(tmp_path / "data")],
                cwd=ROOT,
                env={**os.environ, "PLANTED": planted},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        )
        made = Database(alembic_config(app), started[-1])
        command.stamp(made.config, "head")
        return made

    with app.app_context():
        yield make
        db.engine.dispose()
    for process in started:
        process.kill()
        process.communicate()


def _kill_and_repeat(database: Database, revision: str, below: str, chance: random.Random, kills: int) -> None:
    """From below to the revision, killed on the way; then whole. Ends there."""
    before = database.rows()
    statements = database.up(revision)
    whole = database.rows()
    database.down(below)
    for _ in range(kills):
        number = chance.randint(1, statements)
        database.killed(revision, number)
        told = f"{revision}, killed before statement {number} of {statements}, seed {SEED}"
        assert database.revision in (below, revision), told
        if database.revision == revision:
            database.down(below)
        assert database.rows() == before, told
    database.up(revision)
    assert database.rows() == whole


@pytest.mark.timeout(7200)
def test_a_migration_that_was_killed_runs_again(
    database: Callable[..., Database], request: pytest.FixtureRequest
) -> None:
    chance, long = random.Random(SEED), request.config.getoption("--long")
    upgraded = database()
    newest, *_ = upgraded.steps[0]
    for revision, below in upgraded.steps if long else upgraded.steps[:2]:
        upgraded.down(below)
        _kill_and_repeat(upgraded, revision, below, chance, 20 if long else 2)
        upgraded.down(below)
    upgraded.up("head")
    assert upgraded.revision == newest
    command.check(upgraded.config)


@pytest.mark.one_engine
def test_a_migration_whose_statements_are_committed_one_by_one_is_found_out(database: Callable[..., Database]) -> None:
    upgraded, chance, found = database("each-statement-alone"), random.Random(SEED), 0
    for revision, below in upgraded.steps[:3]:
        upgraded.down(below)
        try:
            _kill_and_repeat(upgraded, revision, below, chance, 2)
        except Exception:  # whichever the engine raises for half a schema
            found += 1
            break
        upgraded.down(below)
    assert found
