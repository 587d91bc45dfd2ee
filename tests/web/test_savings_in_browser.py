"""The pages of savings in a real browser: no accessibility violation, nothing sticks out, on a phone and a desktop."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from lms.capstone.savings.models import Posting
from lms.capstone.savings.rules.kinds import EntryKind
from tests.capstone.stage import golden_drafts, lines, live, verified
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
@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
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


@pytest.mark.browser
@pytest.mark.parametrize("width", [360])
def test_finances_pages_are_accessible(world: World, page: Page, check_page: Check, width: int) -> None:
    project = live(world)
    (line,) = lines(world, project)
    posting = verified(world, project, line).public_id
    _sign_in(page, "Finn")
    for path in (
        f"projects/{project.public_id}/costs",
        "rates",
        f"claims/{posting}/verification",
        f"postings/{posting}/reversal",
    ):
        page.goto(f"/employer/{path}")
        check_page(page)


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1280])
def test_the_students_capstone_is_accessible(world: World, page: Page, check_page: Check, width: int) -> None:
    _sign_in(page, "Ada")
    page.goto("/student/capstone")
    check_page(page)
    project = live(world)
    for path in ("capstone", f"projects/{project.public_id}/line", f"lines/{lines(world, project)[0].public_id}"):
        page.goto(f"/student/{path}")
        check_page(page)
