"""Who did what, from the phone of a student to the desk, and the board of what waits: looked at by an axe."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.hub.grading.made import grade
from tests.hub.grading.test_peers import handed_in, say
from tests.journeys.steps import sign_in
from tests.support.web import World


@pytest.mark.parametrize("width", [360])
@pytest.mark.one_engine
def test_a_member_says_who_did_what_and_the_desk_shows_what_it_comes_to(
    world: World, page: Page, check_page: Callable[[Page], None]
) -> None:
    works = handed_in(world)
    sign_in(page, "Ada")
    page.goto(f"/student/submissions/{works['Ada'].public_id}")
    page.get_by_label("What you did").fill("I measured.")
    page.get_by_label("Your share of the whole, in percent").fill("60")
    page.get_by_label("Zoe").select_option(label="half of it")
    check_page(page)
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_text("Kept.")).to_be_visible()
    say(world, "Zoe", works["Zoe"], "I wrote.", 4_000)
    grade(world, works["Zoe"], 9_000)
    page.context.clear_cookies()
    sign_in(page, "Ben")
    page.goto(f"/instructor/grading/{works['Zoe'].public_id}")
    page.locator("#said details.why > summary").click()
    expect(page.get_by_text("within the bounds of the activity")).to_be_visible()
    check_page(page)
    page.get_by_label("Why Zoe gets").fill("Half of a fair share.")
    page.get_by_role("button", name="Apply the factor").click()
    expect(page.get_by_text("The factor is in this student's points now.")).to_be_visible()
    page.goto("/instructor/marking/load")
    expect(page.get_by_role("heading", name="Grading load")).to_be_visible()
    check_page(page)
