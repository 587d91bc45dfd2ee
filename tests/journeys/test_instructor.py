"""An instructor approves hours, returns some, grades and releases; two graders never overwrite each other."""

import pytest
from playwright.sync_api import Page, expect

from tests.hub.coursework.made import hand_in as hand_in_work
from tests.hub.coursework.made import set_work
from tests.hub.hours.weeks import hand_in, log_week
from tests.journeys.steps import Check, follow, go, has, sign_in
from tests.support.browser import NewPage
from tests.support.web import World

pytestmark = pytest.mark.browser
WIDTHS = pytest.mark.parametrize("width", [360, 1280])


@WIDTHS
def test_clean_weeks_are_approved_at_once_and_an_odd_one_is_returned(
    world: World, page: Page, check_page: Check
) -> None:
    for name, minutes in (("Ada", 660), ("Zoe", 120)):
        log_week(world, name, minutes=minutes)
        hand_in(world, name)
    sign_in(page, "Ben")
    has(page, "Hours to approve")
    check_page(page)
    go(page, "Hours to approve")
    check_page(page)
    follow(page.get_by_role("button", name="Approve what is ticked"))
    expect(page.get_by_role("link", name="Ada")).to_have_count(0)
    follow(page.get_by_role("link", name="Zoe"))
    check_page(page)
    page.get_by_label("Reason").fill("Wednesday is missing; you told me of the lab.")
    follow(page.get_by_role("button", name="Return", exact=True))
    has(page, "Nothing waits for you")
    check_page(page)


@WIDTHS
def test_work_is_graded_and_released_and_the_gradebook_shows_it(world: World, page: Page, check_page: Check) -> None:
    (activity,) = set_work(world)
    hand_in_work(world, "Ada", activity, text="Cycle time fell by a third.")
    sign_in(page, "Ben")
    go(page, "Grading")
    check_page(page)
    follow(page.get_by_role("link", name="Ada"))
    has(page, "Cycle time fell by a third.")
    check_page(page)
    page.get_by_label("Points").fill("87.5")
    page.get_by_label("Comment for the student").fill("Good baseline; show the limits.")
    follow(page.get_by_role("button", name="Post and release", exact=True))
    has(page, "87.5")
    check_page(page)
    go(page, "Gradebook")
    has(page, "87.5")
    check_page(page)


@WIDTHS
def test_a_second_grader_sees_both_versions_and_loses_nothing(
    world: World, new_page: NewPage, check_page: Check, width: int
) -> None:
    (activity,) = set_work(world)
    hand_in_work(world, "Ada", activity)
    first, second = new_page(), new_page()
    for page in (first, second):
        sign_in(page, "Ben")
        go(page, "Grading")
        follow(page.get_by_role("link", name="Ada"))
    first.get_by_label("Points").fill("90")
    follow(first.get_by_role("button", name="Post and release", exact=True))
    has(first, "90")
    second.get_by_label("Points").fill("60")
    second.get_by_label("Comment for the student").fill("Axis labels are missing.")
    follow(second.get_by_role("button", name="Post and release", exact=True))
    has(second, "Somebody else has saved this attempt since you opened it.")
    expect(second.get_by_label("Comment for the student")).to_have_value("Axis labels are missing.")
    expect(second.get_by_label("Points")).to_have_value("60")
    check_page(second)
