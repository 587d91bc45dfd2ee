"""The program admin's lists: who may do what, and who did what."""

import pytest

from tests.support.statements import count_statements
from tests.support.web import World

pytestmark = pytest.mark.one_engine


def test_people_are_listed_with_what_they_may_do_where(world: World) -> None:
    shown = world.browser_of("Gus").get("/admin/people").text
    assert "ben@example.org" in shown
    assert "instructor, Lowell" in shown
    assert "sponsor, Acme" in shown
    assert "supervisor, Acme" in shown


def test_people_can_be_searched_by_a_part_of_their_name(world: World) -> None:
    shown = world.browser_of("Gus").get("/admin/people?search=ad").text
    assert "ada@example.org" in shown
    assert "ben@example.org" not in shown


def test_the_list_of_people_costs_the_same_for_all(world: World) -> None:
    browser = world.browser_of("Gus")
    with count_statements() as statements:
        browser.get("/admin/people")
    statements.at_most(12)


@pytest.mark.parametrize("path", ["/admin/people", "/admin/audit"])
@pytest.mark.parametrize("name", ["Ada", "Ben", "Cleo", "Dee", "Finn"])
def test_only_the_program_admin_reads_these(world: World, name: str, path: str) -> None:
    assert world.browser_of(name).get(path).status_code == 403


def test_what_was_refused_stands_in_the_audit_log(world: World) -> None:
    world.browser_of("Ada").get("/admin/people")
    shown = world.browser_of("Gus").get("/admin/audit?is_denied=y&email=ada@example.org").text
    assert "grant:read" in shown
    assert "refused" in shown


def test_the_audit_log_can_be_searched_by_action(world: World) -> None:
    world.browser_of("Ada").post("/profile/preferences", data={"language": "es", "zone": "America/New_York"})
    assert "account:own" in world.browser_of("Gus").get("/admin/audit?action=account:o").text
    assert "Nothing found" in world.browser_of("Gus").get("/admin/audit?action=savings:").text


def test_a_cursor_that_is_none_is_refused(world: World) -> None:
    assert world.browser_of("Gus").get("/admin/audit?after=nonsense").status_code == 422
