"""How the questions of a quiz did in one section."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from lms.hub.catalog.kinds import QuestionKind
from lms.hub.cohorts.models import Section
from lms.hub.coursework.models import Activity
from lms.hub.quizzes.queries import Question, QuizView, find_quiz
from lms.hub.quizzes.queries.answers import Given, answers_of, first_attempts
from lms.hub.quizzes.queries.keys import Corrected, StandingKey, corrections_of, keys_of
from lms.hub.quizzes.rules.keys import fold
from lms.hub.quizzes.rules.statistics import (
    LEAST,
    Marked,
    difficulty,
    discrimination,
    distribution,
    explain_difficulty,
    explain_discrimination,
    marked,
)
from lms.kernel.explain import Explained

MOST_TEXTS = 10


@dataclass(frozen=True, slots=True)
class ItemStatistics:
    """One question. answers: what was given and how often, the most frequent first; none below `LEAST` attempts."""

    question: Question
    key: StandingKey
    marked: Sequence[Marked]
    answers: Sequence[tuple[str, int]]
    corrections: Sequence[Corrected]

    @property
    def attempts(self) -> int:
        """How many first attempts were asked it and have points."""
        return len(self.marked)

    @property
    def is_enough(self) -> bool:
        """Whether there are enough of them to say anything."""
        return self.attempts >= LEAST

    @property
    def difficulty(self) -> Fraction | None:
        return difficulty(self.marked)

    @property
    def discrimination(self) -> Decimal | None:
        return discrimination(self.marked)

    @property
    def why_difficulty(self) -> Explained[Fraction | None]:
        return explain_difficulty(self.marked)

    @property
    def why_discrimination(self) -> Explained[Decimal | None]:
        return explain_discrimination(self.marked)


@dataclass(frozen=True, slots=True)
class QuizStatistics:
    """A quiz in a section. attempts: first attempts that have points; waiting: handed in without points."""

    quiz: QuizView
    attempts: int
    waiting: int
    items: Sequence[ItemStatistics]


def statistics_of(section: Section, activity: Activity) -> QuizStatistics:
    """The statistics of a quiz in a section that was found. Seven queries, however many students. Raises NotFound."""
    quiz = find_quiz(activity)
    every = answers_of(section, activity)
    counted = first_attempts(every)
    questions = quiz.questions
    keys = keys_of(questions, section.id)
    corrections = corrections_of(section, list(questions))
    of_attempt: dict[int, dict[str, int]] = {}
    for one in counted:
        of_attempt.setdefault(one.submission.id, {})[one.row.slot] = questions[one.row.question_id].points
    items = []
    for number, question in questions.items():
        given = [one for one in counted if one.row.question_id == number]
        figures = [marked(one.marks or {}, of_attempt[one.submission.id], one.row.slot) for one in given]
        items.append(
            ItemStatistics(
                question,
                keys[number],
                figures,
                _answers(question, given) if len(given) >= LEAST else (),
                [one for one in corrections if one.row.question_id == number],
            )
        )
    waiting = {one.submission.id for one in every if one.marks is None}
    return QuizStatistics(quiz, len(of_attempt), len(waiting), items)


def _answers(question: Question, given: Sequence[Given]) -> list[tuple[str, int]]:
    """Options as often as each was chosen; of texts and numbers the most frequent ones. "" is no answer."""
    if question.kind in (QuestionKind.SINGLE, QuestionKind.SEVERAL):
        chosen = [place for one in given for place in one.answer.chosen]
        found = [(text, chosen.count(place)) for place, text in enumerate(question.options)]
        empty = sum(not one.answer.chosen for one in given)
        return [*found, *([("", empty)] if empty else [])]
    return distribution(fold(one.answer.text) for one in given)[:MOST_TEXTS]
