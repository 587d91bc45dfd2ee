"""On PostgreSQL the pages of hours read by their indexes, however many entries others have: plans, and pages touched.

One student's year and one cohort's week stand among 30,000 entries of strangers; `./dev bench --scale` asks the same of
10,000,000. Everything here is exact: plans and buffers, no time.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event

from lms.hub.cohorts.models import Cohort
from lms.kernel.db import db, session, transaction
from tests.hub.hours.weeks import MONDAY, hand_in, log_week
from tests.support.web import World

COVERING = "ix_hours_entry_enrollment_id_day"
STUDENT_PAGES, COHORT_PAGES = 6, 448  # the most that a student's week and a cohort's week may touch
STRANGERS, WEEKS, A_WEEK = 100, 52, 6
FILL = """
    INSERT INTO person (id, public_id, name, email, language, zone, is_active, is_sample, created_at)
    SELECT 100000 + n, 'p' || n, 'Stranger', 'x' || n || '@example.org', 'en', 'America/New_York', true, true, now()
    FROM generate_series(1, {students}) n;
    INSERT INTO enrollment (id, public_id, person_id, cohort_id, start_offset_weeks)
    SELECT 100000 + n, 'e' || n, 100000 + n, {cohort}, 0 FROM generate_series(1, {students}) n;
    INSERT INTO hours_entry (public_id, enrollment_id, monday, day, zone, minutes, kind, paid_by_firm, source,
        evidence_level, lag_days, is_removal, recorded_at)
    SELECT 'h' || row_number() OVER (), 100000 + n, date '{monday}' + 7 * week, date '{monday}' + 7 * week + mod(e, 7),
        'America/New_York', 50 + e, 'self_study', false, 'manual', 0, 0, false, timestamptz '{monday}'
    FROM generate_series(0, {weeks} - 1) week, generate_series(1, {students}) n, generate_series(1, {a_week}) e;
"""


@pytest.fixture
def crowded(world: World) -> World:
    """Ada's weeks among those of strangers, counted and vacuumed as a running database is."""
    if db.engine.dialect.name != "postgresql":
        pytest.skip("plans of PostgreSQL")
    log_week(world)
    hand_in(world)
    size = {"students": STRANGERS, "weeks": WEEKS, "a_week": A_WEEK}
    filling = FILL.format(cohort=_another_cohort(world), monday=date(2026, 9, 7), **size)
    with _plainly() as connection:
        connection.exec_driver_sql("SET statement_timeout = 0; SET session_replication_role = replica")
        # A checkpoint, so that vacuum knows the commits to be on the disk; frozen, so that it waits for a page that the
        # server is just writing instead of leaving it out.
        for statement in (*filling.split(";")[:-1], "CHECKPOINT", "VACUUM (FREEZE, ANALYZE) hours_entry"):
            connection.exec_driver_sql(statement)
        connection.exec_driver_sql("SET session_replication_role = origin; RESET statement_timeout")
    return world


def _another_cohort(world: World) -> int:
    own = ("id", "public_id", "name")
    values = {c.key: getattr(world.one(Cohort), c.key) for c in Cohort.__table__.columns if c.key not in own}
    with transaction():
        cohort = Cohort(**values, name="Strangers")
        session.add(cohort)
        session.flush()
        return cohort.id


@contextmanager
def _plainly() -> Iterator[Connection]:
    """A connection past the product's session, outside of any transaction."""
    session.rollback()
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        yield connection


@contextmanager
def _asked() -> Iterator[list[tuple[str, Any]]]:
    """What is asked of the entries of hours inside."""
    found: list[tuple[str, Any]] = []

    def note(_c: object, _cursor: object, sql: str, values: Any, *_: object) -> None:
        if sql.lstrip().upper().startswith("SELECT") and "hours_entry" in sql:
            found.append((sql, values))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def _plan(connection: Connection, sql: str, values: Any) -> str:
    explained = f"EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF) {sql}"
    return "\n".join(row[0] for row in connection.exec_driver_sql(explained, values))


def _pages(plan: str) -> int:
    """Pages that the whole statement touched: the first line with buffers is the top node's."""
    found = re.search(r"Buffers: shared((?: \w+=\d+)+)", plan)
    return sum(int(number) for number in re.findall(r"(?:hit|read)=(\d+)", found[1])) if found else 0


PAGES = {
    "Ada": ["/student/", "/student/hours", f"/student/hours/weeks/{MONDAY}/history", "/student/hours/year"],
    "Cleo": ["/coordinator/board", "/coordinator/reminders"],
    "Ben": ["/instructor/approvals"],
}


@pytest.mark.timeout(300)
def test_no_page_of_hours_reads_the_whole_table(crowded: World) -> None:
    with _asked() as asked:
        for name, pages in PAGES.items():
            browser = crowded.browser_of(name)
            for page in pages:
                assert browser.get(page).status_code == 200, page
    assert len(asked) >= 6
    with _plainly() as connection:
        plans = [_plan(connection, sql, values) for sql, values in asked]
    assert not [plan for plan in plans if "Seq Scan on hours_entry" in plan]
    assert [plan for plan in plans if f"Index Only Scan using {COVERING}" in plan], "the sums of the pages use it too"


@pytest.mark.timeout(300)
def test_the_covering_index_alone_answers_the_sums_of_a_student_and_of_a_cohort(crowded: World) -> None:
    student = "enrollment_id = 100050"
    cohort = f"enrollment_id = ANY('{{{','.join(str(100_000 + n) for n in range(1, 73))}}}'::bigint[])"
    week = f"day BETWEEN date '{MONDAY}' AND date '{MONDAY + timedelta(days=6)}'"
    with _plainly() as connection:
        for who, most in ((student, STUDENT_PAGES), (cohort, COHORT_PAGES)):
            sql = f"SELECT enrollment_id, kind, sum(minutes) FROM hours_entry WHERE {who} AND {week} GROUP BY 1, 2"
            _plan(connection, sql, None)  # a new connection reads the index's first page once
            plan = _plan(connection, sql, None)
            assert f"Index Only Scan using {COVERING}" in plan, plan
            assert "Heap Fetches: 0" in plan, plan
            assert _pages(plan) <= most, plan


def test_a_page_is_counted_where_one_is_touched(crowded: World) -> None:
    with _plainly() as connection:
        plan = _plan(connection, "SELECT sum(lag_days) FROM hours_entry", None)
    assert _pages(plan) > COHORT_PAGES
