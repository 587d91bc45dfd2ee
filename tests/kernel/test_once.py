"""A row that is written once is the one that was asked for, or nothing where another is in its way."""

from typing import Any

import pytest
from sqlalchemy import inspect, select

from lms.hub.coursework.models import Draft
from lms.kernel.acting import acting
from lms.kernel.chain import START, Chain
from lms.kernel.db import Base, session, transaction
from lms.kernel.once import add_once
from lms.people.accounts.models import Person
from lms.people.scope import unscoped
from tests.hub.coursework import made
from tests.support.web import World


def _columns(row: Base) -> dict[str, Any]:
    return {each.key: getattr(row, each.key) for each in inspect(type(row)).column_attrs}


def _as_kept(row: Any) -> dict[str, Any]:
    """As the session reads it from the database."""
    session.expunge(row)
    model = type(row)
    return _columns(session.scalars(unscoped(select(model).where(model.id == row.id), "test")).one())


def test_what_is_written_once_is_the_sessions_with_its_defaults(world: World) -> None:
    with transaction(), acting(None):
        for number in range(2):  # the second time by the statement that was kept
            row = add_once(Chain, name=f"test:{number}", length=0, head=START)
            assert row is not None
            assert row in session
            assert _columns(row) == _as_kept(row)
        person = add_once(Person, name="Nia New", email="nia@example.org")
        assert person is not None
        assert len(person.public_id) == 20
        assert _columns(person) == _as_kept(person)


def test_a_default_is_there(world: World) -> None:
    enrollment, activity = world.enrollment("Ada"), made.set_work(world)[0]
    with transaction(), acting(None):
        of = {"enrollment_id": enrollment.id, "activity_id": activity.id}
        draft = add_once(Draft, **of, text="Half a sentence", link="", updated_at=made.SUNDAY_DUE)
        assert draft is not None
        assert draft.text_version is not None
        assert _columns(draft) == _as_kept(draft)


def test_what_collides_is_not_written(world: World) -> None:
    with transaction():
        assert add_once(Person, name="Another Ada", email=world.person("Ada").email) is None
        assert add_once(Person, name="Nia New", email="nia@example.org") is not None  # the transaction goes on
    assert not world.all(Person, name="Another Ada")
    assert world.one(Person, email="nia@example.org").name == "Nia New"


def test_who_promised_to_write_nothing_writes_nothing_once(world: World) -> None:
    with transaction(write=False), pytest.raises(RuntimeError, match="only reads"):
        add_once(Person, name="Nobody", email="nobody@example.org")
