"""How many statements the daily actions may send, in a class of 10 and in one of 200: exact, whatever machine runs it.

Counted is everything that one request sends: who is signed in and what they hold, the page or the deed, the audit
entry. Not counted are BEGIN, COMMIT and savepoints. A first request warms what is kept between requests.
"""

import uuid
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lms.hub.catalog.models import Course, Unit
from lms.hub.cohorts.models import Section
from lms.hub.coursework.models import Activity
from lms.hub.coursework.services import save_draft
from lms.kernel.clock import now
from lms.kernel.db import transaction
from tests.hub.coursework.made import hand_in, plan, set_work, work_of
from tests.support.crowd import crowd
from tests.support.statements import Statements, count_statements
from tests.support.web import World

FEW, MANY = 10, 200
BUDGETS = {
    "student home": 8,
    "hours week": 11,
    "log hours": 10,
    "submit coursework": 10,
    "grade one": 10,
    "gradebook": 8,
}

pytestmark = [pytest.mark.one_engine, pytest.mark.timeout(300)]
Ask = Callable[[], TestResponse]


class Day:
    """The daily actions of Ada and Ben; each can be done several times."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.ada, self.ben = world.browser_of("Ada"), world.browser_of("Ben")
        self.waiting = set_work(world, *(plan(f"PC-{n}") for n in range(4)))
        self.drafted = set_work(world, *(plan(f"PC-D{n}") for n in range(4)))
        self.submissions = [hand_in(world, "Ada", activity) for activity in self.waiting]
        for activity in self.drafted:
            self._draft(activity)
        section, course = world.one(Section, name="Lowell"), world.one(Course, code="PC")
        self.gradebook = f"/instructor/gradebook?section={section.public_id}&course={course.public_id}"
        self.unit = world.one(Unit, code="PC-1").public_id
        self._log()  # a week with an entry is the usual one

    def _draft(self, activity: Activity) -> None:
        with transaction():
            work = work_of(self.world, "Ada", activity)
            save_draft(self.world.actor("Ada"), work.enrollment, work, "My report.", "")

    def actions(self) -> dict[str, Ask]:
        """By name, as in `BUDGETS`."""
        return {
            "student home": lambda: self.ada.get("/student/"),
            "hours week": lambda: self.ada.get("/student/hours"),
            "log hours": self._log,
            "submit coursework": self._submit,
            "grade one": self._grade,
            "gradebook": lambda: self.ben.get(self.gradebook),
        }

    def _log(self) -> TestResponse:
        form = {"client_key": str(uuid.uuid4()), "day": "2026-10-28", "unit": self.unit, "minutes": "5"}
        return self._post(self.ada, "/student/hours/weeks/2026-10-26/entries", form)

    def _submit(self) -> TestResponse:
        path = f"/student/coursework/{self.drafted.pop().public_id}/submissions"
        return self._post(self.ada, path, {"client_key": uuid.uuid4().hex, "version": "1"})

    def _grade(self) -> TestResponse:
        path = f"/instructor/grading/{self.submissions.pop().public_id}/scores"
        form = {"version": "0.0", "points": "87.5", "comment": "Clear.", "opened_at": now().isoformat()}
        return self._post(self.ben, path, form)

    @staticmethod
    def _post(client: FlaskClient, path: str, form: dict[str, str]) -> TestResponse:
        answer = client.post(path, data=form)
        assert answer.status_code == 303, answer.text
        return answer


def _sent(day: Day) -> dict[str, Statements]:
    found = {}
    for name, ask in day.actions().items():
        assert ask().status_code < 400
        with count_statements() as sent:
            ask()
        found[name] = sent
    return found


def test_the_daily_actions_keep_their_budgets_in_a_class_of_10_and_of_200(world: World) -> None:
    day = Day(world)
    day.actions()["log hours"]()  # an empty week asks for no comments
    crowd(world, FEW - 1)
    few = _sent(day)
    crowd(world, MANY - FEW, start=FEW)
    many = _sent(day)
    assert set(few) == set(BUDGETS)
    for name, budget in BUDGETS.items():
        few[name].at_most(budget)
        many[name].at_most(budget)
        assert many[name].count == few[name].count, f"{name}: {few[name].count} for {FEW}, {many[name].count}"
