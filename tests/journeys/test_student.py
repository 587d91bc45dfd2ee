"""A student logs hours, hands in the week and a piece of work, and looks at grades, capstone and record."""

import pytest
from playwright.sync_api import Page, expect

from tests.hub.coursework.made import set_work
from tests.journeys.steps import Check, follow, go, has, sign_in
from tests.support.web import World

pytestmark = pytest.mark.browser
WIDTHS = pytest.mark.parametrize("width", [360, 1280])


@WIDTHS
def test_hours_are_logged_in_three_taps_and_the_week_is_handed_in(world: World, page: Page, check_page: Check) -> None:
    sign_in(page, "Ada")
    has(page, "10 h left to reach 10 h.")
    check_page(page)
    go(page, "Hours")
    page.get_by_label("Yesterday", exact=True).check()
    page.get_by_label("Manufacturing systems, unit 1", exact=True).check()
    # The phone keeps the entry first, sends it, and then the week opens anew.
    follow(page.get_by_role("button", name="+90 min"))
    has(page, "1:30")
    check_page(page)
    page.goto("/student/hours/weeks/2026-10-19")
    page.get_by_label("Time", exact=True).fill("2h30")
    page.get_by_text("From when to when, other work, comment").click()
    page.get_by_label("Comment").fill("Read the unit on takt time and did its questions")
    follow(page.get_by_role("button", name="Log", exact=True))
    has(page, "2:30")
    follow(page.get_by_role("button", name="Hand in the week"))
    has(page, "Handed in")
    check_page(page)


@WIDTHS
def test_time_that_cannot_be_read_is_kept_and_explained(world: World, page: Page, check_page: Check) -> None:
    sign_in(page, "Ada")
    go(page, "Hours")
    page.get_by_label("Time", exact=True).fill("an hour or so")
    page.get_by_role("button", name="Log", exact=True).click()
    expect(page.get_by_label("Time", exact=True)).to_have_value("an hour or so")
    expect(page.get_by_role("alert")).to_contain_text("Write the time as 90, 1:30, 1.5 or 1h30m.")
    check_page(page)


@WIDTHS
def test_work_is_written_saved_by_itself_and_handed_in(world: World, page: Page, check_page: Check) -> None:
    (activity,) = set_work(world)
    sign_in(page, "Ada")
    follow(page.get_by_role("link", name=activity.title))
    check_page(page)
    page.locator("textarea").fill("Cycle time fell from 45 to 31 seconds.")
    has(page, "Draft saved. It is not handed in yet.")
    follow(page.get_by_role("button", name="Check and hand in"))
    has(page, "Cycle time fell from 45 to 31 seconds.")
    check_page(page)
    follow(page.get_by_role("button", name="Hand in now"))
    has(page, "on time")
    check_page(page)
    go(page, "Today")
    expect(page.get_by_role("link", name=activity.title)).to_have_count(0)


@WIDTHS
def test_grades_capstone_spoke_and_record_are_a_tap_away(world: World, page: Page, check_page: Check) -> None:
    set_work(world)
    sign_in(page, "Ada")
    for place in ("Coursework", "Grades", "Capstone", "Spoke", "Who sees my record"):
        go(page, place)
        check_page(page)
    page.locator(".appbar summary").click()
    follow(page.get_by_role("link", name="Profile and settings"))
    check_page(page)


@pytest.mark.parametrize("language", ["es"])
def test_the_language_is_switched_in_place(world: World, page: Page, check_page: Check, language: str) -> None:
    page.goto("/sign-in")
    expect(page.get_by_role("heading", level=1)).to_have_text("Iniciar sesión")
    sign_in(page, "Ada")
    go(page, "Hours")
    page.locator(".appbar summary").click()
    page.get_by_role("button", name="Español").click()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    assert page.url.endswith("/student/hours")
    check_page(page)


@pytest.mark.parametrize("width", [360])
@pytest.mark.parametrize("javascript", [False])
def test_the_main_job_needs_no_javascript(world: World, page: Page, width: int, javascript: bool) -> None:
    (activity,) = set_work(world)
    sign_in(page, "Ada")
    go(page, "Hours")
    follow(page.get_by_role("button", name="+60 min"))
    has(page, "1:00")
    page.goto("/student/")
    follow(page.get_by_role("link", name=activity.title))
    page.locator("textarea").fill("By hand.")
    page.get_by_role("button", name="Check and hand in").click()
    follow(page.get_by_role("button", name="Hand in now"))
    has(page, "on time")
    page.locator(".appbar summary").click()
    page.get_by_role("button", name="Español").click()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    page.locator(".appbar summary").click()
    page.get_by_role("button", name="Cerrar sesión").click()
    expect(page.get_by_role("link", name="Iniciar sesión").first).to_be_visible()
