"""A fresh database for every test that asks for one, on SQLite and on PostgreSQL.

The schema is made once a run. Every process of the run has one database of its own, which is put back to the template
before each test: its log is forgotten (SQLite), or it is emptied and filled (PostgreSQL).

A test that uses `engine`, directly or through `app`, `db` and the like, runs on both. Marked `one_engine`, or in the
browser, it runs on SQLite only, unless `--engine` names one; marked `sqlite_only`, never on another. With `--engine
enough`, PostgreSQL gets the tests that `tests/on_postgresql.txt` names, which send it nearly all that the others do; it
also halves the random examples (`run.py`) and leaves one of two widths out (`browser.py`).
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine

from tests.support import run
from tests.support.postgres import Server
from tests.support.schema import build

SQLITE = "sqlite"
POSTGRESQL = "postgresql"
ENOUGH = "enough"
CHOSEN = Path(__file__).parents[1] / "on_postgresql.txt"  # folders, files and tests; `tools/engines.py` chooses these
TEMPLATE = "template_of_tests"


class SqliteDatabase:
    """A file, copied from the template's file.

    To copy 5 MB, to close a connection and to have the next one read a schema of 1,600 parts takes as long as a small
    test. So what a test wrote stays in the write-ahead log, and before the next test that is cut off under the
    application's idle connections: they find its index empty, as after a crash, and forget the pages they remember.
    """

    def __init__(self, process: str) -> None:
        self.made = 0
        self.path = run.folder() / f"{process}.db"
        self.url = f"sqlite:///{self.path}"
        self.kept: Engine | None = None  # whose idle connections may stay from test to test
        self._log, self._index = Path(f"{self.path}-wal"), Path(f"{self.path}-shm")
        self._open_index = -1
        self._source: Path | None = None
        self._schema = 0
        self._state: tuple[object, ...] = ()

    def close(self) -> None:
        """Nothing of it is kept open."""

    def reset(self, layer: str) -> None:
        """Make it as the template `layer` is, with a new file. No connection may be open but idle ones of `kept`."""
        self.become(self._template(layer))

    def renew(self, layer: str) -> None:
        """The same, but idle connections of `kept` lead to it afterwards, too."""
        self.go_back_to(self._template(layer))

    def become(self, source: Path) -> None:
        """Make it a copy of the database `source`, which nobody has open."""
        if self.kept is not None:
            self.kept.dispose()  # the last one to close a file takes away the log that lies beside its name
        for old in (self._log, self._index, self.path):
            old.unlink(missing_ok=True)
        shutil.copyfile(source, self.path)
        self._source, self._schema = source, _schema_version(source)
        os.utime(self.path, (0, 0))  # any write from now on shows
        self._state = self._seen()

    def go_back_to(self, source: Path) -> None:
        """Make it as the database `source` is: by forgetting the log, if all that has been done since is in there."""
        if source != self._source or not self._is_at_rest():
            self.become(source)
        elif self._log.exists():
            os.truncate(self._log, 0)
            if self._index.exists():
                os.pwrite(self._index_file(), bytes(INDEX_HEAD), 0)

    def _is_at_rest(self) -> bool:
        """Whether nobody is at work, and neither the file nor the schema was touched."""
        if self.kept is None or self.kept.pool.checkedout() or self._seen() != self._state:  # type: ignore[attr-defined]
            return False
        with closing(self.kept.raw_connection()) as line:
            return bool(line.cursor().execute("PRAGMA schema_version").fetchone()[0] == self._schema)

    def _seen(self) -> tuple[object, ...]:
        found = self.path.stat()
        return found.st_ino, found.st_size, found.st_mtime_ns

    def _index_file(self) -> int:
        """The index, open as long as it is in use: to close it would take this process's locks on it away."""
        if self._open_index < 0 or os.fstat(self._open_index).st_ino != self._index.stat().st_ino:
            if self._open_index >= 0:
                os.close(self._open_index)
            self._open_index = os.open(self._index, os.O_RDWR)
        return self._open_index

    @staticmethod
    @cache
    def _template(layer: str) -> Path:
        made = run.once(f"sqlite-{layer}", lambda folder: build(f"sqlite:///{folder}/template.db", layer, folder))
        return made / "template.db"


