"""What is read past the session's loading is what the session would have loaded."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Select, inspect, select, update
from sqlalchemy.orm import aliased

from lms.hub.coursework.queries import planned_work
from lms.hub.enrollment.models import Enrollment, Leave, PlanUnit
from lms.hub.hours.queries.weeks import OF_WEEKS, events_of_weeks
from lms.kernel.db import Base, session, transaction
from lms.people.accounts.models import Person
from lms.people.scope import GIVEN, read, unscoped, within
from tests.hub.coursework import made
from tests.hub.hours import weeks
from tests.support.web import World


def _told(value: Any) -> Any:
    """A row by its columns."""
    if not isinstance(value, Base):
        return value
    return type(value), {each.key: getattr(value, each.key) for each in inspect(type(value)).column_attrs}


def _same(statement: Select[*tuple[Any, ...]], **values: Any) -> int:
    """Compares three times, since a kept statement is prepared when it is asked again; how many rows there were."""
    with transaction(write=False):
        by_session = [tuple(map(_told, row)) for row in session.execute(statement, values)]
    for _ in range(3):
        session.expunge_all()
        with transaction(write=False):
            found = read(statement, **values)
            assert [tuple(map(_told, row)) for row in found] == by_session
            rows = [value for row in found for value in row if isinstance(value, Base)]
            assert all(inspect(row).persistent and not inspect(row).modified for row in rows)
            assert rows == [value for row in read(statement, **values) for value in row if isinstance(value, Base)]
            assert rows == [session.identity_map[inspect(row).identity_key] for row in rows]
    return len(by_session)


def test_hours_sheets_and_work_are_the_same(world: World) -> None:
    weeks.log_week(world)
    weeks.log_capstone(world)
    weeks.hand_in(world)
    enrollment = world.enrollment("Ada").id
    days = {"first": date(2026, 9, 1), "last": date(2026, 12, 31)}
    entries = [_same(OF_WEEKS[model](None), **{GIVEN: [enrollment]}, **days) for model in OF_WEEKS]
    assert entries == [4, 0]
    assert _same(events_of_weeks(None), **{GIVEN: [enrollment]}, **days) >= 1
    made.set_work(world)
    work = within(planned_work(None), world.enrollment("Ada"), on=PlanUnit)
    assert _same(work, day=weeks.MONDAY) >= 1


def test_a_table_that_is_joined_to_nothing_gives_none(world: World) -> None:
    statement = select(Enrollment, Person.name, Leave).join(Person, Person.id == Enrollment.person_id)
    statement = unscoped(
        statement.outerjoin(Leave, Leave.enrollment_id == Enrollment.id).order_by(Enrollment.id), "test"
    )
    assert _same(statement) >= 2
    with transaction(write=False):
        assert all(leave is None for _, _, leave in read(statement))


def test_a_row_that_the_session_has_changed_stays_as_it_is(world: World) -> None:
    everybody = unscoped(select(Person), "test")
    with transaction():
        ada = session.scalars(unscoped(select(Person).where(Person.name.startswith("Ada")), "test")).one()
        ada.name = "Ada Changed"
        assert {person.name for (person,) in read(everybody)} >= {"Ada Changed"}
        assert any(person is ada for (person,) in read(everybody))
        session.rollback()


@pytest.mark.parametrize("is_renewed", [False, True])
def test_a_row_that_is_known_is_as_it_was_unless_it_is_asked_for_anew(world: World, is_renewed: bool) -> None:
    asked = unscoped(select(Person).where(Person.name.like("Ada%")), "test")
    if is_renewed:
        asked = asked.execution_options(populate_existing=True)
    told = []
    for ask in (lambda: session.scalars(asked).one(), lambda: read(asked)[0][0]):
        with transaction():
            person = ask()
            session.connection().execute(update(Person).values(name="Ada Elsewhere").where(Person.id == person.id))
            assert ask() is person
            told.append(person.name)
            person.language = "es"
            ask()
            assert (person.language, inspect(person).modified) == ("es", False)  # it is written before it is asked for
            session.rollback()
            session.expunge_all()
    assert told == [{True: "Ada Elsewhere", False: world.person("Ada").name}[is_renewed]] * 2


def test_an_alias_is_read_as_its_table(world: World) -> None:
    other = aliased(Person)
    statement = select(Person, other).outerjoin(other, other.id == Person.id + 1).order_by(Person.id)
    assert _same(unscoped(statement, "test")) > 1
