"""`./dev bench --scale 10000000`: what a student does costs the same however many hours entries the table holds.

Two databases of one PostgreSQL, alike but for the entries of strangers: one entry in the first, `--scale` in the other.
Rounds are interleaved and compared by processor time, of the product and of PostgreSQL together, so that a busy machine
does not matter; pages touched are exact.
"""

import argparse
import logging
import random
import re
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import structlog
from sqlalchemy import Engine, event

from benchmarks import actions, strangers
from benchmarks.actions import ACTIONS, Action, Once
from benchmarks.client import Client
from benchmarks.inside import Inside
from benchmarks.scene import Scene, look
from benchmarks.seed import application, seed
from benchmarks.server import Served, _clock_of
from lms.kernel.db import db, session
from tests.support.postgres import Server

ONE, MANY = "one", "many"
NAMES = ("log hours", "hours week", "cohort board")
GOAL = 1.2
STUDENT_PAGES, COHORT_PAGES = 6, 448  # pages for the sums of a student's week and of a cohort's
SUMS = """
    SELECT enrollment_id, kind, sum(minutes) FROM hours_entry
    WHERE enrollment_id = ANY(%s) AND day BETWEEN %s::date AND %s::date GROUP BY 1, 2
"""


@dataclass(slots=True)
class Cost:
    """One action on one database: milliseconds of processor time and of waiting a request, by round."""

    cpu: list[float] = field(default_factory=list)
    waited: list[float] = field(default_factory=list)


def run(given: argparse.Namespace, folder: Path, say: Any) -> int:
    """Make both databases, measure, report; 1 where a page count is broken."""
    strangers.check_room(Path(tempfile.gettempdir()), given.scale)
    server = Server(folder / "pg")
    server.folder.mkdir(mode=0o755)
    server.start()
    try:
        scene = make(server, folder, given, say)
        report(measure(server, folder, scene, given), given, say)
        return pages(server, folder, scene, say)
    finally:
        server.stop()


def make(server: Server, folder: Path, given: argparse.Namespace, say: Any) -> Scene:
    """Seed one database, take its entries away, copy it, and add the strangers to the copy."""
    began = time.monotonic()
    app = application(server.url("postgres"), folder / "data")
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    seed(app, given.students, 3)
    with app.app_context():
        scene = look()
        session.remove()
        db.engine.dispose()
    with _plainly(server, "postgres") as connection:
        strangers.leave_one(connection)
    server.execute(f"CREATE DATABASE {ONE} TEMPLATE postgres", f"CREATE DATABASE {MANY} TEMPLATE postgres")
    with _plainly(server, MANY) as connection:
        strangers.add(connection, given.scale)
    for name in (ONE, MANY):
        with _plainly(server, name) as connection:
            strangers.settle(connection)
            row = connection.execute(
                "SELECT (SELECT count(*) FROM hours_entry), pg_total_relation_size('hours_entry')"
            ).fetchone()
        assert row is not None
        say(f"{name}: {row[0]:,} entries, {row[1] / 1e6:,.0f} MB with indexes")
    say(f"made in {time.monotonic() - began:.0f} s")
    return scene


@contextmanager
def _plainly(server: Server, database: str) -> Iterator[psycopg.Connection]:
    with server.connect(database) as connection:
        connection.autocommit = True
        yield connection


def measure(server: Server, folder: Path, scene: Scene, given: argparse.Namespace) -> dict[tuple[str, str], Cost]:
    """Every action on both, `--requests` times in each of `--rounds`, in a shuffled order, after one round to warm."""
    chosen = [action for action in ACTIONS if action.name in NAMES]
    common = {"LMS_DATA_DIR": str(folder / "data"), "WEB_CONCURRENCY": "1", "LMS_SCHEDULER": "false"}
    found = {(name, action.name): Cost() for name in (ONE, MANY) for action in chosen}
    chance = random.Random(given.seed)
    with (
        Served("wsgi:app", {**common, "LMS_DATABASE_URL": server.url(ONE)}, folder / "one.log") as one,
        Served("wsgi:app", {**common, "LMS_DATABASE_URL": server.url(MANY)}, folder / "many.log") as many,
    ):
        served = {ONE: one, MANY: many}
        ready = {(name, action.name): _ready(action, served[name], scene) for name in served for action in chosen}
        for number in range(-1, given.rounds):
            order = list(ready)
            chance.shuffle(order)
            for key in order:
                often = next(action for action in chosen if action.name == key[1]).requests(given.requests)
                cpu, waited = _costs(ready[key], often, served[key[0]], server)
                if number >= 0:
                    found[key].cpu.append(cpu)
                    found[key].waited.append(waited)
    return found


