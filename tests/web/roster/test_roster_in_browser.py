"""A roster and an application in a real browser, on a phone and on a desktop."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from lms.hub.roster.kinds import Skill
from lms.kernel.outbox import OutboxMessage
from tests.hub.roster.made import ADA, NOA, file_of, give, open_acme
from tests.journeys.steps import follow, sign_in
from tests.support.web import World

pytestmark = [pytest.mark.browser, pytest.mark.one_engine]
Check = Callable[[Page], None]


@pytest.mark.parametrize("width", [360, 1280])
def test_a_roster_is_uploaded_read_and_applied(world: World, page: Page, check_page: Check) -> None:
    sign_in(page, "Cleo")
    page.goto("/coordinator/roster")
    check_page(page)
    wrong = {
        "name": "fall.csv",
        "mimeType": "text/csv",
        "buffer": file_of({**ADA, "shift": "night"}, {**NOA, "email": "noa"}),
    }
    page.get_by_label("CSV or XLSX file").set_input_files(wrong)  # type: ignore[arg-type]
    follow(page.get_by_role("button", name="Look at it"))
    expect(page.get_by_role("heading", name="Nothing can be done with this file yet")).to_be_visible()
    check_page(page)
    page.goto("/coordinator/roster")
    sound = {"name": "fall.csv", "mimeType": "text/csv", "buffer": file_of({**ADA, "shift": "night"}, NOA)}
    page.get_by_label("CSV or XLSX file").set_input_files(sound)  # type: ignore[arg-type]
    follow(page.get_by_role("button", name="Look at it"))
    check_page(page)
    page.get_by_role("button", name="Do exactly this").click()
    expect(page.get_by_role("heading", name="This was done")).to_be_visible()
    for path in ("invitations", "applications", "seats"):
        page.goto(f"/coordinator/{path}")
        check_page(page)


@pytest.mark.parametrize("width", [360])
def test_somebody_applies_on_a_phone_and_the_firm_endorses(world: World, page: Page, check_page: Check) -> None:
    contract = open_acme(world)
    seat = give(world, contract)
    link = world.one(OutboxMessage, template="application-invite").said()["path"]
    page.goto(link)
    check_page(page)
    page.get_by_label("Years on a shop floor").fill("4")
    page.get_by_label("What you do at work").fill("Sets up lathes")
    page.get_by_label("Why you want to take part").fill("I want to run the cell on my own.")
    for skill in Skill:
        page.locator(f"[name=skill_{skill.value}]").select_option("2")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_text("Sent on")).to_be_visible()
    sign_in(page, "Dee")
    for path in (
        "/employer/seats",
        f"/employer/seats/{contract.public_id}",
        f"/employer/seats/given/{seat.public_id}",
        "/employer/people",
    ):
        page.goto(path)
        check_page(page)
