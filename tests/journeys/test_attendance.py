"""An instructor takes the register on the phone; a student looks at what counts and books a make-up."""

import pytest
from playwright.sync_api import Page, expect

from lms.hub.attendance.rules.register import Mark
from lms.hub.cohorts.kinds import Presence
from tests.hub.attendance.made import SATURDAY, TODAY, excuse, lab, miss, save
from tests.journeys.steps import Check, has, sign_in
from tests.support.web import World

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("width", "javascript"), [(360, True), (1280, False)])
def test_register_and_make_up(world: World, page: Page, check_page: Check, width: int, javascript: bool) -> None:
    lab(world, TODAY, hour=10)
    past, there = lab(world, SATURDAY), lab(world, section="Providence", stations=2)
    excuse(world, lab(world, hour=14))
    sign_in(page, "Ben")
    page.goto("/instructor/sessions")
    _checked(page, check_page, javascript)
    page.goto(f"/instructor/sessions/{past.session.public_id}/register")
    page.get_by_label("Register of Ada").select_option("absent")
    _checked(page, check_page, javascript)
    page.get_by_role("button", name="The rest is present").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.goto(f"/instructor/sessions/{past.session.public_id}/code")
    _checked(page, check_page, javascript)
    page.context.clear_cookies()
    sign_in(page, "Ada")
    page.goto("/student/attendance")
    _checked(page, check_page, javascript)
    page.get_by_role("link", name="see where it is given again").click()
    page.get_by_role("button", name="Book Providence").click()
    expect(page.get_by_text("You have a station.")).to_be_visible()
    _checked(page, check_page, javascript)
    has(page, there.site.name)


@pytest.mark.parametrize("width", [360])
def test_the_coordinators_page_on_a_phone(world: World, page: Page, check_page: Check) -> None:
    save(world, lab(world, SATURDAY), {"Zoe": Mark(Presence.PRESENT)})
    miss(world, hour=14)
    sign_in(page, "Cleo")
    page.goto("/coordinator/attendance")
    check_page(page)


def _checked(page: Page, check_page: Check, javascript: bool) -> None:
    if javascript:  # axe needs it; the other width shows that the pages do not
        check_page(page)
