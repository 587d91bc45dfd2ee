"""Who gets in: tokens, scopes, expiry, revocation; cookies never count."""

from datetime import timedelta

import pytest
import time_machine

from lms.kernel.db import session, transaction
from lms.people.access import Action
from lms.people.accounts.models import ApiToken
from lms.people.accounts.services import revoke_token
from tests.api.support import BASE, Caller, caller, token_of
from tests.support.web import NOW, World


@pytest.mark.one_engine
def test_a_token_says_whose_it_is(world: World) -> None:
    answer = caller(world, "Ada").get("/me")
    assert answer.status_code == 200
    assert answer.json is not None
    assert (answer.json["name"], answer.json["relations"]) == ("Ada", ["self", "student"])


@pytest.mark.one_engine
def test_without_a_token_there_is_an_explanation_and_no_answer(world: World) -> None:
    answer = world.visitor().get(f"{BASE}/me")
    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.one_engine
def test_a_signed_in_browser_is_nobody_to_the_api(world: World) -> None:
    assert world.browser_of("Ada").get(f"{BASE}/me").status_code == 401


@pytest.mark.one_engine
def test_a_token_ends_on_its_last_day(world: World) -> None:
    _, secret = token_of(world, "Ada", days=1)
    program = Caller(world.visitor(), secret)
    assert program.get("/me").status_code == 200
    with time_machine.travel(NOW.replace(day=30), tick=False):
        assert program.get("/me").status_code == 401


def test_a_revoked_token_is_worth_nothing_at_once(world: World) -> None:
    token, secret = token_of(world, "Ada")
    with transaction():
        revoke_token(world.actor("Ada"), token)
    assert Caller(world.visitor(), secret).get("/me").status_code == 401


@pytest.mark.one_engine
def test_a_token_of_a_person_who_left_is_worth_nothing(world: World) -> None:
    program, ada = caller(world, "Ada"), world.person("Ada")
    with transaction():
        ada.is_active = False
    assert program.get("/me").status_code == 401


@pytest.mark.one_engine
def test_a_token_may_do_no_more_than_its_scopes(world: World) -> None:
    answer = caller(world, "Ada", [Action.ACCOUNT_OWN]).get("/enrollments")
    assert answer.status_code == 403


@pytest.mark.one_engine
def test_a_token_may_do_no_more_than_its_owner(world: World) -> None:
    answer = caller(world, "Dee").get("/enrollments")
    assert answer.status_code == 403


@pytest.mark.one_engine
def test_one_sees_ones_own_enrollment_and_not_anothers(world: World) -> None:
    ada, eli = world.enrollment("Ada").public_id, world.enrollment("Eli").public_id
    program = caller(world, "Ada")
    assert program.get(f"/enrollments/{ada}").json["student"] == "Ada"  # type: ignore[index]
    assert program.get(f"/enrollments/{eli}").status_code == 404
    assert [item["id"] for item in program.get("/enrollments").json["items"]] == [ada]  # type: ignore[index]


MAIL_PROGRAMS = "lms.web.public.mail.stop_mail_now"  # RFC 8058: they post the link of a letter, without our cookie


@pytest.mark.one_engine
def test_only_the_api_and_the_letters_own_link_are_free_of_csrf_tokens(world: World) -> None:
    csrf = world.app.extensions["csrf"]
    exempt = {blueprint.name for blueprint in csrf._exempt_blueprints}
    assert (exempt, csrf._exempt_views) == ({"api"}, {MAIL_PROGRAMS})


def test_a_token_shows_when_it_was_last_used(world: World) -> None:
    token, secret = token_of(world, "Ada")
    program, public_id = Caller(world.visitor(), secret), token.public_id
    for minutes, noted in ((0, 0), (10, 0), (20, 20)):  # not on each call: reading stays reading
        with time_machine.travel(NOW + timedelta(minutes=minutes), tick=False):
            assert program.get("/me").status_code == 200
        session.expire_all()
        row = world.one(ApiToken, public_id=public_id)
        assert row.last_used_at == NOW + timedelta(minutes=noted)
