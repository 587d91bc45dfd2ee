"""Writing the questions of a quiz, for a version that is being laid out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lms.hub.catalog.kinds import QuestionKind
from lms.hub.coursework.models import Activity
from lms.hub.grading.services.rubrics import CriterionPlan, write_rubric
from lms.hub.quizzes.models import Quiz, QuizKey, QuizPool, QuizQuestion
from lms.kernel.db import session


@dataclass(frozen=True, slots=True)
class QuestionPlan:
    """A question as its author writes it. key: as `rules.keys.key_of` takes it. units: the key's own first."""

    code: str
    kind: QuestionKind
    text: str
    key: Mapping[str, Any]
    options: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    needs_unit: bool = False


@dataclass(frozen=True, slots=True)
class PoolPlan:
    """A pool of questions. asked: of how many everybody is asked. points: hundredths, of each."""

    code: str
    title: str
    asked: int
    points: int
    questions: tuple[QuestionPlan, ...]


@dataclass(frozen=True, slots=True)
class QuizPlan:
    """The questions of an activity."""

    pools: tuple[PoolPlan, ...]
    minutes: int | None = None
    is_shuffled: bool = True

    @property
    def points(self) -> int:
        """What the quiz gives at most, in hundredths."""
        return sum(pool.asked * pool.points for pool in self.pools)


def write_quiz(activity: Activity, plan: QuizPlan) -> Quiz:
    """The rows of a quiz. Each place of a question is a criterion of the activity's rubric: "Q1" and on.

    So a score says how many points each question got, and graders, students and regrades meet them where they meet
    any rubric.
    """
    quiz = Quiz(activity_id=activity.id, minutes=plan.minutes, is_shuffled=plan.is_shuffled)
    session.add(quiz)
    session.flush()
    for position, pool in enumerate(plan.pools):
        row = QuizPool(
            quiz_id=quiz.id,
            code=pool.code,
            title=pool.title,
            asked=pool.asked,
            points=pool.points,
            position=position,
        )
        session.add(row)
        session.flush()
        _write_questions(row, pool.questions)
    write_rubric(activity, criteria_of(plan))
    return quiz


def _write_questions(pool: QuizPool, questions: Sequence[QuestionPlan]) -> None:
    rows = [
        QuizQuestion(
            pool_id=pool.id,
            code=one.code,
            kind=one.kind,
            text=one.text,
            options=list(one.options),
            units=list(one.units),
            needs_unit=one.needs_unit,
            position=position,
        )
        for position, one in enumerate(questions)
    ]
    session.add_all(rows)
    session.flush()
    session.add_all(QuizKey(question_id=row.id, key=dict(one.key)) for row, one in zip(rows, questions, strict=True))
    session.flush()


def criteria_of(plan: QuizPlan) -> list[CriterionPlan]:
    """A line of the rubric for each place of a question, named by its pool."""
    found: list[CriterionPlan] = []
    for pool in plan.pools:
        for _ in range(pool.asked):
            code = f"Q{len(found) + 1}"
            found.append(CriterionPlan(code, f"{code}. {pool.title}", pool.points))
    return found
