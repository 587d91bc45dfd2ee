"""A student who is moved to another version is told by a letter, and reads which version holds and why."""

from datetime import timedelta

import time_machine

from lms.kernel.outbox import OutboxMessage
from tests.hub.coursework.made import set_work
from tests.hub.migration.test_services import REASON, move, second_version
from tests.support.web import NOW, World


def moved(world: World) -> None:
    """Ada is bound to version 2."""
    set_work(world)
    move(world, "Ada", second_version(world))


def test_the_student_gets_one_letter_which_does_not_hold_the_reason(world: World) -> None:
    moved(world)
    (letter,) = world.all(OutboxMessage, template="version-changed")
    assert letter.said()["number"] == 2
    assert REASON not in str(letter.said())
    assert letter.person_id == world.enrollment("Ada").person_id


def test_enrollment_and_progress_say_which_version_holds_and_the_typed_reason(world: World) -> None:
    moved(world)
    for path in ("/student/enrollment", "/student/progress"):
        text = world.browser_of("Ada").get(path).text
        assert "Version 2 holds for you since" in text
        assert REASON in text
        assert "Why does this version hold for me?" in text
        others = world.browser_of("Zoe").get(path).text
        assert "Version 1 holds for you" in others
        assert REASON not in others


def test_the_version_is_said_in_spanish_too(world: World) -> None:
    moved(world)
    browser = world.browser_of("Ada")
    browser.post("/language", data={"language": "es", "next": "/"})
    assert "La versión 2" in browser.get("/student/progress").text


def test_a_past_day_shows_the_version_of_that_day(world: World) -> None:
    set_work(world)
    version = second_version(world)
    with time_machine.travel(NOW + timedelta(days=2), tick=False):
        move(world, "Ada", version)
        browser = world.browser_of("Ada")
        then = (NOW + timedelta(days=1)).date().isoformat()
        assert "Version 1 holds for you" in browser.get(f"/student/progress?as_of={then}").text
        assert "Version 2 holds for you" in browser.get("/student/progress").text


def test_the_timeline_of_the_office_names_the_move_and_its_reason(world: World) -> None:
    moved(world)
    page = world.browser_of("Cleo").get(f"/coordinator/enrollments/{world.enrollment('Ada').public_id}")
    assert "Bound to version 2 of the program" in page.text
    assert REASON in page.text
