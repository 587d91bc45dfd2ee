"""A student hands in, an instructor grades, the student reads: in a real browser, on a phone and a desktop."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from lms.hub.grading.models import Release, Score
from lms.hub.grading.queries import Written
from lms.hub.grading.services.drafts import save_draft_score
from lms.kernel.db import transaction
from tests.hub.coursework.made import PNG, hand_in, plan, set_work
from tests.hub.grading.made import grade, marking_of, with_rubric
from tests.journeys.steps import follow
from tests.support import cast
from tests.support.web import World

pytestmark = pytest.mark.browser
NewPage = Callable[[], Page]
CheckPage = Callable[[Page], None]


def sign_in(page: Page, name: str) -> None:
    """Through the form, as a person does."""
    page.goto("/sign-in")
    page.locator("input[name=email]").fill(cast.email_of(name))
    page.locator("input[name=password]").fill(cast.PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)


@pytest.mark.parametrize(("width", "javascript"), [(360, True), (1280, True), (360, False)])
def test_work_is_handed_in_graded_and_read(
    world: World, new_page: NewPage, check_page: CheckPage, javascript: bool, tmp_path: Path
) -> None:
    activity, _ = set_work(world, plan("PC-A1"), plan("PC-A2", week=9))
    with_rubric(world, activity)
    photo = tmp_path / "photo.png"
    photo.write_bytes(PNG)
    check = check_page if javascript else lambda page: None  # axe is a script itself
    ada, ben = new_page(), new_page()

    sign_in(ada, "Ada")
    ada.goto("/student/coursework")
    check(ada)
    follow(ada.get_by_role("link", name="Report PC-A1"))
    ada.get_by_label("Your text").fill("I measured twice.")
    ada.get_by_label("Add files").set_input_files(photo)
    up = ada.get_by_label("Files on your draft").get_by_role("listitem")
    expect(up).to_have_count(1 if javascript else 0)  # without it, the file goes up with the form
    check(ada)
    ada.get_by_role("button", name="Check and hand in").click()
    expect(ada.get_by_role("button", name="Hand in now")).to_be_visible()
    check(ada)
    ada.get_by_role("button", name="Hand in now").click()
    expect(ada.get_by_role("heading", name="Receipt")).to_be_visible()
    check(ada)

    sign_in(ben, "Ben")
    ben.goto("/instructor/grading")
    check(ben)
    follow(ben.get_by_role("link", name="Ada", exact=True))
    ben.locator("#mark-SAFE").fill("40")
    ben.locator("#mark-FIT").fill("45.5")
    ben.get_by_label("Comment for the student").fill("Well measured.")
    check(ben)
    ben.get_by_role("button", name="Post and release", exact=True).click()
    expect(ben.get_by_text("The score is posted and the student sees it.")).to_be_visible()
    check(ben)
    ben.goto("/instructor/gradebook")
    expect(ben.get_by_text("85.5").first).to_be_visible()
    check(ben)
    follow(ben.locator("main table").get_by_role("link", name="Ada", exact=True))
    check(ben)

    ada.goto("/student/grades")
    check(ada)
    follow(ada.get_by_role("link", name="Report PC-A1"))
    expect(ada.get_by_text("Well measured.")).to_be_visible()
    check(ada)


@pytest.mark.parametrize("scheme", ["dark"])
def test_two_graders_see_both_versions_side_by_side(world: World, page: Page, check_page: CheckPage) -> None:
    (activity,) = set_work(world)
    submission = hand_in(world, "Ada", activity)
    sign_in(page, "Ben")
    page.goto(f"/instructor/grading/{submission.public_id}")
    with transaction():
        marking = marking_of(world, submission)
        theirs = Written(points=9_000, comments={"": "from the other desk"})
        save_draft_score(world.actor("Ben"), marking.enrollment, marking, theirs, marking.token)
    page.get_by_label("Points").fill("70")
    page.get_by_role("button", name="Post and release", exact=True).click()
    expect(page.get_by_text("from the other desk")).to_be_visible()
    expect(page.get_by_label("Points")).to_have_value("70")
    check_page(page)
    page.get_by_role("button", name="Post and release", exact=True).click()
    expect(page.get_by_text("The score is posted and the student sees it.")).to_be_visible()
    assert world.one(Score).points == 7_000


def test_the_keyboard_alone_goes_through_the_queue(world: World, page: Page) -> None:
    (activity,) = set_work(world)
    for name in ("Ada", "Zoe"):
        hand_in(world, name, activity)
    sign_in(page, "Ben")
    page.goto("/instructor/grading")
    follow(page.get_by_role("link", name="Ada", exact=True))
    expect(page.get_by_role("heading", name="Ada")).to_be_visible()
    page.wait_for_load_state("networkidle")
    page.keyboard.press("1")
    page.keyboard.type("80")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", name="Zoe")).to_be_visible()
    assert len(world.all(Release)) == 1


def test_a_draft_saves_itself_while_one_types(world: World, page: Page) -> None:
    (activity,) = set_work(world)
    sign_in(page, "Ada")
    page.goto(f"/student/coursework/{activity.public_id}")
    for text in ("first words", "first words, and more"):
        with page.expect_response(re.compile("/draft")) as answer:
            page.get_by_label("Your text").fill(text)
        assert answer.value.status == 204
    expect(page.get_by_text("Draft saved. It is not handed in yet.")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Your text")).to_have_value("first words, and more")


@pytest.mark.parametrize("language", ["es"])
def test_a_released_grade_is_explained(world: World, page: Page, check_page: CheckPage) -> None:
    (activity,) = set_work(world)
    grade(world, hand_in(world, "Ada", activity), 8_350, show=True)
    sign_in(page, "Ada")
    page.goto("/student/grades")
    page.locator("details.why summary").first.click()
    expect(page.locator(".why-body").first).to_be_visible()
    check_page(page)
