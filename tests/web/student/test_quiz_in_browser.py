"""A quiz is taken on a phone with the keyboard alone; what was typed is kept by itself; its pages are accessible."""

import pytest
from playwright.sync_api import Page, expect

from lms.hub.cohorts.models import Section
from lms.hub.grading.models import Score
from lms.hub.quizzes.models import QuizQuestion
from tests.hub.quizzes.made import set_quiz, show_at_once
from tests.journeys.steps import Check, sign_in
from tests.support.browser import NewPage
from tests.support.web import World

pytestmark = [pytest.mark.browser, pytest.mark.one_engine, pytest.mark.timeout(300)]
FOCUSED = (
    "() => [document.activeElement.name, document.activeElement.value, document.activeElement.innerText].join('|')"
)


def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until the control with this name or text has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if wanted in page.evaluate(FOCUSED):
            return
    raise AssertionError(f"Tab never came to {wanted}")


def enter(page: Page, wanted: str, heading: str) -> None:
    """Go on with a link or a button, and wait for the page that it leads to."""
    tab_to(page, wanted)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
    page.wait_for_load_state()


@pytest.mark.parametrize("width", [360])
def test_a_quiz_is_taken_with_the_keyboard_alone(world: World, new_page: NewPage, check_page: Check) -> None:
    activity = set_quiz(world)
    show_at_once(world, activity)
    page = new_page()
    sign_in(page, "Ada")
    page.goto(f"/student/coursework/{activity.public_id}")
    enter(page, "To the quiz", "What comes")
    check_page(page)
    enter(page, "Start the quiz", "Question 1")
    check_page(page)
    tab_to(page, "answer-Q1|0")
    page.keyboard.press("ArrowDown")
    tab_to(page, "answer-Q2|0")
    page.keyboard.press("Space")
    tab_to(page, "answer-Q2|2")
    page.keyboard.press("Space")
    tab_to(page, "answer-Q3")
    page.keyboard.type("about 41 mm")
    tab_to(page, "answer-Q4")
    page.keyboard.type("zyklotron takt")
    expect(page.get_by_text("Saved. It is not handed in yet.")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Name the time between two parts.")).to_have_value("zyklotron takt")
    expect(page.get_by_label("Cpk")).to_be_checked()
    enter(page, "Check and hand in", "This is what you hand in")
    expect(page.get_by_role("alert")).to_contain_text("is not a number")
    check_page(page)
    enter(page, "Go back and mend it", "Question 3")
    number = page.get_by_label("How long is the shaft?")
    tab_to(page, "answer-Q3")
    page.keyboard.press("Control+a")
    page.keyboard.type("41,38 mm")
    expect(number).to_have_value("41,38 mm")
    enter(page, "Check and hand in", "This is what you hand in")
    enter(page, "Hand in now", "Receipt")
    assert world.one(Score).points == 1_000
    page.goto(f"/student/grades/{activity.public_id}")
    check_page(page)
    _look_as_instructor(world, new_page(), activity.public_id, check_page)


def _look_as_instructor(world: World, page: Page, activity: str, check_page: Check) -> None:
    section = world.one(Section, name="Lowell").public_id
    sign_in(page, "Ben")
    page.goto(f"/instructor/quizzes/sections/{section}/activities/{activity}")
    check_page(page)
    page.goto(f"/instructor/quizzes/sections/{section}/questions/{world.one(QuizQuestion, code='NUM').public_id}")
    page.get_by_role("button", name="Show whose points change").click()
    expect(page.get_by_role("heading", name="0 answers get other points")).to_be_visible()
    check_page(page)