def _schema_version(file: Path) -> int:
    """What `PRAGMA schema_version` says of a database that nobody has open."""
    with file.open("rb") as opened:
        return int.from_bytes(opened.read(44)[40:])


INDEX_HEAD = 136  # bytes of the index's header: https://www.sqlite.org/walformat.html


class PostgresDatabase:
    """A database on the run's one server, made from the template database once a process, then emptied and filled.

    Copying a database costs a second with this many tables and indexes; emptying it costs some 50 ms.
    """

    def __init__(self, process: str) -> None:
        self.name = f"test_{process}"
        self.server = _server()
        self.url = self.server.url(self.name)
        self.made = 0  # how often it was made from the template
        self._made_shape = ""
        self._rows: dict[str, dict[str, bytes]] = {}
        self._numbers: dict[str, dict[str, int]] = {}
        self._resets = 0
        self._kept: psycopg.Connection | None = None

    def reset(self, layer: str) -> None:
        """Make it as the template `layer` is. A connection that is at work is cut; all are where `made` goes up."""
        template = f"{TEMPLATE}_{layer}"

        def make(folder: Path) -> None:
            self.server.execute(f"DROP DATABASE IF EXISTS {template}", f"CREATE DATABASE {template}")
            build(self.server.url(template), layer, folder)

        run.once(f"postgresql-{layer}", make)
        if layer not in self._rows:
            self._remember(layer, template)
        if not self.made or not self._refilled(layer):
            self._make(template)
            assert self._refilled(layer)
        self._resets += 1
        if self._resets % RESETS_A_VACUUM == 0:
            with self.server.connect(self.name) as connection:
                connection.autocommit = True
                connection.execute("VACUUM")

    def renew(self, layer: str) -> None:
        """The same."""
        self.reset(layer)

    def close(self) -> None:
        """End the kept connection."""
        if self._kept is not None:
            self._kept.close()

    def _make(self, template: str) -> None:
        self.close()
        self.server.execute(
            f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)",
            f"CREATE DATABASE {self.name} TEMPLATE {template} STRATEGY FILE_COPY",
        )
        with self.server.connect(self.name) as connection:
            self._made_shape = self._shape(connection)
        self.made += 1

    @contextmanager
    def _admin(self) -> Iterator[psycopg.Connection]:
        """The connection that empties and fills, in a transaction: it is kept, since it knows the tables by now."""
        if self._kept is None or self._kept.closed:
            self._kept = self.server.connect(self.name)
        with self._kept.transaction():
            yield self._kept

    @staticmethod
    def _shape(connection: psycopg.Connection) -> str:
        """A digest of the tables, their guards and whether these are on."""
        return str(connection.execute(SHAPE).fetchone())

    def _remember(self, layer: str, template: str) -> None:
        """Keep the rows of the template and where its sequences stand."""
        with self.server.connect(template) as connection:
            tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
            rows = {table: self._copied(connection, table) for (table,) in tables}
            numbers = connection.execute(
                "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' AND last_value > 0"
            ).fetchall()
        self._rows[layer] = {table: data for table, data in rows.items() if data}
        self._numbers[layer] = {name: int(number) for name, number in numbers}

    @staticmethod
    def _copied(connection: psycopg.Connection, table: str) -> bytes:
        with connection.cursor().copy(f'COPY "{table}" TO STDOUT (FORMAT BINARY)') as copy:
            data = b"".join(bytes(block) for block in copy)
        return data if len(data) > EMPTY_COPY else b""

    def _refilled(self, layer: str) -> bool:
        """Empty every table and fill it as the layer says; False if a test took a table or a guard away on purpose."""
        with self._admin() as connection:
            connection.execute(CUT)
            if self._shape(connection) != self._made_shape:
                return False
            connection.execute("SET LOCAL session_replication_role = replica")  # no guard of facts, no foreign key
            connection.execute(CLEAN)
            for table, data in self._rows[layer].items():
                with connection.cursor().copy(f'COPY "{table}" FROM STDIN (FORMAT BINARY)') as copy:
                    copy.write(data)
            names, numbers = list(self._numbers[layer]), list(self._numbers[layer].values())
            connection.execute(NUMBERS, (names, numbers))
        return True


