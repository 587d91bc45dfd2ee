"""What is sent past SQLAlchemy fails as what is sent by it, and whatever listens hears of it."""

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from lms.kernel import deadline
from lms.kernel.db import db, line_of, session, transaction
from lms.kernel.driver import send
from tests.support.statements import count_statements
from tests.support.web import World


def _mark() -> str:
    return "?" if db.engine.dialect.paramstyle == "qmark" else "%s"


def test_rows_come_as_the_driver_makes_them_and_are_counted(world: World) -> None:
    with transaction(write=False), count_statements() as sent:
        line = line_of(session())
        assert send(line, f"SELECT 1, {_mark()}", ("two",)) == [(1, "two")]
        assert line_of(session()) is line
    assert len(sent.sent) == 1


@pytest.mark.parametrize(
    "sql",
    ["SELECT nothing FROM nowhere", "INSERT INTO person (id) VALUES (1)", "SELEC"],
    ids=["table", "empty", "word"],
)
def test_an_error_is_the_one_that_sqlalchemy_tells(world: World, sql: str) -> None:
    told: list[DBAPIError] = []
    for ask in (Connection.exec_driver_sql, send):
        with pytest.raises(DBAPIError) as found, transaction():
            ask(session.connection(), sql)
        told.append(found.value)
    assert type(told[0]) is type(told[1])
    assert str(told[0].orig) == str(told[1].orig)
    assert told[0].connection_invalidated is told[1].connection_invalidated is False
    with transaction(write=False):
        assert send(line_of(session()), "SELECT 1") == [(1,)]


def test_nothing_is_sent_after_the_deadline(world: World) -> None:
    with transaction(write=False), deadline.within(0.0), pytest.raises(deadline.TooLate):
        send(line_of(session()), "SELECT 1")


def test_a_line_that_the_server_ended_is_not_used_again(world: World, engine: str) -> None:
    if engine == "sqlite":
        pytest.skip("there is no server")
    with transaction(write=False):
        line = line_of(session())
        number = send(line, "SELECT pg_backend_pid()")[0][0]
        with db.engine.connect() as other:
            other.exec_driver_sql(f"SELECT pg_terminate_backend({number})")
        _check_it_is_given_up(line)
    _check_the_next_one_works()


def test_a_line_that_is_closed_is_an_error_of_the_database(world: World) -> None:
    with transaction(write=False):
        line = line_of(session())
        raw = line.connection.dbapi_connection
        assert raw is not None
        raw.close()
        _check_it_is_given_up(line)
    _check_the_next_one_works()


def _check_it_is_given_up(line: Connection) -> None:
    with pytest.raises(DBAPIError) as found:
        send(line, "SELECT 1")
    assert found.value.connection_invalidated
    session.rollback()


def _check_the_next_one_works() -> None:
    with transaction(write=False):
        assert send(line_of(session()), "SELECT 1") == [(1,)]
