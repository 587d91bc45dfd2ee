"""One student's work on one activity, lived at random by several people: what stands, what is seen, and what was.

The model below is a few dictionaries. What the product says is compared with it after each step, and at the end as of
every step before: the ledger replays to the same states, on both engines.
"""

from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
import time_machine
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from lms.hub.catalog.models import Course
from lms.hub.coursework.kinds import ExtensionReason
from lms.hub.coursework.models import Submission
from lms.hub.coursework.setting import extend
from lms.hub.grading.books import find_line
from lms.hub.grading.queries import Marking, Written, find_marking, find_marking_of_nothing
from lms.hub.grading.queries.regrades import find_regrade
from lms.hub.grading.rules import Status
from lms.hub.grading.services.regrades import ask_regrade, change_score, keep_score
from lms.hub.grading.services.releases import release
from lms.hub.grading.services.scores import exempt, post_score, take_back
from lms.kernel import chain
from lms.kernel.clock import now
from lms.kernel.db import transaction
from lms.kernel.errors import RuleBroken
from lms.people.access import Action
from tests.hub.coursework.made import hand_in, plan, set_work
from tests.hub.grading.test_marking import also_teaches
from tests.support.web import NOW, World

WHY = "It was looked at again."
GRADERS = st.sampled_from(["Ben", "Hana"])
State = tuple[tuple[Status, Fraction | None], tuple[Status, Fraction | None]]
_codes = iter(range(10**6))


class Life(RuleBasedStateMachine):
    """The steps. scores, shown: by attempt, what stands and what the student sees (points, or "exempt")."""

    world: World

    def __init__(self) -> None:
        super().__init__()
        self.travel = time_machine.travel(NOW, tick=False)
        self.clock = self.travel.start()
        (self.activity,) = set_work(self.world, plan(f"PC-L{next(_codes)}", week=20, attempts=None))
        self.attempts = 0
        self.scores: dict[int, Any] = {}
        self.shown: dict[int, Any] = {}
        self.open: str | None = None
        self.past: list[tuple[datetime, State]] = []

    def _later(self) -> None:
        self.past.append((now(), self._expected()))
        assert self._said(None) == self.past[-1][1]
        self.clock.shift(timedelta(minutes=1))

    def _expected(self) -> State:
        return self._fold(self.scores), self._fold(self.shown)

    def _fold(self, by_attempt: dict[int, Any]) -> tuple[Status, Fraction | None]:
        given = {attempt: points for attempt, points in by_attempt.items() if points is not None}
        if "exempt" in given.values():
            return Status.EXEMPT, None
        if given:
            return Status.GRADED, Fraction(given[max(given)])
        return (Status.IN if self.attempts else Status.OPEN), None

    def _said(self, as_of: datetime | None) -> State:
        ids = self.world.enrollment("Ada").public_id, self.world.one(Course, code="PC").public_id
        found = []
        with transaction(write=False):
            for name, action in (("Ben", Action.SCORE_READ), ("Ada", Action.GRADE_READ)):
                _, line = find_line(self.world.actor(name), action, *ids, as_of)
                (cell,) = [one.cell for one in line.entries if one.activity.id == self.activity.id]
                found.append((cell.status, cell.earned))
        return found[0], found[1]

    def _marking(self, name: str) -> Marking:
        actor = self.world.actor(name)
        if self.attempts == 0:
            ids = self.world.enrollment("Ada").public_id, self.activity.public_id
            return find_marking_of_nothing(actor, Action.SCORE_WRITE, *ids)
        last = self.world.all(Submission, activity_id=self.activity.id)[-1]
        return find_marking(actor, Action.SCORE_WRITE, last.public_id)

    @rule()
    def submit(self) -> None:
        hand_in(self.world, "Ada", self.activity)
        self.attempts += 1
        self._later()

    @rule(days=st.integers(1, 5), name=st.sampled_from(["Ben", "Cleo"]))
    def give_more_time(self, days: int, name: str) -> None:
        with transaction():
            until = datetime(2027, 2, 1, tzinfo=NOW.tzinfo) + timedelta(days=days)
            ada = self.world.enrollment("Ada")
            extend(self.world.actor(name), ada, self.activity, until, ExtensionReason.WORK, "overtime week")
        self._later()

    @rule(points=st.integers(0, 10_000), name=GRADERS)
    def give_points(self, points: int, name: str) -> None:
        with transaction():
            marking = self._marking(name)
            post_score(self.world.actor(name), marking.enrollment, marking, Written(points=points), marking.token, WHY)
        self.scores[self.attempts] = points
        self._later()

    @rule(name=GRADERS)
    def take_out(self, name: str) -> None:
        with transaction():
            marking = self._marking(name)
            exempt(self.world.actor(name), marking.enrollment, marking, marking.token, WHY)
        self.scores[self.attempts] = "exempt"
        self._later()

    @rule(name=GRADERS)
    def withdraw_the_score(self, name: str) -> None:
        may = self.scores.get(self.attempts) is not None and self.attempts not in self.shown
        with transaction():
            marking = self._marking(name)
            ben = self.world.actor(name)
            if not may:
                with pytest.raises(RuleBroken):
                    take_back(ben, marking.enrollment, marking, marking.token, WHY)
                return
            take_back(ben, marking.enrollment, marking, marking.token, WHY)
        self.scores[self.attempts] = None
        self._later()

    @rule(name=GRADERS)
    def show(self, name: str) -> None:
        with transaction():
            marking = self._marking(name)
            actor = self.world.actor(name)
            if marking.score is None or marking.is_released:
                with pytest.raises(RuleBroken):
                    release(actor, marking.enrollment, marking)
                return
            release(actor, marking.enrollment, marking)
        self.shown[self.attempts] = self.scores[self.attempts]
        self._later()

    @precondition(lambda self: self.open is None and self.attempts in self.shown)
    @rule()
    def ask_again(self) -> None:
        with transaction():
            ada = self.world.enrollment("Ada")
            request = ask_regrade(self.world.actor("Ada"), ada, self.activity, self.attempts, WHY)
        self.open = request.public_id
        self._later()

    @precondition(lambda self: self.open is not None)
    @rule(points=st.one_of(st.none(), st.integers(0, 10_000)), name=GRADERS)
    def decide(self, points: int | None, name: str) -> None:
        with transaction():
            actor = self.world.actor(name)
            found = find_regrade(actor, self.open or "")
            if points is None or found.request.attempt != self.attempts or points == found.before:
                keep_score(actor, found.enrollment, found, WHY)
            else:
                marking = self._marking(name)
                change_score(actor, found.enrollment, found, marking, Written(points=points), marking.token, WHY)
                self.scores[self.attempts] = self.shown[self.attempts] = points
        self.open = None
        self._later()

    def teardown(self) -> None:
        try:
            for at, state in self.past:
                assert self._said(at) == state, "as of a moment it is what it was"
            with transaction(write=False):
                assert list(chain.breaks()) == []
        finally:
            self.travel.stop()


@pytest.mark.timeout(600)
def test_a_work_lived_by_several_people_stands_as_the_model_says_then_and_now(
    world: World, request: pytest.FixtureRequest
) -> None:
    also_teaches(world)

    class OnThisWorld(Life):
        pass

    OnThisWorld.world = world
    many = request.config.getoption("--long")
    run_state_machine_as_test(
        OnThisWorld,
        settings=settings(
            max_examples=100 if many else 4,
            stateful_step_count=30 if many else 12,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
