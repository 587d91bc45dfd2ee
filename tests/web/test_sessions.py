"""A cookie that was looked at once is still only good as long as its session is, and only as it was signed."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete

from lms.kernel.db import session, transaction
from lms.people.accounts.models import SignIn
from lms.people.scope import unscoped
from tests.support.web import World, words

pytestmark = pytest.mark.one_engine
HOME = "/student/"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def _cookie(browser: FlaskClient) -> str:
    found = browser.get_cookie("lms")
    assert found is not None
    return found.value


def test_a_changed_cookie_is_nobodys_also_where_the_right_one_is_known(world: World) -> None:
    ada = world.browser_of("Ada")
    assert ada.get(HOME).status_code == 200
    right = _cookie(ada)
    # Not the very last one: of its six bits base64 leaves out two, so one in sixteen changes would be none.
    for place in (0, len(right) // 2, len(right) - 2):
        wrong = right[:place] + ("A" if right[place] != "A" else "B") + right[place + 1 :]
        ada.set_cookie("lms", wrong)
        assert ada.get(HOME).status_code == 303
    ada.set_cookie("lms", right)
    assert ada.get(HOME).status_code == 200


def test_a_known_cookie_ends_with_its_session(world: World) -> None:
    ada = world.browser_of("Ada")
    assert ada.get(HOME).status_code == 200
    with transaction():
        session.execute(unscoped(delete(SignIn), "test"))
    assert ada.get(HOME).status_code == 303


def test_a_message_for_the_next_page_is_said_again_only_with_the_same_cookie(world: World) -> None:
    ada = world.browser_of("Ada")
    quiet = _cookie(ada)
    assert ada.get(HOME).status_code == 200
    with ada.session_transaction() as cookie:
        cookie["_flashes"] = [("good", "It is saved, twelve times.")]
    telling = _cookie(ada)
    for _ in range(3):
        ada.set_cookie("lms", telling)
        assert "It is saved, twelve times." in words(ada.get(HOME))
        assert "It is saved, twelve times." not in words(ada.get(HOME))
    ada.set_cookie("lms", quiet)
    assert "It is saved, twelve times." not in words(ada.get(HOME))


def test_a_form_holds_the_token_of_its_own_browser(world: World) -> None:
    tokens = {}
    for name in ("Ada", "Eli"):
        browser = world.browser_of(name)
        with browser.session_transaction() as cookie:
            cookie["csrf_token"] = f"of {name}"
        tokens[name] = {TOKEN.findall(browser.get(HOME).text)[0] for _ in range(2)}
        assert len(tokens[name]) == 1
        answers = []
        for sent in ("Ada", "Eli")[: len(tokens)]:
            browser.environ_base["HTTP_X_CSRFTOKEN"] = next(iter(tokens[sent]))
            answers.append(browser.post("/language", data={"language": "en", "next": "/"}).status_code)
        assert answers == [400, 303][-len(answers) :]
