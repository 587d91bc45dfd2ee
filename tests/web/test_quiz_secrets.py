"""What is right in a quiz leaves through no door that a student can open, before it may."""

import re
from datetime import timedelta

import pytest
import time_machine
from werkzeug.routing import Rule

from lms.hub.coursework.models import Activity
from lms.hub.quizzes.rules.marking import Answer
from tests.api.support import BASE, caller
from tests.architecture.subjects import Subjects
from tests.hub.coursework.made import SUNDAY_DUE
from tests.hub.quizzes.made import SECRET_NUMBER, SECRET_TEXT, set_quiz, show_at_once, start, take
from tests.support.web import World

pytestmark = pytest.mark.one_engine
SHAPES = ("static", "api.openapi")  # files, and the words for what operations give
ROWS = {"activity", "submission", "enrollment", "section", "course", "cohort", "program", "version", "question", "code"}
WRONG = {"Q1": Answer(frozenset({0})), "Q3": Answer(text="12 mm"), "Q4": Answer(text="beat")}
SECRETS = re.compile(rf'{re.escape(SECRET_NUMBER)}|{SECRET_TEXT}|"right": ?(?!null)|"is_right"', re.IGNORECASE)


def _readable(world: World) -> list[Rule]:
    """Every address that can be read and needs no rows but those of coursework and curriculum."""
    found = []
    for rule in world.app.url_map.iter_rules():
        names = {name.removesuffix("_id") for name in rule.arguments}
        if "GET" in (rule.methods or ()) and names <= ROWS and rule.endpoint not in SHAPES:
            found.append(rule)
    return found


def _bodies(world: World, name: str) -> dict[str, str]:
    """What every such address answers to somebody, through the pages and the API."""
    subjects, browser, program = Subjects(world), world.browser_of(name), caller(world, name)
    found = {}
    for rule in _readable(world):
        values = {one: subjects.value(rule.endpoint, one) for one in rule.arguments}
        with world.app.test_request_context():
            path = rule.build(values)[1]  # type: ignore[index]
        asked = program.get(path.removeprefix(BASE)) if path.startswith(BASE) else browser.get(path)
        found[f"{rule.rule} {asked.status_code}"] = asked.get_data().decode(errors="replace")
    return found


def test_no_page_no_operation_and_no_export_tells_a_student_what_is_right(world: World) -> None:
    activity = set_quiz(world)
    show_at_once(world, activity)
    take(world, "Ada", activity, WRONG)  # released in part: the text waits
    take(world, "Zoe", activity, {**WRONG, "Q4": Answer()})  # released
    start(world, "Ada", activity)
    for name in ("Ada", "Zoe"):
        bodies = _bodies(world, name)
        assert any("12 mm" in body for body in bodies.values()), "they read their own answers"
        told = {rule for rule, body in bodies.items() if SECRETS.search(body)}
        assert not told
    assert any(SECRETS.search(body) for body in _bodies(world, "Ben").values()), "staff does read it"


def test_after_release_and_closing_the_student_reads_it(world: World) -> None:
    activity = set_quiz(world)
    show_at_once(world, activity)
    take(world, "Zoe", activity, {**WRONG, "Q4": Answer()})
    with time_machine.travel(SUNDAY_DUE + timedelta(days=15), tick=False):
        found = world.one(Activity, id=activity.id)
        assert SECRET_NUMBER in world.browser_of("Zoe").get(f"/student/grades/{found.public_id}").text
