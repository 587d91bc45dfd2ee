"""A coordinator sees who did not hand in, and opens a week again; the program admin finds out who did what."""

import pytest
from playwright.sync_api import Page, expect

from tests.hub.hours.weeks import hand_in, log_week
from tests.journeys.steps import Check, follow, go, has, sign_in
from tests.support.web import World

pytestmark = pytest.mark.browser
WIDTHS = pytest.mark.parametrize("width", [360, 1280])


@WIDTHS
def test_the_coordinator_sees_the_cohort_on_one_screen(world: World, page: Page, check_page: Check) -> None:
    log_week(world, "Ada")
    hand_in(world, "Ada")
    sign_in(page, "Cleo")
    has(page, "Zoe")
    check_page(page)
    go(page, "Cohort board")
    has(page, "Ada")
    has(page, "Zoe")
    expect(page.get_by_text("Eli")).to_have_count(0)
    check_page(page)
    follow(page.locator("table.heat a").first)
    check_page(page)
    go(page, "Spokes")
    check_page(page)


@WIDTHS
def test_the_program_admin_finds_people_and_deeds(world: World, page: Page, check_page: Check) -> None:
    sign_in(page, "Gus")
    check_page(page)
    go(page, "People")
    page.get_by_label("Name or e-mail address").fill("ben")
    follow(page.get_by_role("button", name="Search"))
    has(page, "instructor, Lowell")
    check_page(page)
    go(page, "Audit")
    page.get_by_label("Action begins with").fill("account:")
    follow(page.get_by_role("button", name="Search"))
    has(page, "account:sign-in")
    check_page(page)


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "dark")])
def test_what_anybody_may_see_is_accessible_in_the_dark(page: Page, check_page: Check, width: int, scheme: str) -> None:
    for path in ("/", "/program", "/sign-in", "/forgotten-password", "/accessibility", "/api/v1/docs", "/nowhere"):
        page.goto(path)
        check_page(page)
