"""One's own account: preferences, devices, tokens."""

import re

import pytest

from lms.people.accounts.models import ApiToken, SignIn
from tests.support.web import World

pytestmark = pytest.mark.one_engine
TOKEN = {"name": "Timesheet", "last_day": "2026-12-31", "scopes": ["hours:log"]}


def test_language_and_zone_are_kept_in_the_account(world: World) -> None:
    answer = world.browser_of("Ada").post("/profile/preferences", data={"language": "es", "zone": "America/Chicago"})
    assert answer.status_code == 303
    assert (world.person("Ada").language, world.person("Ada").zone) == ("es", "America/Chicago")


def test_a_zone_that_does_not_exist_is_refused(world: World) -> None:
    answer = world.browser_of("Ada").post("/profile/preferences", data={"language": "en", "zone": "Mars/Base"})
    assert answer.status_code == 422
    assert world.person("Ada").zone == "America/New_York"


def test_a_new_token_is_shown_once_and_stored_as_a_hash(world: World) -> None:
    browser = world.browser_of("Ada")
    shown = browser.post("/profile/tokens", data=TOKEN).text
    (secret,) = re.findall(r'value="(lms_[\w-]+)"', shown)
    row = world.one(ApiToken, person_id=world.person("Ada").id)
    assert secret not in row.token_sha256
    assert secret not in browser.get("/profile").text


def test_a_token_never_gets_what_its_owner_may_not_do(world: World) -> None:
    answer = world.browser_of("Ada").post("/profile/tokens", data={**TOKEN, "scopes": ["grant:appoint"]})
    assert answer.status_code == 422
    assert world.all(ApiToken) == []


def test_a_token_that_would_live_too_long_is_refused_and_what_was_typed_is_kept(world: World) -> None:
    answer = world.browser_of("Ada").post("/profile/tokens", data={**TOKEN, "last_day": "2028-01-01"})
    assert answer.status_code == 422
    assert 'value="Timesheet"' in answer.text


def test_a_revoked_token_says_so(world: World) -> None:
    browser = world.browser_of("Ada")
    browser.post("/profile/tokens", data=TOKEN)
    token = world.one(ApiToken, person_id=world.person("Ada").id)
    assert browser.post(f"/profile/tokens/{token.public_id}/revocation").status_code == 303
    assert "revoked" in browser.get("/profile").text


def test_nobody_revokes_the_token_of_another(world: World) -> None:
    world.browser_of("Ada").post("/profile/tokens", data=TOKEN)
    token = world.one(ApiToken, person_id=world.person("Ada").id)
    assert world.browser_of("Zoe").post(f"/profile/tokens/{token.public_id}/revocation").status_code == 404


def test_signing_out_everywhere_else_keeps_this_device(world: World) -> None:
    elsewhere, here = world.browser_of("Ada"), world.browser_of("Ada")
    assert here.post("/profile/other-sessions/end").status_code == 303
    assert elsewhere.get("/profile").status_code == 303
    assert here.get("/profile").status_code == 200
    assert len(world.all(SignIn, person_id=world.person("Ada").id)) == 1
