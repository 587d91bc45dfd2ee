"""Signing in: the right password, the wrong one, the throttle, the way out."""

import pytest
from flask.testing import FlaskClient

from lms.kernel.audit import AuditEntry
from lms.web.public.signin import safe_next
from tests.support import cast
from tests.support.web import World


def _sign_in(client: FlaskClient, password: str) -> int:
    client.application.config["WTF_CSRF_ENABLED"] = False
    try:
        sent = {"email": "ADA@example.org ", "password": password}
        return client.post("/sign-in", data=sent).status_code
    finally:
        client.application.config["WTF_CSRF_ENABLED"] = True


def test_the_right_password_opens_the_own_portal(world: World) -> None:
    client = world.visitor()
    assert _sign_in(client, cast.PASSWORD) == 303
    assert client.get("/").location == "/student/"
    assert client.get("/student/").status_code == 200


def test_the_cookie_says_nothing_of_the_browser_and_its_network(world: World) -> None:
    client = world.visitor()
    _sign_in(client, cast.PASSWORD)
    with client.session_transaction() as cookie:
        assert {key: value for key, value in cookie.items() if key not in ("_user_id", "csrf_token")} == {
            "_fresh": True, "_id": "",
        }  # fmt: skip


def test_a_sixth_wrong_password_has_to_wait_and_the_right_one_then_too(world: World) -> None:
    client = world.visitor()
    for _ in range(5):
        assert _sign_in(client, "wrong password") == 200
    assert _sign_in(client, "wrong password") == 422
    assert _sign_in(client, cast.PASSWORD) == 422
    assert client.get("/student/").status_code == 303


def test_a_sign_in_leaves_an_audit_entry(world: World) -> None:
    _sign_in(world.visitor(), cast.PASSWORD)
    entry = world.one(AuditEntry, action="account:sign-in")
    assert entry.person_id == world.person("Ada").id


def test_a_page_without_a_sign_in_leads_to_the_sign_in_and_back(world: World) -> None:
    answer = world.visitor().get("/student/?a=1")
    assert answer.location == "/sign-in?next=/student/?a%3D1"


@pytest.mark.parametrize(
    "wanted", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/a\nb", "", None]
)
def test_next_never_leads_to_another_host(wanted: str | None) -> None:
    assert safe_next(wanted) == "/"


def test_next_leads_to_a_path_of_ours() -> None:
    assert safe_next("/student/hours?week=8") == "/student/hours?week=8"


def test_a_form_without_its_token_is_refused(world: World) -> None:
    answer = world.visitor().post("/sign-in", data={"email": "a", "password": "b"})
    assert answer.status_code == 400


def test_signing_out_ends_the_session_for_good(world: World) -> None:
    browser = world.browser_of("Ada")
    assert browser.get("/student/").status_code == 200
    with browser.session_transaction() as cookie:
        kept = dict(cookie)
    assert browser.post("/sign-out").status_code == 303
    with browser.session_transaction() as cookie:
        cookie.update(kept)  # whoever copied the cookie
    assert browser.get("/student/").status_code == 303
