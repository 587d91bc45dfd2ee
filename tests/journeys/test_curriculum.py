"""The program editor on a phone and on a desktop: write, look, compare, move."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from lms.hub.catalog.models import ProgramVersion
from tests.journeys.steps import follow, sign_in
from tests.support.web import World

pytestmark = pytest.mark.one_engine


@pytest.mark.parametrize("width", [360, 1280])
def test_an_admin_writes_a_draft_and_looks_at_it_from_every_side(
    world: World, page: Page, check_page: Callable[[Page], None], width: int
) -> None:
    sign_in(page, "Gus")
    page.goto("/admin/curriculum")
    check_page(page)
    follow(page.get_by_role("button", name="Start a draft"))
    expect(page.locator("h1")).to_have_text("Version 2")
    page.wait_for_load_state()
    check_page(page)
    base = page.url
    follow(page.get_by_role("link", name="PC Process controls"))
    expect(page.locator("h1")).to_have_text("PC Process controls")
    page.wait_for_load_state()
    check_page(page)
    follow(page.get_by_role("link", name="Change PC-1"))
    page.get_by_label("Planned minutes a week").fill("900")
    page.wait_for_load_state()
    check_page(page)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved in the draft.")).to_be_visible()
    follow(page.get_by_role("link", name="Add an item to PC-1"))
    page.get_by_label("Title").fill("The film")
    follow(page.get_by_role("button", name="Add"))
    expect(page.get_by_text("Fill this in.").first).to_be_visible()
    page.wait_for_load_state()
    check_page(page)
    for part in ("/weeks?week=3", "/comparison", "/requirements", "/modules?weeks=12&hours=12", "/moves", "/new/need"):
        page.goto(base + part)
        check_page(page)
    page.goto(f"{base}/moves/{world.enrollment('Ada').public_id}")
    check_page(page)
    page.goto("/admin/curriculum/imports")
    check_page(page)
    assert len(world.all(ProgramVersion)) == 2
