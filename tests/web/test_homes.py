"""The first page of every role: it opens, it is only for that role, and it costs the same for all."""

import re

import pytest

from tests.support.statements import count_statements
from tests.support.web import World, words

pytestmark = pytest.mark.one_engine
HOMES = {
    "Ada": "/student/",
    "Ben": "/instructor/",
    "Cleo": "/coordinator/",
    "Gus": "/admin/",
}


@pytest.mark.parametrize(("name", "path"), HOMES.items())
def test_everybody_lands_on_their_own_page(world: World, name: str, path: str) -> None:
    browser = world.browser_of(name)
    assert browser.get("/").location == path
    assert browser.get(path).status_code == 200


@pytest.mark.parametrize(("name", "path"), HOMES.items())
def test_a_first_page_stays_within_its_statements(world: World, name: str, path: str) -> None:
    browser = world.browser_of(name)
    with count_statements() as statements:
        browser.get(path)
    statements.at_most(8)


@pytest.mark.parametrize("path", ["/instructor/", "/coordinator/", "/admin/"])
def test_a_student_sees_no_other_portal(world: World, path: str) -> None:
    assert world.browser_of("Ada").get(path).status_code == 403


def test_the_coordinator_sees_who_did_not_hand_in_last_week_at_the_own_site_only(world: World) -> None:
    shown = world.browser_of("Cleo").get("/coordinator/").text
    assert "Ada" in words(shown)
    assert "Zoe" in words(shown)
    assert "Eli" not in words(shown)


@pytest.mark.parametrize("name", ["Ada", "Ben", "Cleo", "Gus", "Dee", "Finn", "Sam"])
def test_the_navigation_leads_nowhere_that_is_closed(world: World, name: str) -> None:
    browser = world.browser_of(name)
    page = browser.get("/", follow_redirects=True).text
    places = re.findall(r'<a href="([^"]+)"', page[page.index('class="rail"') : page.index("</nav>")])
    assert places
    assert [place for place in places if browser.get(place).status_code != 200] == []


def test_a_supervisor_finds_the_hours_to_sign_and_not_the_firms_money(world: World) -> None:
    page = world.browser_of("Sam").get("/employer/").text
    assert "/employer/approvals" in page
    assert "/employer/savings" not in page
