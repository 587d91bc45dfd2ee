"""A sponsor reports a saving, the firm's finance verifies it, and both see what it returned."""

import pytest
from playwright.sync_api import Page, expect

from tests.capstone import stage
from tests.journeys.steps import Check, follow, go, has, sign_in
from tests.support.browser import NewPage
from tests.support.web import World

pytestmark = pytest.mark.browser
WIDTHS = pytest.mark.parametrize("width", [360, 1280])


@WIDTHS
def test_a_claim_is_reported_by_the_sponsor_and_verified_by_finance(
    world: World, new_page: NewPage, check_page: Check, width: int
) -> None:
    project = stage.live(world, {"Scrap": stage.draft(4_150_000)})
    (line,) = stage.lines(world, project)
    stage.claim(world, line)
    sponsor, finance = new_page(), new_page()

    sign_in(sponsor, "Dee")
    check_page(sponsor)
    go(sponsor, "To confirm")
    follow(sponsor.get_by_role("link", name="Report the saving"))
    check_page(sponsor)
    follow(sponsor.get_by_role("button", name="Our firm reports this"))
    has(sponsor, "V1 reported by the firm")

    sign_in(finance, "Finn")
    go(finance, "To confirm")
    follow(finance.get_by_role("link", name="Verify the saving"))
    follow(finance.get_by_role("link", name="Verify, or less of it"))
    check_page(finance)
    finance.get_by_label("First-year amount that you attest").fill("41500.00")
    finance.get_by_label("Account or meter that shows it").fill("5100-22")
    follow(finance.get_by_role("button", name="Verify", exact=True))
    has(finance, "V2 verified by finance")
    check_page(finance)
    go(finance, "Savings")
    has(finance, "$41,500.00")
    check_page(finance)
    finance.get_by_text("Why?").first.click()
    expect(finance.locator("details.why[open]").first).to_contain_text("Source:")
    check_page(finance)


@WIDTHS
def test_what_a_student_did_not_agree_to_is_not_shown_and_can_be_asked_for(
    world: World, page: Page, check_page: Check, width: int
) -> None:
    sign_in(page, "Dee")
    go(page, "Employees")
    check_page(page)
    has(page, "Ada")
    page.goto(f"/employer/employees/{world.enrollment('Ada').public_id}/hours")
    has(page, "No consent on record")
    check_page(page)


def test_a_firm_never_meets_another_firm(world: World, page: Page) -> None:
    project = stage.live(world)
    sign_in(page, "Fay")
    go(page, "Projects")
    expect(page.get_by_text(project.title)).to_have_count(0)
    page.goto(f"/employer/projects/{project.public_id}")
    expect(page.get_by_role("heading", level=1)).to_have_text("We could not find this")
