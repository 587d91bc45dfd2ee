"""A quiz for the named cast: one question of each kind, each with a key that stands nowhere else."""

import uuid
from collections.abc import Mapping
from typing import Any

from lms.hub.catalog.kinds import QuestionKind
from lms.hub.cohorts.models import Section
from lms.hub.coursework.kinds import ActivityKind
from lms.hub.coursework.models import Activity, Submission
from lms.hub.coursework.queries import find_own_work
from lms.hub.grading.rules.releases import Mode
from lms.hub.grading.services.releases import plan_release
from lms.hub.quizzes.queries import OpenAttempt
from lms.hub.quizzes.rules.marking import Answer
from lms.hub.quizzes.services.setting import PoolPlan, QuestionPlan, QuizPlan, write_quiz
from lms.hub.quizzes.services.taking import finish, look_at, save_answers, start_attempt
from lms.kernel.db import transaction
from tests.hub.coursework.made import plan, set_work
from tests.support.web import World

SECRET_NUMBER = "41.37"
SECRET_TEXT = "Zyklotron Takt"
ONE = QuestionPlan(
    "ONE", QuestionKind.SINGLE, "Which index looks at both limits?", {"right": [1], "partial": False},
    ("Cp", "Cpk", "Pp"),
)  # fmt: skip
MANY = QuestionPlan(
    "MANY", QuestionKind.SEVERAL, "Which of these are wastes?", {"right": [0, 2], "partial": True},
    ("Waiting", "Inspecting a gauge", "Rework", "A kanban card"),
)  # fmt: skip
NUMBER = QuestionPlan(
    "NUM",
    QuestionKind.NUMBER,
    "How long is the shaft?",
    {"value": SECRET_NUMBER, "tolerance": "0.02", "unit": "mm", "units": {"in": "25.4"}, "needs_unit": True},
    units=("mm", "in"),
    needs_unit=True,
)
TEXT = QuestionPlan(
    "TXT", QuestionKind.TEXT, "Name the time between two parts.", {"accepted": [SECRET_TEXT], "by_hand": True}
)
QUIZ = QuizPlan(
    (
        PoolPlan("CHOICE", "Choosing", 2, 200, (ONE, MANY)),
        PoolPlan("SHOP", "On the shop floor", 2, 300, (NUMBER, TEXT)),
    ),
    minutes=30,
    is_shuffled=False,
)
RIGHT: dict[str, Answer] = {
    "Q1": Answer(frozenset({1})),
    "Q2": Answer(frozenset({0, 2})),
    "Q3": Answer(text="41,38 mm"),
    "Q4": Answer(text="  zyklotron   takt. "),
}


def set_quiz(world: World, quiz: QuizPlan = QUIZ, code: str = "PC-Q1", **changed: object) -> Activity:
    """A quiz due on Sunday of week 8, with two attempts."""
    values: dict[str, object] = {
        "kind": ActivityKind.QUIZ, "title": "Shop floor quiz", "points": quiz.points, "has_questions": True,
    }  # fmt: skip
    (activity,) = set_work(world, plan(code, **{**values, **changed}))
    with transaction():
        write_quiz(activity, quiz)
    return activity


def start(world: World, name: str, activity: Activity) -> OpenAttempt:
    """The named student's attempt, started now."""
    actor = world.actor(name)
    with transaction():
        work = find_own_work(actor, activity.public_id)
        quiz, _ = look_at(work)
        start_attempt(actor, work.enrollment, work, quiz)
        found = look_at(work)[1]
    assert found is not None
    return found


def save(world: World, name: str, activity: Activity, answers: Mapping[str, Answer], version: int | None = None) -> int:
    """The version of what is saved now."""
    actor = world.actor(name)
    with transaction():
        work = find_own_work(actor, activity.public_id)
        attempt = look_at(work)[1]
        assert attempt is not None
        return save_answers(actor, work.enrollment, attempt, answers, version).version


def take(world: World, name: str, activity: Activity, answers: Mapping[str, Answer] = RIGHT) -> Submission:
    """Start, save and hand in."""
    start(world, name, activity)
    save(world, name, activity, answers)
    return hand_in(world, name, activity)


def hand_in(world: World, name: str, activity: Activity, key: str = "") -> Submission:
    """Hand in what is saved."""
    actor = world.actor(name)
    with transaction():
        work = find_own_work(actor, activity.public_id)
        attempt = look_at(work)[1]
        assert attempt is not None
        return finish(actor, work, attempt, key or uuid.uuid4().hex)


def show_at_once(world: World, activity: Activity) -> None:
    """Ben's section shows its scores as soon as they are posted."""
    with transaction():
        plan_release(world.actor("Ben"), world.one(Section, name="Lowell"), activity, Mode.AT_ONCE, None)


def stored_key(question: QuestionPlan, **changed: Any) -> dict[str, Any]:
    """Another key for the question."""
    return {**question.key, **changed}
