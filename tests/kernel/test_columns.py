"""Days and instants stand in SQLite as SQLAlchemy's own types would write them, and come back as they were."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Date, DateTime
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.types import TypeEngine

from lms.kernel.columns import Day, Process, UtcDateTime

pytestmark = pytest.mark.one_engine
SQLITE, POSTGRESQL = SQLiteDialect_pysqlite(), PGDialect_psycopg()  # type: ignore[no-untyped-call]
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
INSTANTS = st.datetimes(datetime(1900, 1, 2), datetime(9999, 12, 30), timezones=ZONES)  # noqa: DTZ001 - zones are given
NAIVE = datetime(2026, 11, 23, 14, 5)  # noqa: DTZ001 - what is refused


def _both(kind: TypeEngine[object]) -> tuple[Process, Process]:
    """How a value goes into SQLite and comes out."""
    own = kind.dialect_impl(SQLITE)
    written, read = own.bind_processor(SQLITE), own.result_processor(SQLITE, None)
    assert written is not None
    assert read is not None
    return written, read


@given(INSTANTS)
def test_an_instant(instant: datetime) -> None:
    written, read = _both(UtcDateTime())
    plain, _ = _both(DateTime())
    assert written(instant) == plain(instant.astimezone(UTC).replace(tzinfo=None))
    assert read(written(instant)) == instant
    assert read(written(instant)).tzinfo is UTC


@given(st.dates())
def test_a_day(day: date) -> None:
    written, read = _both(Day())
    plain, _ = _both(Date())
    assert written(day) == plain(day)
    assert read(written(day)) == day


@given(INSTANTS)
def test_of_an_instant_the_day_is_kept(instant: datetime) -> None:
    written, _ = _both(Day())
    plain, _ = _both(Date())
    assert written(instant) == plain(instant)


@pytest.mark.parametrize("kind", [Day(), UtcDateTime()])
def test_nothing_stays_nothing(kind: TypeEngine[object]) -> None:
    written, read = _both(kind)
    assert written(None) is None
    assert read(None) is None


@pytest.mark.parametrize("dialect", [SQLITE, POSTGRESQL])
def test_an_instant_without_a_zone_is_refused(dialect: SQLiteDialect_pysqlite | PGDialect_psycopg) -> None:
    written = UtcDateTime().dialect_impl(dialect).bind_processor(dialect)
    assert written is not None
    with pytest.raises(ValueError, match="zone"):
        written(NAIVE)


def test_text_is_no_day() -> None:
    written, _ = _both(Day())
    with pytest.raises(TypeError):
        written("2026-11-23")
