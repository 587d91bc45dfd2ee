"""A supervisor signs hours at the firm; a reviewer of the program checks a saving and confirms that it lasts."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from playwright.sync_api import Page, expect

from lms.capstone.savings.queries import ledger_of
from lms.capstone.savings.services.realizing import claimed_months, realize
from lms.capstone.savings.services.sustaining import attest_sustained
from lms.hub.catalog.models import Program
from lms.kernel.db import session, transaction
from lms.people.access import Relation
from lms.people.grants.models import GrantRow
from tests.capstone import stage
from tests.hub.hours.weeks import hand_in, log_capstone
from tests.journeys.steps import Check, follow, has, sign_in
from tests.support.web import World

pytestmark = pytest.mark.browser
WIDTHS = pytest.mark.parametrize("width", [360, 1280])
YEAR_LATER = datetime(2027, 10, 15, 14, tzinfo=UTC)


@WIDTHS
def test_a_supervisor_signs_what_was_done_at_the_firm(world: World, page: Page, check_page: Check) -> None:
    log_capstone(world)
    hand_in(world)
    sign_in(page, "Sam")
    check_page(page)
    follow(page.locator("main").get_by_role("link", name="Hours to approve"))
    has(page, "Ada")
    check_page(page)
    follow(page.get_by_role("link", name="Ada"))
    check_page(page)
    page.get_by_role("button", name="Approve", exact=True).click()
    expect(page.get_by_role("checkbox")).to_have_count(0)
    has(page, "Nothing waits for you")
    expect(page.get_by_role("region", name="Signed lately").get_by_role("link", name="Ada")).to_be_visible()
    check_page(page)


@WIDTHS
def test_a_reviewer_answers_the_checklist_and_a_year_later_confirms(
    world: World, page: Page, check_page: Check
) -> None:
    project = stage.live(world)
    (line,) = stage.lines(world, project)
    posting = stage.verified(world, project, line)
    with transaction():
        of = {"person_id": world.person("Hana").id, "place_id": world.one(Program).id}
        session.add(GrantRow(**of, relation=Relation.REVIEWER, from_day=date(2026, 8, 1)))
    sign_in(page, "Hana")
    page.goto("/reviewer/")
    check_page(page)
    follow(page.get_by_role("link", name="Review the saving: Scrap"))
    check_page(page)
    follow(page.get_by_role("button", name="Reviewed: all of it holds"))
    has(page, "Still open")
    check_page(page)
    for box in page.get_by_role("checkbox").all():
        box.check()
    follow(page.get_by_role("button", name="Reviewed: all of it holds"))
    has(page, "Nothing waits")
    with time_machine.travel(YEAR_LATER, tick=False):
        finn = world.actor("Finn")
        with transaction():
            realize(finn, line, claimed_months(ledger_of(project), line.id))
        with transaction():
            attest_sustained(finn, posting)
        sign_in(page, "Hana")
        page.goto("/reviewer/")
        follow(page.get_by_role("link", name="Confirm that it lasts: Scrap"))
        has(page, "After the first year")
        check_page(page)
        follow(page.get_by_role("button", name="Confirm that it lasts"))
        has(page, "Nothing waits")
        page.goto(f"/employer/claims/{posting.public_id}")
        has(page, "V4 sustained after a year")
        check_page(page)
