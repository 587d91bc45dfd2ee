"""A prepared statement gives what the session gives, on either database, and whatever the values are."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Select, bindparam, select
from sqlalchemy.sql.selectable import CompoundSelect

from lms.hub.coursework.near import _near
from lms.hub.enrollment.kinds import Status
from lms.hub.enrollment.models import Placement, StatusChange
from lms.hub.hours.queries.situation import _dated, _places
from lms.kernel.db import session, transaction
from lms.kernel.prepared import _kept
from lms.people.accounts.models import Person
from lms.people.scope import GIVEN, plain, unscoped
from tests.support.web import World

DAY = date(2026, 11, 23)
MOMENT = datetime(2026, 11, 23, 15, tzinfo=UTC)
Statement = Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]]


def _same(statement: Statement, *asked: dict[str, Any]) -> None:
    """Each of `asked` gives the same by the session and, four times, past it."""
    with transaction(write=False):
        for _ in range(4):
            for values in asked:
                by_session = [tuple(row) for row in session.execute(statement, values)]
                assert [tuple(row) for row in plain(statement, **values)] == by_session
    assert any(_kept[statement].values())  # the last askings went past the session


def test_the_statements_of_a_students_pages_are_the_same_prepared(world: World) -> None:
    students = [world.enrollment(name).id for name in ("Ada", "Eli")]
    for ids in (students[:1], students[1:], students):
        _same(_places(None), {"ids": ids, "day": DAY})
        _same(_dated(None), {"ids": ids, "cohorts": [1]}, {"ids": ids, "cohorts": []}, {"ids": ids, "cohorts": [1, 2]})
        _same(_near(), {GIVEN: ids, "day": DAY, "until": MOMENT + timedelta(days=365)})


def test_a_prepared_statement_reads_and_sends_enums_days_and_instants(world: World) -> None:
    status, since = (
        bindparam("status", type_=StatusChange.status.type),
        bindparam("since", type_=Person.created_at.type),
    )
    changes = select(StatusChange.status, StatusChange.effective_on, StatusChange.recorded_at, Placement.from_day)
    changes = changes.join(Placement, Placement.enrollment_id == StatusChange.enrollment_id)
    changes = changes.where(StatusChange.status == status, StatusChange.recorded_at > since).order_by(StatusChange.id)
    changes = unscoped(changes.limit(3), "test")
    long_ago = MOMENT - timedelta(days=3650)
    with transaction(write=False):
        row = plain(changes, status=Status.ACTIVE, since=long_ago)[0]
    exactly = row.recorded_at
    for since in (long_ago, exactly, exactly - timedelta(microseconds=1), exactly.astimezone(ZoneInfo("Asia/Tokyo"))):
        _same(changes, {"status": Status.ACTIVE, "since": since})
    with transaction(write=False):
        assert not plain(changes, status=Status.ACTIVE, since=exactly)
        row = plain(changes, status=Status.ACTIVE, since=long_ago)[0]
    assert isinstance(row.status, Status)
    assert isinstance(row.from_day, date)
    assert row.recorded_at.tzinfo is UTC


@pytest.mark.one_engine
def test_a_statement_that_nobody_keeps_is_not_kept_here_either(world: World) -> None:
    before = len(_kept)
    with transaction(write=False):
        for _ in range(3):
            plain(unscoped(select(Person.name), "test"))
    assert len(_kept) <= before + 1
