"""A few rows written past the unit of work are those that the session would have written."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Engine,
    Enum,
    Integer,
    String,
    Text,
    delete,
    event,
    inspect,
)
from sqlalchemy.exc import IntegrityError, PendingRollbackError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from lms.kernel.acting import acting
from lms.kernel.columns import Day, Json, SmallNumber, UtcDateTime
from lms.kernel.db import Base, as_read, db, session, transaction
from lms.kernel.rows import rows_of
from lms.kernel.unit import MOST, UnitSession
from lms.people.accounts.models import Person
from tests.support.web import World


class _Sent(Exception):
    """Instead of writing."""


@contextmanager
def _nothing_is_written() -> Iterator[list[tuple[str, Any]]]:
    sent: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, text: str, values: Any, *_: object) -> None:
        if text.startswith(("INSERT", "UPDATE")):
            sent.append((text, values))
            raise _Sent

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def _what_is_sent(write: Callable[[Session], None], *rows: Any) -> tuple[str, list[dict[str, Any]]]:
    """Into what, and the values of each row by column."""
    session.add_all(rows)
    with _nothing_is_written() as sent, pytest.raises(_Sent):
        write(session())
    ((text, values),) = sent
    session.rollback()
    return _table_in(text), _by_row(text, values, len(rows))


def _table_in(text: str) -> str:
    return text.split()[1 if text.startswith("UPDATE") else 2]


def _by_row(text: str, values: Any, many: int) -> list[dict[str, Any]]:
    if isinstance(values, dict):
        named = {name if "__" in name else f"{name}__0": value for name, value in values.items() if name != "id"}
        by_place = {place: f"__{place}" for place in range(many)}
        return [
            {name.removesuffix(end): value for name, value in named.items() if name.endswith(end)}
            for end in by_place.values()
        ]
    names = [name.strip().strip('"') for name in text.partition("(")[2].partition(")")[0].split(",")]
    assert len(values) == len(names) * many
    rows = [values[place * len(names) : (place + 1) * len(names)] for place in range(many)]
    return [dict(zip(names, row, strict=True)) for row in rows]


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


def _models() -> list[type[Base]]:
    return [mapper.class_ for mapper in Base.registry.mappers if "id" in mapper.columns]


def test_the_same_is_sent_for_every_table(world: World) -> None:
    plain = [model for model in _models() if rows_of(model, db.engine.dialect).is_plain]
    assert len(plain) > 150
    for model in plain:
        columns = [column for column in inspect(model).local_table.c if column.key != "id"]
        given = {column.key: _value(column) for column in columns}
        # left out: what need not be there, and what has a default, if it is the same each time
        empty = {column.key for column in columns if column.nullable}
        usual = {column.key for column in columns if column.default is not None and column.default.is_scalar}
        for left_out in (set[str](), empty, usual):
            with transaction(), acting(None):
                values = {name: value for name, value in given.items() if name not in left_out}
                one, other = (_what_is_sent(write, model(**values)) for write in (Session.flush, UnitSession.flush))
                assert one == other, model


def test_the_same_is_sent_for_several_rows_of_every_table(world: World) -> None:
    named = [model for model in _models() if (rows := rows_of(model, db.engine.dialect)).is_plain and rows.is_named]
    assert len(named) > 120
    for model in named:
        columns = [column for column in inspect(model).local_table.c if column.key != "id"]
        given = {column.key: _value(column) for column in columns}
        with transaction(), acting(None):
            ids = [{"public_id": name} for name in "cab"]
            one, other = (
                _what_is_sent(write, *(model(**(given | of_one)) for of_one in ids))
                for write in (Session.flush, UnitSession.flush)
            )
            assert one == other, model
            assert [row["public_id"] for row in one[1]] == ["c", "a", "b"]


def test_the_same_is_sent_for_a_changed_row_of_every_table(world: World) -> None:
    for model in _models():
        table: Any = model.__table__
        columns = [column for column in table.columns if column.key != "id"]
        sent = []
        for write in (Session.flush, UnitSession.flush):
            with transaction():
                row = as_read(model, {"id": 7, **dict.fromkeys(column.key for column in columns)})
                for column in columns[1:]:
                    setattr(row, column.key, _value(column))
                with _nothing_is_written() as found, pytest.raises(_Sent):
                    write(session())
                ((text, values),) = found
                session.rollback()
                session.expunge_all()
            names = re.findall(r"[ ,\"](\w+)\"?=", text.partition("WHERE")[0])
            ways = (f"{table.name}_id", "which_id")
            if isinstance(values, dict):
                values = [values.get(name, values.get(f"{name}__0")) for name in names] + [
                    value for name, value in values.items() if name in ways
                ]
            sent.append((_table_in(text), names, list(values)))
        assert sent[0] == sent[1], model
        assert sorted(sent[0][1]) == sorted(column.name for column in columns[1:])
        assert sent[0][2][-1] == 7


def test_the_row_is_the_sessions_afterwards(world: World) -> None:
    with transaction():
        person = Person(name="Nia New", email="nia@example.org")
        session.add(person)
        session.flush()
        assert person.id is not None
        assert person.public_id
        assert person in session
        assert not session.new
        assert not session.dirty
        assert session.get(Person, person.id) is person
        person.name = "Nia Newer"
    with transaction(write=False):
        assert world.one(Person, email="nia@example.org").name == "Nia Newer"


def test_what_collides_is_refused_in_the_same_way(world: World) -> None:
    told = []
    for write in (Session.flush, UnitSession.flush):
        with transaction():
            session.add(Person(name="Another Ada", email=world.person("Ada").email))
            with pytest.raises(IntegrityError) as found:
                write(session())
            session.rollback()
        told.append(str(found.value.orig))
    assert told[0].partition("\n")[0] == told[1].partition("\n")[0]
    assert len(world.all(Person, name="Another Ada")) == 0


def test_a_flush_that_failed_leaves_nothing_of_its_transaction_and_says_so(world: World) -> None:
    for write in (Session.flush, UnitSession.flush):
        with transaction():
            session.add(Person(name="Nia New", email="nia@example.org"))
            write(session())
            session.add(Person(name="Another Ada", email=world.person("Ada").email))
            with pytest.raises(IntegrityError):
                write(session())
            with pytest.raises(PendingRollbackError):
                session.connection()
            session.rollback()
        assert world.all(Person, email="nia@example.org") == []


def test_who_promised_to_write_nothing_cannot(world: World) -> None:
    with transaction(write=False):
        session.add(Person(name="Nobody", email="nobody@example.org"))
        with pytest.raises(RuntimeError, match="only reads"):
            session.flush()
        session.rollback()


@pytest.mark.parametrize("many", [3, MOST + 1])
def test_rows_that_are_new_and_changed_go_together_few_or_many(world: World, many: int) -> None:
    with transaction():
        ada = session.merge(world.person("Ada"), load=True)
        ada.name, email = "Ada Changed", ada.email
        people = [Person(name=f"person {place}", email=f"{place}@example.org") for place in range(many)]
        session.add_all(people)
        session.flush()
        assert not session.new
        assert not session.dirty
        assert sorted(person.id for person in people) == [person.id for person in people]
        ada.email = ada.email  # as it was
        session.flush()
        assert not session.dirty
        people[0].name = "person changed"
        session.flush()
        assert (ada.name, ada.email) == ("Ada Changed", email)
    names = {person.name for person in world.all(Person)}
    assert names >= {"Ada Changed", "person changed", *(f"person {place}" for place in range(1, many))}


def test_what_is_rolled_back_is_new_again(world: World) -> None:
    with transaction():
        ada = session.merge(world.person("Ada"), load=True)
        ada.name, person = "Ada Changed", Person(name="Nobody", email="nobody@example.org")
        session.add(person)
        session.flush()
        session.rollback()
        assert inspect(person).transient
        assert ada.name == world.person("Ada").name != "Ada Changed"
    assert len(world.all(Person, name="Nobody")) == 0


def test_a_row_whose_values_are_not_known_any_more_can_be_changed(world: World) -> None:
    with transaction():
        ada = session.merge(world.person("Ada"), load=True)
        session.expire(ada)
        ada.name = "Ada Changed"
        session.flush()
        assert not session.dirty
        assert ada.email == world.person("Ada").email
    assert world.one(Person, name="Ada Changed")


def test_a_row_that_is_gone_cannot_be_changed(world: World) -> None:
    for write in (Session.flush, UnitSession.flush):
        with transaction():
            person = Person(name="Nia New", email="nia@example.org")
            session.add(person)
            session.flush()
            session.connection().execute(delete(Person).where(Person.id == person.id))
            person.name = "Nia Newer"
            with pytest.raises(StaleDataError):
                write(session())
            session.rollback()
