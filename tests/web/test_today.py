"""The student's first page: the week, what is due, the capstone; and what it costs."""

import pytest

from tests.capstone import stage
from tests.hub.coursework.made import hand_in, plan, set_work
from tests.support.statements import count_statements
from tests.support.web import World

pytestmark = pytest.mark.one_engine


def test_today_shows_the_dial_of_the_week_with_its_words(world: World) -> None:
    shown = world.browser_of("Ada").get("/student/").text
    assert "Week 8 of 52" in shown
    assert "Hours this week: 0 h of a target of 10 h to 14 h" in shown
    assert "10 h left to reach 10 h." in shown


def test_a_student_without_a_capstone_is_told_how_to_begin(world: World) -> None:
    assert "Look for a problem at your firm" in world.browser_of("Ada").get("/student/").text


def test_today_costs_at_most_eight_statements(world: World) -> None:
    browser = world.browser_of("Ada")
    with count_statements() as statements:
        assert browser.get("/student/").status_code == 200
    statements.at_most(8)


@pytest.mark.parametrize("name", ["Ben", "Cleo", "Dee", "Finn", "Gus"])
def test_today_is_only_for_students(world: World, name: str) -> None:
    assert world.browser_of(name).get("/student/").status_code == 403


def test_what_is_due_leads_to_its_page(world: World) -> None:
    (activity,) = set_work(world)
    shown = world.browser_of("Ada").get("/student/")
    assert activity.title in shown.text
    assert f"/student/coursework/{activity.public_id}" in shown.text


def test_what_was_handed_in_is_not_due(world: World) -> None:
    (activity,) = set_work(world)
    hand_in(world, "Ada", activity)
    assert activity.title not in world.browser_of("Ada").get("/student/").text


def test_the_capstone_shows_its_stage_and_its_next_step(world: World) -> None:
    stage.live(world)
    shown = world.browser_of("Ada").get("/student/").text
    assert "Quick-change fixtures" in shown
    assert "Measure again" in shown


def test_today_costs_the_same_with_work_and_a_capstone(world: World) -> None:
    set_work(world, *(plan(f"PC-A{n}") for n in range(8)))
    stage.live(world)
    browser = world.browser_of("Ada")
    with count_statements() as statements:
        browser.get("/student/")
    statements.at_most(8)
