"""A new row written alone is the row that the session would have written."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import BigInteger, Boolean, Column, Engine, Enum, Integer, String, Text, event, insert, inspect
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.kernel.acting import acting
from lms.kernel.adding import _insertion, _rows_of, flush, write_rows
from lms.kernel.audit import INSERT, AuditEntry, Outcome
from lms.kernel.columns import Day, Json, SmallNumber, UtcDateTime
from lms.kernel.db import Base, db, session, transaction
from lms.people.accounts.models import Person
from tests.support.web import World


class _Sent(Exception):
    """Instead of writing."""


@contextmanager
def _nothing_is_written() -> Iterator[list[tuple[str, Any]]]:
    sent: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, text: str, values: Any, *_: object) -> None:
        if text.startswith("INSERT"):
            sent.append((text, values))
            raise _Sent

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def _what_is_sent(row: Any, write: Callable[[Session], None]) -> tuple[str, dict[str, Any]]:
    """Into what, and the values by column."""
    session.add(row)
    with _nothing_is_written() as sent, pytest.raises(_Sent):
        write(session())
    ((text, values),) = sent
    session.rollback()
    names = [name.strip().strip('"') for name in text.partition("(")[2].partition(")")[0].split(",")]
    if isinstance(values, dict):
        return text.split()[2], {name.removesuffix("__0"): value for name, value in values.items() if name != "id"}
    return text.split()[2], dict(zip(names, values, strict=True))


MOMENT = datetime(2026, 11, 26, 9, 30, 15, 250_000, tzinfo=UTC)
SAMPLES: dict[type, Any] = {
    BigInteger: 7,
    Boolean: True,
    Day: MOMENT.date(),
    Integer: 7,
    Json: {"key": ["value", 1]},
    String: "a 'word'",
    Text: "a 'word'",
    UtcDateTime: MOMENT,
}


def _value(column: Column[Any]) -> Any:
    kind: Any = column.type
    if isinstance(kind, Enum):
        return next(iter(kind.enum_class)) if kind.enum_class else kind.enums[0]
    return next(iter(kind.kind)) if isinstance(kind, SmallNumber) else SAMPLES[type(kind)]


def test_the_same_is_sent_for_every_table(world: World) -> None:
    plain = [
        mapper.class_
        for mapper in Base.registry.mappers
        if "id" in mapper.columns and _insertion(mapper.class_, db.engine.dialect).is_plain
    ]
    assert len(plain) > 150  # and a few that are left to the session
    for model in plain:
        columns = [column for column in inspect(model).local_table.c if column.key != "id"]
        given = {column.key: _value(column) for column in columns}
        # left out: what need not be there, and what has a default, if it is the same each time
        empty = {column.key for column in columns if column.nullable}
        usual = {column.key for column in columns if column.default is not None and column.default.is_scalar}
        for left_out in (set[str](), empty, usual):
            with transaction(), acting(None):
                values = {name: value for name, value in given.items() if name not in left_out}
                one, other = (_what_is_sent(model(**values), write) for write in (Session.flush, flush))
                assert one == other, model


def test_the_row_is_the_sessions_afterwards(world: World) -> None:
    with transaction():
        person = Person(name="Nia New", email="nia@example.org")
        session.add(person)
        flush(session())
        assert person.id is not None
        assert person.public_id
        assert person in session
        assert not session.new
        assert not session.dirty
        assert session.get(Person, person.id) is person
        person.name = "Nia Newer"
    with transaction(write=False):
        assert world.one(Person, email="nia@example.org").name == "Nia Newer"


def test_a_row_that_was_rolled_back_is_not_the_sessions(world: World) -> None:
    for write in (Session.flush, flush):
        with transaction():
            person = Person(name="Nia New", email="nia@example.org")
            session.add(person)
            write(session())
            assert person in session
            session.rollback()
            assert person not in session


def test_what_collides_is_refused_in_the_same_way(world: World) -> None:
    told = []
    for write in (Session.flush, flush):
        with transaction():
            session.add(Person(name="Another Ada", email=world.person("Ada").email))
            with pytest.raises(IntegrityError) as found:
                write(session())
            session.rollback()
        told.append(str(found.value.orig))
    assert told[0].partition("\n")[0] == told[1].partition("\n")[0]
    assert len(world.all(Person, name="Another Ada")) == 0


def test_who_promised_to_write_nothing_cannot(world: World) -> None:
    with transaction(write=False):
        session.add(Person(name="Nobody", email="nobody@example.org"))
        with pytest.raises(RuntimeError, match="only reads"):
            flush(session())
        session.rollback()


def test_two_rows_or_a_changed_one_are_left_to_the_session(world: World) -> None:
    with transaction():
        ada = session.merge(world.person("Ada"), load=True)
        ada.name = "Ada Changed"
        session.add(Person(name="One", email="one@example.org"))
        flush(session())
        assert not session.dirty
        session.add_all([Person(name=name, email=f"{name}@example.org") for name in ("two", "three")])
        flush(session())
        assert not session.new
    assert {person.name for person in world.all(Person)} >= {"Ada Changed", "One", "two", "three"}


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
