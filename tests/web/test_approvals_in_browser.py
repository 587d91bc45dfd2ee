"""The approver's list in a real browser: with the keyboard alone, and on a phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from lms.hub.hours.models import SheetEvent, WeekSheet
from lms.hub.hours.rules.sheet import State, Step
from lms.kernel.db import transaction
from lms.kernel.prose import prose_of
from tests.hub.hours.test_queries import more_students
from tests.hub.hours.weeks import hand_in, log_week
from tests.journeys.steps import sign_in
from tests.support.web import World

Check = Callable[[Page], None]
MOST_PRESSES = 12


class Keyboard:
    """Presses and types on the page, and counts the presses; what is typed as a reason is not counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.presses = page, 0

    def press(self, keys: str) -> None:
        self.presses += keys.count("+") + 1
        self.page.keyboard.press(keys)

    def type_reason(self, text: str) -> None:
        self.page.keyboard.type(text)


@pytest.mark.browser
@pytest.mark.one_engine
@pytest.mark.timeout(300)
def test_p5_33_of_35_sheets_are_approved_and_2_returned_with_reasons_with_at_most_12_key_presses(
    world: World, page: Page
) -> None:
    for name in ("Ada", "Zoe"):
        log_week(world, name, minutes=120)
        hand_in(world, name)
    more_students(world, range(33))
    sign_in(page, "Ben")
    page.goto("/instructor/approvals")
    expect(page.locator(".lead")).to_contain_text("35 parts")
    keys = Keyboard(page)
    reasons = ("Only two hours all week: what is missing?", "Please add the lab of Saturday.")
    with page.expect_navigation():
        keys.press("a")
    for reason in reasons:
        keys.press("1")
        keys.press("r")
        keys.type_reason(reason)
        with page.expect_navigation():
            keys.press("Control+Enter")
    assert keys.presses <= MOST_PRESSES
    expect(page.locator("#main")).to_contain_text("Nothing waits for you")
    states = [sheet.state for sheet in world.all(WeekSheet)]
    assert (states.count(State.APPROVED), states.count(State.RETURNED)) == (33, 2)
    returned = world.all(SheetEvent, step=Step.RETURNED)
    assert [len(event.cells) for event in returned] == [1, 1]
    with transaction(write=False):
        assert sorted(prose_of(returned, "reason").values()) == sorted(reasons)


@pytest.mark.browser
@pytest.mark.one_engine
@pytest.mark.parametrize("width", [360, 1280])
def test_the_list_of_an_approver_is_accessible_and_says_its_keys(
    world: World, page: Page, check_page: Check, width: int
) -> None:
    log_week(world)
    hand_in(world)
    log_week(world, "Zoe", minutes=120)
    hand_in(world, "Zoe")
    sign_in(page, "Ben")
    page.goto("/instructor/approvals")
    check_page(page)
    page.keyboard.press("?")
    expect(page.locator("dialog#shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    expect(page.locator(":focus")).to_contain_text("Zoe")
    page.keyboard.press("o")
    page.wait_for_url("**/approvals/*")
    check_page(page)
