"""What became of each question of an attempt that was handed in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from lms.hub.coursework.models import Activity, Submission
from lms.hub.coursework.queries import Work
from lms.hub.grading.grades import Feedback
from lms.hub.grading.models import Score
from lms.hub.grading.queries import Marking
from lms.hub.quizzes.models import QuizAnswer
from lms.hub.quizzes.queries import Question, answers_in, quiz_or_none
from lms.hub.quizzes.queries.keys import StandingKey, keys_of
from lms.hub.quizzes.rules import is_key_open
from lms.hub.quizzes.rules.marking import (
    Answer,
    Outcome,
    Slot,
    explain_mark,
    explain_total,
    mark,
    outcome_of,
    total,
)
from lms.kernel.explain import Explained, FactRef


@dataclass(frozen=True, slots=True)
class Result:
    """One question. points: hundredths, None where the instructor has to say. key: None where it may not be shown."""

    slot: str
    question: Question
    answer: Answer
    points: int | None
    why: Explained[int | None]
    key: StandingKey | None

    @property
    def outcome(self) -> Outcome:
        """What became of the answer."""
        return outcome_of(self.points, self.question.points, self.answer)


@dataclass(frozen=True, slots=True)
class Results:
    """An attempt, question by question, and its sum."""

    attempt: int
    results: Sequence[Result]
    why: Explained[int | None]

    @property
    def points(self) -> int | None:
        """Of the whole attempt, before lateness; None while an answer waits."""
        return total([one.points for one in self.results])

    @property
    def possible(self) -> int:
        """What it gives at most."""
        return sum(one.question.points for one in self.results)


Given = tuple[QuizAnswer, Answer]


def results_for_student(work: Work, feedback: Sequence[Feedback], moment: datetime) -> dict[int, Results]:
    """Of every attempt whose score the student was shown, by attempt; with the key once it may be shown.

    Four queries, and one more for each attempt; none where the activity has no questions.
    """
    shown = [(one.score, one.submission) for one in feedback if one.submission is not None]
    if not work.activity.has_questions or not shown:
        return {}
    is_open = is_key_open(True, work.closes_at, work.due.at, work.attempts_left, moment)
    questions = _questions(work.activity)
    given = answers_in([submission for _, submission in shown])
    found = {}
    for score, submission in shown:
        answers = given.get(submission.id, ())
        keys = keys_of([row.question_id for row, _ in answers], score.section_id, score.recorded_at)
        if answers:
            found[submission.attempt] = _results(submission, answers, questions, keys, score, score.marks, is_open)
    return found


def results_for_grader(marking: Marking, *, is_blind: bool = False) -> Results | None:
    """Of the attempt on the desk, with the keys that hold now; None where nothing was answered. Five queries.

    is_blind: for who must not see the first mark; then the points are what the keys give.
    """
    submission = marking.submission
    if submission is None or not marking.activity.has_questions:
        return None
    answers = answers_in([submission]).get(submission.id, ())
    keys = keys_of([row.question_id for row, _ in answers], marking.section_id)
    score = None if is_blind else marking.score
    marks = dict(score.marks) if score else {}
    return _results(submission, answers, _questions(marking.activity), keys, score, marks, True)


def answered_in(activity: Activity, submission: Submission) -> list[tuple[str, Question, Answer]]:
    """What was answered, without points: slot, question, answer. Four queries."""
    questions = _questions(activity)
    given = answers_in([submission]).get(submission.id, ())
    return [(row.slot, questions[row.question_id], answer) for row, answer in given]


def _questions(activity: Activity) -> Mapping[int, Question]:
    quiz = quiz_or_none(activity)
    return quiz.questions if quiz else {}


def _results(
    submission: Submission,
    answers: Sequence[Given],
    questions: Mapping[int, Question],
    keys: Mapping[int, StandingKey],
    score: Score | None,
    marks: Mapping[str, int],
    is_open: bool,
) -> Results:
    found = []
    facts = (score.ref,) if score is not None else ()
    for row, answer in answers:
        key, question = keys[row.question_id], questions[row.question_id]
        slot = Slot(row.slot, question.points, key.key, answer)
        correction = (key.correction.ref,) if key.correction is not None and is_open else ()
        why = explain_mark(slot, with_key=is_open, given=marks.get(row.slot), facts=_facts(row, correction, facts))
        points = marks.get(row.slot, mark(slot))
        found.append(Result(row.slot, question, answer, points, why, key if is_open else None))
    why_total = explain_total([(one.slot, one.points) for one in found], facts)
    return Results(submission.attempt, found, why_total)


def _facts(row: QuizAnswer, *more: tuple[FactRef, ...]) -> tuple[FactRef, ...]:
    return (row.ref, *(ref for refs in more for ref in refs))
