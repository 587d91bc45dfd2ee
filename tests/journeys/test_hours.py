"""A week in a real browser: logged on a phone, handed in, approved; at a desk as a grid; without JavaScript."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from lms.hub.hours.models import HoursEntry, WeekSheet
from lms.hub.hours.rules.sheet import State
from tests.hub.hours.weeks import MONDAY, log_week
from tests.journeys.steps import follow
from tests.support import cast
from tests.support.web import World

pytestmark = pytest.mark.browser
Check = Callable[[Page], None]
PICTURES = os.environ.get("HOURS_PICTURES")


def sign_in(page: Page, name: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill(cast.email_of(name))
    page.get_by_label("Password").fill(cast.PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/*/")


def look(page: Page, check_page: Check, name: str) -> None:
    """The page is accessible and no wider than the window."""
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)
    check_page(page)


@pytest.mark.parametrize(("width", "javascript"), [(360, True), (360, False), (1280, True)])
def test_a_student_logs_in_three_taps_changes_removes_and_takes_it_back(
    world: World, page: Page, check_page: Check, width: int, javascript: bool
) -> None:
    sign_in(page, "Ada")
    page.goto("/student/hours")
    look(page, check_page, f"empty-{width}-{javascript}") if javascript else None
    page.get_by_role("radio", name="Yesterday").check()
    page.get_by_role("radio", name="Manufacturing systems, unit 1").check()
    page.get_by_role("button", name="+90 min").click()
    expect(page.get_by_text("Logged: 1 h 30 on Tue, Oct 27")).to_be_visible()

    page.get_by_role("textbox", name="Time", exact=True).fill("ninety")
    page.get_by_role("button", name="Log", exact=True).click()
    expect(page.locator("#errors")).to_be_visible()
    expect(page.get_by_role("textbox", name="Time", exact=True)).to_have_value("ninety")
    look(page, check_page, f"error-{width}-{javascript}") if javascript else None
    page.get_by_role("textbox", name="Time", exact=True).fill("1,5")
    page.get_by_role("textbox", name="Time", exact=True).press("Enter")
    expect(page.get_by_text("Logged: 1 h 30 on Wed, Oct 28")).to_be_visible()

    page.get_by_role("button", name="Remove 1 h 30 of Wed, Oct 28").click()
    expect(page.get_by_text("The entry is removed.")).to_be_visible()
    look(page, check_page, f"removed-{width}-{javascript}") if javascript else None
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("It stands again.")).to_be_visible()

    page.get_by_role("link", name="Manufacturing systems, unit 1").first.click()
    page.get_by_label("Time", exact=True).fill("2h27m")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Changed: 2 h 27")).to_be_visible()
    follow(page.get_by_role("link", name="History"))
    look(page, check_page, f"history-{width}-{javascript}") if javascript else None


@pytest.mark.parametrize("width", [1280])
def test_at_a_desk_the_week_is_a_grid(world: World, page: Page, check_page: Check, width: int) -> None:
    sign_in(page, "Ada")
    page.goto("/student/hours")
    page.get_by_label("Process controls, unit 1, Mon, Oct 26").focus()
    page.keyboard.type("1:30")
    page.keyboard.press("Enter")  # down
    page.keyboard.press("ArrowRight")
    page.keyboard.type("x")
    expect(page.get_by_label("Manufacturing systems, unit 1, Tue, Oct 27")).to_be_focused()
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    expect(page.locator("td:focus")).to_contain_text("still to come")  # a locked cell says why
    page.keyboard.press("Escape")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("1 cell saved")).to_be_visible()
    expect(page.get_by_label("Manufacturing systems, unit 1, Tue, Oct 27")).to_have_value("x")
    look(page, check_page, "grid")
    assert world.one(HoursEntry).minutes == 90


@pytest.mark.parametrize("width", [360, 1280])
def test_a_week_is_handed_in_and_approved(
    world: World, new_page: Callable[[], Page], check_page: Check, width: int
) -> None:
    log_week(world)
    ada, ben = new_page(), new_page()
    sign_in(ada, "Ada")
    ada.goto(f"/student/hours/weeks/{MONDAY}")
    ada.get_by_role("button", name="Hand in the week").click()
    expect(ada.get_by_text("Handed in. You will hear")).to_be_visible()
    look(ada, check_page, f"handed-in-{width}")

    sign_in(ben, "Ben")
    ben.goto("/instructor/approvals")
    ben.get_by_role("button", name="Approve what is ticked").click()
    expect(ben.get_by_text("Approved: 1")).to_be_visible()
    assert world.one(WeekSheet).state is State.APPROVED

    ada.goto("/student/hours/year")
    look(ada, check_page, f"year-{width}")


@pytest.mark.parametrize("scheme", ["dark"])
def test_the_week_is_readable_in_the_dark(world: World, page: Page, check_page: Check, scheme: str) -> None:
    log_week(world)
    sign_in(page, "Ada")
    page.goto(f"/student/hours/weeks/{MONDAY}")
    look(page, check_page, "dark")
