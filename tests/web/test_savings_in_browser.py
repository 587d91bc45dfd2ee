"""The pages of savings in a real browser: no accessibility violation, nothing sticks out, on a wide and dark screen."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from lms.capstone.assessments.models import EnergyRecommendation
from lms.capstone.assessments.rules.said import Audience
from lms.capstone.assessments.services import apply_file, plan_file, share
from lms.capstone.benchmarks.services import freeze_quarter
from lms.capstone.followups.rules import follow_up_dates
from lms.capstone.followups.services import ask_follow_up
from lms.capstone.plans.services import submit_gate
from lms.capstone.projects.rules import GateKind
from lms.capstone.savings.models import Posting
from lms.capstone.savings.rules.kinds import EntryKind
from lms.capstone.statements.services import issue_statement
from lms.hub.catalog.models import Program
from lms.kernel.db import transaction
from lms.kernel.outbox import OutboxMessage
from lms.people.access import SYSTEM
from lms.people.orgs.models import Firm
from tests.capstone.stage import LIVE_ON, golden_drafts, lines, live, verified
from tests.support import cast
from tests.support.web import World

Check = Callable[[Page], None]


def _sign_in(page: Page, name: str) -> None:
    page.goto("/sign-in")
    page.locator("#email").fill(cast.email_of(name))
    page.locator("#password").fill(cast.PASSWORD)
    page.locator("#password").press("Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(1280, "dark")])
def test_the_firms_pages_are_accessible(world: World, page: Page, check_page: Check, width: int, scheme: str) -> None:
    project = live(world, golden_drafts())
    for line in lines(world, project):
        verified(world, project, line)
    posting = world.all(Posting, kind=EntryKind.CLAIM)[0].public_id
    first = lines(world, project)[0].public_id
    _sign_in(page, "Dee")
    for path in (
        "", "savings", "projects", f"projects/{project.public_id}", f"projects/{project.public_id}/ledger", "waiting",
        f"claims/{posting}", f"lines/{first}/amendment", "employees", f"projects/{project.public_id}/charter",
        f"employees/{world.enrollment('Ada').public_id}",
    ):  # fmt: skip
        page.goto(f"/employer/{path}")
        check_page(page)


def _assessed(world: World) -> tuple[str, str]:
    """What an assessment once recommended to Acme, which lets the staff look: the file, and one recommendation."""
    acme, dee = world.one(Firm, name="Acme"), world.actor("Dee")
    rows = b"rec_id,assessment_id,fy,status,impl_cost_usd,primary_saved_usd\nA1,A,2019,I,100,200\nA2,A,2019,N,,\n"
    with transaction():
        file = apply_file(dee, plan_file(dee, acme, "plant.csv", rows))
        share(dee, acme, Audience.STAFF)
    return file.public_id, world.all(EnergyRecommendation)[0].public_id


@pytest.mark.browser
@pytest.mark.timeout(300)
@pytest.mark.parametrize(("width", "scheme"), [(1280, "dark")])
def test_statements_charts_follow_ups_and_plans_are_accessible(
    world: World, page: Page, check_page: Check, width: int, scheme: str
) -> None:
    project = live(world)
    (line,) = lines(world, project)
    verified(world, project, line)
    with transaction():
        submit_gate(world.actor("Ada"), project, GateKind.CHARTER, "We timed twenty changeovers on line 2.")
        asked = ask_follow_up(SYSTEM, project, follow_up_dates(LIVE_ON, 3))
        statement = issue_statement(world.actor("Dee"), world.one(Firm, name="Acme"))
        freeze_quarter(SYSTEM, world.one(Program), "2026Q3")
    file, recommendation = _assessed(world)
    (letter,) = [row for row in world.all(OutboxMessage) if row.template == "follow-up-due"]
    page.goto(letter.said()["path"])
    page.locator("details summary").last.click()
    expect(page.locator("details").last).to_have_attribute("open", "")
    check_page(page)
    page.goto(f"{letter.said()['path']}/all")
    check_page(page)
    _sign_in(page, "Dee")
    for path in (
        "statements", f"statements/{statement.public_id}",
        f"projects/{project.public_id}/charts", "savings/charts", f"projects/{project.public_id}/plan", "benchmarks",
        "disclosures", f"follow-ups/{asked.public_id}", "follow-ups", f"projects/{project.public_id}/saving", "savings",
        "energy-assessments", f"energy-files/{file}", f"energy-recommendations/{recommendation}",
        "employees", f"employees/{world.enrollment('Ada').public_id}",
    ):  # fmt: skip
        page.goto(f"/employer/{path}")
        check_page(page)
    page.context.clear_cookies()
    _sign_in(page, "Cleo")
    for path in ("gates", "energy-assessments", f"energy-assessments/{world.one(Firm, name='Acme').public_id}"):
        page.goto(f"/coordinator/{path}")
        check_page(page)


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280])
def test_the_students_capstone_is_accessible(world: World, page: Page, check_page: Check, width: int) -> None:
    _sign_in(page, "Ada")
    page.goto("/student/capstone")
    check_page(page)
    project = live(world)
    for path in (
        "capstone", f"projects/{project.public_id}/plan", f"projects/{project.public_id}/line",
        f"lines/{lines(world, project)[0].public_id}",
    ):  # fmt: skip
        page.goto(f"/student/{path}")
        check_page(page)
