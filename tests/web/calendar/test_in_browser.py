"""The calendar with a real browser: a snow day from end to end and a cohort's weeks, without a violation."""

import re

import pytest
from playwright.sync_api import Page, expect

from lms.hub.cohorts.models import Break
from tests.hub.calendar.made import labs
from tests.hub.coursework.made import plan as activity
from tests.hub.coursework.made import set_work
from tests.journeys.steps import Check, follow, go, has, sign_in
from tests.support.web import World

pytestmark = pytest.mark.browser
WIDTHS = pytest.mark.parametrize("width", [360, 1280])


@WIDTHS
def test_a_coordinator_moves_a_snow_day_and_takes_it_back(world: World, page: Page, check_page: Check) -> None:
    labs(world)
    set_work(world, activity("PC-A1", week=10, weekday=3))
    sign_in(page, "Cleo")
    go(page, "Cohorts and dates")
    check_page(page)
    follow(page.get_by_role("link", name="Fall 2026 (sample)", exact=True))
    check_page(page)
    follow(page.get_by_role("navigation", name="Parts of the cohort").get_by_role("link", name="Sections"))
    check_page(page)
    follow(page.get_by_role("link", name="Lowell").first)
    check_page(page)
    page.go_back()
    follow(page.get_by_role("link", name="Days without teaching"))
    page.get_by_label("What is it?").select_option("closure")
    page.get_by_label("First day").fill("2026-11-12")
    page.get_by_label("Last day").fill("2026-11-12")
    check_page(page)
    follow(page.get_by_role("button", name="See what moves"))
    has(page, "nothing has moved yet")
    check_page(page)
    follow(page.get_by_role("button", name="Do this"))
    has(page, "Done as previewed")
    follow(page.get_by_role("button", name="Undo everything"))
    has(page, "every date is what it was")
    check_page(page)
    assert world.all(Break)[-1].is_lifted
    go(page, "Sites")
    follow(page.get_by_role("link", name="Lowell").first)
    check_page(page)


@WIDTHS
def test_a_student_reads_the_calendar_and_gets_a_feed(world: World, page: Page, check_page: Check) -> None:
    labs(world)
    sign_in(page, "Ada")
    go(page, "Calendar")
    check_page(page)
    follow(page.get_by_role("link", name="November 2026"))
    has(page, "Robotics, unit 1")
    follow(page.get_by_role("link", name="Month", exact=True))
    check_page(page)
    page.get_by_role("button", name="Make an address").click()
    expect(page.get_by_label("Address of your calendar")).to_have_value(re.compile(r"/calendar/feeds/.+\.ics$"))
    check_page(page)
