"""Twenty submissions are graded with the keyboard alone: no click, no mouse; also on a phone with a keyboard."""

import pytest
from playwright.sync_api import Page, expect

from lms.hub.coursework.models import Submission
from lms.hub.grading.models import Release, Score
from lms.hub.grading.models.desk import Annotation
from lms.hub.grading.services.desk import share_comment
from lms.kernel.db import transaction
from tests.hub.coursework.made import hand_in, plan, set_work
from tests.hub.grading.made import marking_of, with_rubric
from tests.journeys.steps import Check, sign_in
from tests.support.web import World

pytestmark = [pytest.mark.browser, pytest.mark.one_engine, pytest.mark.timeout(300)]
WORK = 20


@pytest.mark.parametrize("width", [360, 1280])
def test_twenty_submissions_are_graded_with_the_keyboard_alone(world: World, page: Page, check_page: Check) -> None:
    activities = set_work(world, *(plan(f"PC-{number:02}") for number in range(WORK // 2)))
    for activity in activities:
        with_rubric(world, activity)
        for name in ("Ada", "Zoe"):
            hand_in(world, name, activity, "one\ntwo\nthree")
    first = world.all(Submission)[0]
    with transaction():
        marking = marking_of(world, first)
        share_comment(world.actor("Ben"), marking.enrollment, marking, "Show your units.")
    sign_in(page, "Ben")
    page.goto(f"/instructor/grading/{first.public_id}")
    page.wait_for_load_state()
    check_page(page)
    keys = page.keyboard
    keys.press("?")
    expect(page.get_by_role("heading", name="Keys on this page")).to_be_visible()
    keys.press("Escape")
    keys.press("a")
    keys.type("Which unit?")
    keys.press("Tab")
    keys.press("Tab")
    keys.type("2")
    keys.press("Enter")
    expect(page.get_by_text("the text, line 2")).to_be_visible()
    for number in range(WORK):
        expect(page.get_by_text(f"1 of {WORK - number}", exact=True)).to_be_visible()
        page.wait_for_load_state()  # nobody types before the page is there
        keys.press("1")
        keys.type("40")
        keys.press("Enter")
        keys.press("Enter")
        keys.type("25,5")
        if number == 0:
            keys.press("Escape")
            keys.press("b")
            keys.press("ArrowDown")
            keys.press("Enter")
            expect(page.get_by_label("Comment for the student")).to_have_value("Show your units.")
        keys.press("Control+Enter")
    expect(page.get_by_text("Nothing waits here")).to_be_visible()
    check_page(page)
    assert {score.points for score in world.all(Score)} == {6_550}
    assert (len(world.all(Score)), len(world.all(Release))) == (WORK, WORK)
    assert world.one(Annotation).line == 2
