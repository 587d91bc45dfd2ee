"""The pages of a quiz cost as many statements for many as for a few, and statistics are those of the answers."""

import pytest
from flask.testing import FlaskClient

from lms.hub.cohorts.models import Section
from lms.hub.coursework.models import Activity
from lms.hub.coursework.queries import find_work
from lms.hub.enrollment.models import Enrollment
from lms.hub.grading.models import Score
from lms.hub.quizzes.models import QuizQuestion
from lms.hub.quizzes.queries.statistics import statistics_of
from lms.hub.quizzes.rules.marking import Answer
from lms.hub.quizzes.services.taking import finish, look_at, save_answers, start_attempt
from lms.kernel.db import transaction
from lms.people.access import SYSTEM
from tests.hub.quizzes.made import RIGHT, set_quiz
from tests.support.crowd import crowd
from tests.support.statements import count_statements
from tests.support.web import World

pytestmark = pytest.mark.one_engine
FEW, MANY = 3, 15


def everybody_takes(world: World, activity: Activity) -> None:
    """Whoever of the section has not yet: every third of them knows nothing."""
    for number, enrollment in enumerate(world.all(Enrollment)):
        with transaction():
            work = find_work(enrollment, activity)
            quiz, _ = look_at(work)
            if work.submissions:
                continue
            start_attempt(SYSTEM, enrollment, work, quiz)
            attempt = look_at(work)[1]
            assert attempt is not None
            save_answers(
                SYSTEM, enrollment, attempt, RIGHT if number % 3 != 1 else {"Q1": Answer(frozenset({number % 2}))}
            )
            attempt = look_at(work)[1]
            assert attempt is not None
            finish(SYSTEM, work, attempt, f"key-{enrollment.id}")


def counts(browser: FlaskClient, addresses: list[str]) -> list[int]:
    found = []
    for address in addresses:
        assert browser.get(address).status_code == 200
        with count_statements() as sent:
            browser.get(address)
        found.append(sent.count)
    return found


def test_statistics_cost_the_same_for_many_and_are_those_of_the_answers(world: World) -> None:
    activity = set_quiz(world)
    section = world.one(Section, name="Lowell")
    question = world.one(QuizQuestion, code="ONE").public_id
    base = f"/instructor/quizzes/sections/{section.public_id}"
    addresses = [f"{base}/activities/{activity.public_id}", f"{base}/questions/{question}"]
    crowd(world, FEW - 1)
    everybody_takes(world, activity)
    ben = world.browser_of("Ben")
    few = counts(ben, addresses)
    crowd(world, MANY - FEW, start=FEW)
    everybody_takes(world, activity)
    assert counts(ben, addresses) == few
    with transaction(write=False):
        found = statistics_of(section, world.one(Activity, id=activity.id))
    scores = world.all(Score, section_id=section.id)
    assert found.attempts == len(scores)
    for item in found.items:
        assert item.difficulty is not None
        slot = {"ONE": "Q1", "MANY": "Q2", "NUM": "Q3", "TXT": "Q4"}[item.question.code]
        marks = [score.marks[slot] for score in scores]
        assert item.difficulty * len(marks) * item.question.points == sum(marks)
        assert item.discrimination is not None
        assert item.discrimination > 0
    number = next(item for item in found.items if item.question.code == "NUM")
    assert number.answers[0] == ("41,38 mm", sum(score.marks["Q3"] > 0 for score in scores))
