"""Reminders, mail settings and notices in a real browser: accessible, readable on a phone, usable by keyboard."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from lms.hub.hours.rules.reminders import ladder
from lms.jobs.hours import remind_of_sheets
from lms.messages.models import MailDay
from tests.hub.hours.made import NEW_YORK
from tests.hub.hours.weeks import MONDAY, at
from tests.support.cast import PASSWORD, email_of
from tests.support.web import World

pytestmark = pytest.mark.browser


def sign_in(page: Page, name: str) -> None:
    page.goto("/sign-in")
    page.locator("input[name=email]").fill(email_of(name))
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)


@pytest.mark.parametrize("width", [360, 1280])
def test_reminders_mail_settings_and_notices_are_accessible(
    world: World, page: Page, check_page: Callable[[Page], None]
) -> None:
    with at(ladder(MONDAY, NEW_YORK)[2].at + timedelta(minutes=1)):
        remind_of_sheets(world.app.config["LMS"])
    sign_in(page, "Cleo")
    page.goto("/coordinator/reminders")
    for summary in page.locator("main details > summary").all():
        summary.click()
    expect(page.locator("main details:not([open])")).to_have_count(0)
    check_page(page)
    page.goto("/notices")
    check_page(page)
    page.goto("/profile/mail")
    page.get_by_label("My day begins at").fill("15:00")
    page.get_by_label("My day ends at").fill("07:00")
    page.get_by_role("main").get_by_role("button", name="Save").press("Enter")
    page.get_by_text("Saved.").wait_for()
    check_page(page)
    assert world.one(MailDay).begins_minute == 15 * 60