def _ready(action: Action, server: Served, scene: Scene) -> Once:
    actions._signed_in.clear()  # sessions of the other database are worth nothing here
    once = action.prepare(Client(server.url), scene)

    def looked_at() -> Any:
        answer = once()
        action.check(answer)
        return answer

    return looked_at


def _costs(once: Once, often: int, web: Served, server: Server) -> tuple[float, float]:
    """Milliseconds a request: processor time of the web server and of PostgreSQL, and the median wait."""
    before, waits = web.cpu_ms() + _cpu_of(server), []
    for _ in range(often):
        began = time.perf_counter()
        once()
        waits.append((time.perf_counter() - began) * 1000)
    return (web.cpu_ms() + _cpu_of(server) - before) / often, statistics.median(waits)


def _cpu_of(server: Server) -> float:
    """Milliseconds of processor time that PostgreSQL's processes have used so far."""
    postmaster = int((server.data / "postmaster.pid").read_text().split()[0])
    children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
    return sum(time.clock_gettime(_clock_of(int(pid))) for pid in children) * 1000


def report(found: dict[tuple[str, str], Cost], given: argparse.Namespace, say: Any) -> None:
    """One line an action."""
    say(f"\n{'':14} {'CPU ms, 1':>10} {'CPU ms, many':>13} {'ratio (goal 1.2)':>26} {'ms, 1':>8} {'ms, many':>9}")
    for name in NAMES:
        one, many = found[ONE, name], found[MANY, name]
        ratios = [more / less for more, less in zip(many.cpu, one.cpu, strict=True)]
        middle = statistics.median(ratios)
        said = f"{middle:.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
        say(
            f"{name:14} {statistics.median(one.cpu):10.2f} {statistics.median(many.cpu):13.2f} {said:>26}"
            f" {statistics.median(one.waited):8.2f} {statistics.median(many.waited):9.2f}"
            f"{'' if middle <= GOAL else '   over the goal'}"
        )


def pages(server: Server, folder: Path, scene: Scene, say: Any) -> int:
    """Pages touched, exactly: by what the pages of the product ask, and by the sums that the covering index answers."""
    say(f"\n{'pages touched':40} {'one':>8} {'many':>8}")
    asked = {name: _asked(server, folder, scene, name) for name in (ONE, MANY)}
    for name in NAMES:
        say(f"{name + ', statements on hours':40} {asked[ONE][name]:8} {asked[MANY][name]:8}")
    with _plainly(server, MANY) as connection:
        first, last = "2026-06-01", "2026-06-07"
        student = _touched(connection, SUMS, ([strangers.FIRST + 7], first, last))
        cohort = _touched(connection, SUMS, ([strangers.FIRST + n for n in range(1, 73)], first, last))
    say(f"{'sums of a student and week (at most 6)':40} {'':8} {student:8}")
    say(f"{'sums of 72 students and week (at most 448)':40} {'':8} {cohort:8}")
    return int(student > STUDENT_PAGES or cohort > COHORT_PAGES)


def _asked(server: Server, folder: Path, scene: Scene, database: str) -> dict[str, int]:
    """By action, the pages that its SELECTs of hours entries touch."""
    app = application(server.url(database), folder / "data")
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    found = {}
    with app.app_context():
        for action in [action for action in ACTIONS if action.name in NAMES]:
            actions._signed_in.clear()
            once = action.prepare(Inside(app), scene)
            once()
            with _recorded() as sent:
                action.check(once())
            with _plainly(server, database) as connection:
                found[action.name] = sum(_touched(connection, sql, values) for sql, values in sent)
        session.remove()
        db.engine.dispose()
    return found


@contextmanager
def _recorded() -> Iterator[list[tuple[str, Any]]]:
    sent: list[tuple[str, Any]] = []

    def note(_c: object, _cursor: object, sql: str, values: Any, *_: object) -> None:
        if sql.lstrip().upper().startswith("SELECT") and "hours_entry" in sql:
            sent.append((sql, values))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def _touched(connection: psycopg.Connection, sql: str, values: Any) -> int:
    """Shared pages that a statement hits or reads, once its connection knows the tables."""
    for _ in range(2):
        rows = connection.execute(f"EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF) {sql}", values).fetchall()
    plan = "\n".join(row[0] for row in rows)
    top = re.search(r"Buffers: shared((?: \w+=\d+)+)", plan)
    return sum(int(number) for number in re.findall(r"(?:hit|read)=(\d+)", top[1])) if top else 0
