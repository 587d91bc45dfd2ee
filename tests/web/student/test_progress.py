"""The progress page says what is missing and why, to its student alone."""

import pytest

from tests.hub.coursework.made import plan, set_work
from tests.support.statements import count_statements
from tests.support.web import World


@pytest.mark.one_engine
def test_a_student_sees_what_the_program_still_asks(world: World) -> None:
    set_work(world, plan(week=2), plan("PC-A2", week=3))
    page = world.browser_of("Ada").get("/student/progress")
    assert page.status_code == 200
    for text in ("Process controls", "Still missing", "behind", "Why?", "no released grade yet"):
        assert text in page.text


@pytest.mark.one_engine
def test_the_page_speaks_spanish(world: World) -> None:
    page = world.browser_of("Ada").get("/student/progress?lang=es")
    assert page.status_code == 200


@pytest.mark.one_engine
def test_nobody_without_an_enrollment_has_this_page(world: World) -> None:
    assert world.browser_of("Ben").get("/student/progress").status_code == 403
    assert world.visitor().get("/student/progress").status_code in (302, 303, 401)


@pytest.mark.one_engine
def test_the_page_stays_within_its_statements(world: World) -> None:
    browser = world.browser_of("Ada")
    browser.get("/student/progress")
    with count_statements() as first:
        browser.get("/student/progress")
    set_work(world, *(plan(f"PC-A{n}") for n in range(1, 9)))
    with count_statements() as second:
        browser.get("/student/progress")
    assert first.count == second.count
    second.at_most(28)
