"""Links out of a mail that set a password."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from lms.kernel.db import transaction
from lms.kernel.outbox import OutboxMessage
from lms.people.accounts.models import SignIn
from lms.people.accounts.services import new_link
from tests.support.web import World

pytestmark = pytest.mark.one_engine
NEW = "lathe mill drill press"


@pytest.fixture
def visitor(world: World) -> Iterator[FlaskClient]:
    """A visitor whose forms are taken without their token."""
    world.app.config["WTF_CSRF_ENABLED"] = False
    yield world.visitor()
    world.app.config["WTF_CSRF_ENABLED"] = True


def link_for(world: World, name: str, purpose: str = "invite") -> str:
    with transaction():
        return f"/links/{new_link(world.person(name), purpose)}"


def test_a_link_sets_a_password_once(world: World, visitor: FlaskClient) -> None:
    link = link_for(world, "Ada")
    assert visitor.get(link).status_code == 200
    assert visitor.post(link, data={"password": NEW, "again": NEW}).status_code == 303
    assert visitor.post("/sign-in", data={"email": "ada@example.org", "password": NEW}).status_code == 303
    assert visitor.get(link).status_code == 404


def test_a_new_password_ends_every_session(world: World, visitor: FlaskClient) -> None:
    world.browser_of("Ada")
    visitor.post(link_for(world, "Ada", "reset"), data={"password": NEW, "again": NEW})
    assert world.all(SignIn, person_id=world.person("Ada").id) == []


@pytest.mark.parametrize(("password", "again"), [("short", "short"), (NEW, "another one"), ("", "")])
def test_a_password_that_will_not_do_is_refused_with_the_remedy(
    world: World, visitor: FlaskClient, password: str, again: str
) -> None:
    answer = visitor.post(link_for(world, "Ada"), data={"password": password, "again": again})
    assert answer.status_code == 422
    assert 'class="errors"' in answer.text


def test_who_forgot_the_password_gets_a_link_by_mail(world: World, visitor: FlaskClient) -> None:
    answer = visitor.post("/forgotten-password", data={"email": "ada@example.org"})
    letter = world.one(OutboxMessage, template="account-reset")
    assert letter.person_id == world.person("Ada").id
    assert visitor.get(letter.said()["path"]).status_code == 200
    assert "is on its way" in answer.text


def test_nobody_learns_whether_an_address_has_an_account(world: World, visitor: FlaskClient) -> None:
    known = visitor.post("/forgotten-password", data={"email": "ada@example.org"}).text
    unknown = visitor.post("/forgotten-password", data={"email": "nobody@example.org"}).text
    assert known == unknown


def test_a_mailbox_is_not_flooded(world: World, visitor: FlaskClient) -> None:
    answers = [visitor.post("/forgotten-password", data={"email": "ada@example.org"}).status_code for _ in range(7)]
    assert answers[0] == 200
    assert answers[-1] == 422
