"""Whose language a page speaks, and how it is changed in place."""

import pytest
from flask.testing import FlaskClient

from tests.support.web import World

pytestmark = pytest.mark.one_engine


def choose(client: FlaskClient, language: str, wanted: str = "/") -> str:
    client.application.config["WTF_CSRF_ENABLED"] = False
    try:
        return str(client.post("/language", data={"language": language, "next": wanted}).location)
    finally:
        client.application.config["WTF_CSRF_ENABLED"] = True


def test_a_visitor_reads_what_the_browser_asks_for(client: FlaskClient) -> None:
    assert '<html lang="es">' in client.get("/sign-in", headers={"Accept-Language": "es-MX,es;q=0.9"}).text
    assert '<html lang="en">' in client.get("/sign-in", headers={"Accept-Language": "fr"}).text


def test_the_switch_keeps_a_visitor_on_the_page_and_in_the_language(client: FlaskClient) -> None:
    assert choose(client, "es", "/sign-in?next=/student/") == "/sign-in?next=/student/"
    assert '<html lang="es">' in client.get("/sign-in").text


def test_the_switch_of_who_is_signed_in_changes_the_account(world: World) -> None:
    browser = world.browser_of("Ada")
    choose(browser, "es", "/profile")
    assert world.person("Ada").language == "es"
    assert '<html lang="es">' in browser.get("/profile").text


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_the_switch_never_leads_to_another_host(client: FlaskClient, wanted: str) -> None:
    assert choose(client, "es", wanted) == "/"


def test_an_unknown_language_is_english(client: FlaskClient) -> None:
    choose(client, "tlh")
    assert '<html lang="en">' in client.get("/sign-in").text