EMPTY_COPY = 21  # bytes of a binary copy without rows: its head and its end
RESETS_A_VACUUM = 50
SHAPE = """
    SELECT (SELECT bit_xor(hashtextextended(tgrelid::text || tgname || tgenabled::text, 0))
            FROM pg_trigger WHERE NOT tgisinternal),
           (SELECT array[sum(relnatts), count(*)] FROM pg_class WHERE relnamespace = 'public'::regnamespace),
           (SELECT count(*) FROM pg_attribute WHERE attisdropped)
"""
NUMBERS = "SELECT setval(format('%%I', name), number) FROM unnest(%s::text[], %s::bigint[]) AS kept (name, number)"
CUT = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'
"""
CLEAN = """
    DO $$ DECLARE one record; BEGIN
        FOR one IN SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace
            AND relkind = 'r' AND pg_relation_size(oid) > 0 LOOP  -- a table of no size never had a row
            EXECUTE format('DELETE FROM %I', one.name);
        END LOOP;
        FOR one IN SELECT sequencename AS name FROM pg_sequences
            WHERE schemaname = 'public' AND last_value IS NOT NULL LOOP
            PERFORM setval(format('%I', one.name)::regclass, 1, false);
        END LOOP;
    END $$
"""


Database = SqliteDatabase | PostgresDatabase


def _server() -> Server:
    return Server(run.once("postgresql", lambda folder: Server(folder).start()))


_databases: dict[str, Database] = {}


def database_of(engine: str) -> Database:
    """This process's database on `engine`; reset it before use."""
    if engine not in _databases:
        process = os.environ.get("PYTEST_XDIST_WORKER", "main")
        _databases[engine] = SqliteDatabase(process) if engine == SQLITE else PostgresDatabase(process)
    return _databases[engine]


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> str:
    """ "sqlite" or "postgresql"; a test that uses it runs once on each."""
    return str(request.param)


@pytest.fixture
def database_url(engine: str) -> str:
    """A database with the product's schema and nothing in it."""
    database = database_of(engine)
    database.reset("empty")
    return database.url


@pytest.fixture
def postgres_program() -> Callable[[str], Path]:
    """`postgres_program("pg_dump")`: a program of the tests' PostgreSQL."""
    return lambda name: _server().program(name)


@pytest.fixture
def blank_url(engine: str, tmp_path: Path) -> str:
    """A database without any table."""
    if engine == SQLITE:
        return f"sqlite:///{tmp_path}/blank.db"
    name = f"blank_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    server = _server()
    server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}")
    return server.url(name)


def pytest_addoption(parser: pytest.Parser) -> None:
    choices = [SQLITE, POSTGRESQL, "both", ENOUGH]
    parser.addoption("--engine", choices=choices, default="both", help="run on these databases")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "engine" not in metafunc.fixturenames:
        return
    asked = metafunc.config.getoption("--engine")
    marks = {mark.name for mark in metafunc.definition.iter_markers()}
    in_browser = "browser" in marks or "new_page" in metafunc.fixturenames  # which `page` asks for too
    engines: list[Any]
    if "sqlite_only" in marks:
        skip = pytest.mark.skip(reason="about SQLite itself")
        engines = [SQLITE if asked != POSTGRESQL else pytest.param(SQLITE, marks=skip)]
    elif asked in (SQLITE, POSTGRESQL):
        engines = [asked]
    elif "one_engine" in marks or in_browser or (asked == ENOUGH and not _is_chosen(metafunc.definition.nodeid)):
        engines = [SQLITE]
    else:
        engines = [SQLITE, POSTGRESQL]
    metafunc.parametrize("engine", engines, indirect=True)


def _is_chosen(name: str) -> bool:
    return name.startswith(_chosen())


@cache
def _chosen() -> tuple[str, ...]:
    return tuple(CHOSEN.read_text().splitlines())


@pytest.hookimpl(tryfirst=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    for database in _databases.values():
        database.close()
    if not hasattr(config, "workerinput") and run.FOLDER in os.environ:
        Server(run.folder() / "postgresql").stop()
