"""Millions of hours entries of students in another cohort, made by PostgreSQL itself, and the room that they take."""

import shutil
from pathlib import Path

import psycopg

ENTRIES_A_STUDENT = 500  # a year of them
BYTES_A_ROW = 900  # with its indexes, twice over while they are built
FIRST = 1_000_000  # the row number after which the strangers begin
PEOPLE = f"""
    INSERT INTO cohort (id, public_id, program_id, program_version_id, name, starts_on, ends_on, week_one_monday, zone,
        target_min_minutes, target_max_minutes, funders)
    SELECT {FIRST}, 'cohort-of-strangers', program_id, program_version_id, 'Strangers', starts_on, ends_on,
        week_one_monday, zone, target_min_minutes, target_max_minutes, funders FROM cohort ORDER BY id LIMIT 1;
    INSERT INTO person (id, public_id, name, email, language, zone, is_active, is_sample, created_at)
    SELECT {FIRST} + n, 'person' || n, 'Stranger', 'stranger' || n || '@example.org', 'en', 'America/New_York', true,
        true, now() FROM generate_series(1, %(students)s) n;
    INSERT INTO enrollment (id, public_id, person_id, cohort_id, start_offset_weeks)
    SELECT {FIRST} + n, 'enrollment' || n, {FIRST} + n, {FIRST}, 0 FROM generate_series(1, %(students)s) n;
"""
# In the order in which they would have been written: week by week, all students of a week side by side.
ENTRIES = f"""
    INSERT INTO hours_entry (public_id, enrollment_id, monday, day, zone, minutes, kind, paid_by_firm, source,
        evidence_level, lag_days, is_removal, recorded_at)
    SELECT substr(md5(n::text), 1, 20), {FIRST} + 1 + mod(n, %(students)s), day - (extract(isodow FROM day)::int - 1),
        day, 'America/New_York', 15 + mod(n, 200), 'self_study', false, 'manual', 0, 0, false, day + interval '20 hours'
    FROM (SELECT n, date '2026-01-05' + (n / %(students)s * 364 / {ENTRIES_A_STUDENT})::int AS day
        FROM generate_series(0::bigint, %(rows)s - 1) n) made
"""
BUILT_LATER = """
    SELECT conname, 'ALTER TABLE hours_entry DROP CONSTRAINT ' || conname,
        'ALTER TABLE hours_entry ADD CONSTRAINT ' || conname || ' ' || pg_get_constraintdef(oid)
    FROM pg_constraint WHERE conrelid = 'hours_entry'::regclass AND contype = 'u'
    UNION ALL
    SELECT indexname, 'DROP INDEX ' || indexname, indexdef FROM pg_indexes
    WHERE tablename = 'hours_entry' AND indexname NOT IN (SELECT conname FROM pg_constraint)
"""


def check_room(folder: Path, rows: int) -> None:
    """Raises SystemExit where the disk has no room for `rows` entries and as much again."""
    free, needed = shutil.disk_usage(folder).free, rows * BYTES_A_ROW
    if free < 2 * needed:
        raise SystemExit(f"{rows} entries take up to {needed / 1e9:.0f} GB; {free / 1e9:.0f} GB are free, too few")


def leave_one(connection: psycopg.Connection) -> None:
    """Take every entry of hours away but one, past the guards of facts."""
    connection.execute("SET session_replication_role = replica")
    connection.execute("DELETE FROM hours_seen")
    connection.execute("DELETE FROM hours_entry WHERE id > (SELECT min(id) FROM hours_entry)")
    connection.execute("SET session_replication_role = origin")


def add(connection: psycopg.Connection, rows: int) -> None:
    """Add `rows` entries of strangers; indexes are built afterwards, which takes a tenth of the time."""
    given = {"students": max(rows // ENTRIES_A_STUDENT, 1), "rows": rows}
    connection.execute("SET statement_timeout = 0; SET session_replication_role = replica")
    connection.execute("SET maintenance_work_mem = '512MB'; SET client_min_messages = warning")
    for statement in PEOPLE.split(";")[:-1]:
        connection.execute(statement, given if "%(" in statement else None)
    later = connection.execute(BUILT_LATER).fetchall()
    for _, take_away, _ in later:
        connection.execute(take_away)
    connection.execute(ENTRIES, given)
    for _, _, build in later:
        connection.execute(build)
    connection.execute("SET session_replication_role = origin")


def settle(connection: psycopg.Connection) -> None:
    """As a database stands that has run for a while: counted, and its pages known to be visible."""
    connection.execute("SET statement_timeout = 0")
    connection.execute("CHECKPOINT")
    connection.execute("VACUUM ANALYZE")
