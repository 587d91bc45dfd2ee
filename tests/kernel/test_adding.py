"""Rows that say what was done are sent as SQLAlchemy would send them."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import insert

from lms.kernel.adding import _rows_of, write_rows
from lms.kernel.audit import INSERT, AuditEntry, Outcome
from lms.kernel.db import db, session, transaction
from lms.people.accounts.models import Person
from tests.support.web import World


def test_rows_that_are_kept_for_the_end_are_sent_without_the_orm(world: World) -> None:
    moment = datetime(2026, 11, 26, 9, tzinfo=UTC)
    row = {"at": moment, "person_id": None, "action": "hours.log", "outcome": Outcome.DENIED, "via": "web"}
    row |= dict.fromkeys(("subject_kind", "subject_id", "result_kind", "result_id", "request_id"))
    assert _rows_of(INSERT, db.engine.dialect, tuple(row)) is not None
    with transaction():
        write_rows(session(), INSERT, [row])
        write_rows(session(), INSERT, [row, row])
    entries = world.all(AuditEntry, action="hours.log")
    assert {(entry.at, entry.outcome, entry.via, entry.request_id) for entry in entries} == {
        (moment, Outcome.DENIED, "web", None)
    }
    assert len({entry.id for entry in entries}) == len(entries) == 3


@pytest.mark.one_engine
def test_an_insert_with_values_of_its_own_is_left_to_sqlalchemy(world: World) -> None:
    assert _rows_of(insert(Person), db.engine.dialect, ("name", "email")) is None  # its public id is made with it
