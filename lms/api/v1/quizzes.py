"""Quizzes: what is asked, starting, saving, handing in, and what became of each question.

What is right is given to staff only, and to the student once the score was shown and the quiz has closed for them.
"""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from lms.api.kit import Answer, operation
from lms.api.shapes import NO_NUL, Decimals, Shape, Why, why
from lms.api.v1.activities import work_of
from lms.api.v1.submissions import SubmissionOut, submission_out
from lms.hub.coursework.contents import find_submission
from lms.hub.coursework.models import Activity, Submission
from lms.hub.coursework.queries import Work, activity_of, find_work
from lms.hub.enrollment.queries import enrollment_of
from lms.hub.grading.grades import feedback_on
from lms.hub.grading.queries import find_marking
from lms.hub.grading.rules import exact_points
from lms.hub.grading.rules.marking import Stage
from lms.hub.quizzes.queries import OpenAttempt, QuizView, open_attempt_or_none, timing_of
from lms.hub.quizzes.queries.results import Results, answered_in, results_for_grader, results_for_student
from lms.hub.quizzes.rules import is_over
from lms.hub.quizzes.rules.marking import MAX_ANSWER_CHARACTERS
from lms.hub.quizzes.rules.marking import Answer as Given
from lms.hub.quizzes.services.taking import finish, finish_if_over, look_at, save_answers, start_attempt
from lms.kernel.clock import now
from lms.kernel.errors import NotFound, RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action, Actor, allowed
from lms.people.anchors import anchor_of
from lms.web.quiz_words import answer_lines, key_lines

PLACE = "/enrollments/<public_id:enrollment>/activities/<public_id:activity>/quiz"
Slot = Annotated[str, StringConstraints(pattern=r"^Q[1-9][0-9]{0,2}$")]
AnswerText = Annotated[str, StringConstraints(max_length=MAX_ANSWER_CHARACTERS, pattern=NO_NUL)]


class OptionOut(Shape):
    """One option. `place` is what an answer names."""

    place: int
    text: str


class AskedOut(Shape):
    """One question of an attempt with what was answered so far. Options stand as they are shown."""

    slot: str
    kind: str
    text: str
    points: Decimals
    options: list[OptionOut]
    units: list[str]
    needs_unit: bool
    chosen: list[int]
    answer: str


class AttemptOut(Shape):
    """An attempt that was started. `ends_at`: null where it has no end. `version`: of what is saved, 0 for nothing."""

    attempt: int
    started_at: datetime
    ends_at: datetime | None
    version: int
    questions: list[AskedOut]


class QuizOut(Shape):
    """A quiz before and while it is taken; `open` is null unless the student who reads it has started an attempt.

    `minutes` is the time limit, `own_minutes` the student's own, both null without one. `counts`: latest or highest.
    """

    asked: int
    points: Decimals
    minutes: int | None
    own_minutes: int | None
    attempts_left: int | None
    counts: str
    due_at: datetime
    closes_at: datetime | None
    open: AttemptOut | None


class QuizAnswerIn(Shape):
    """`chosen`: places of options. `text`: a number with its unit, or words."""

    slot: Slot
    chosen: list[Annotated[int, Field(ge=0, le=99)]] = Field(default=[], max_length=20)
    text: AnswerText = ""


class AnswersIn(Shape):
    """Questions that are not named keep their answers. `version`: of what these were made from; 0 for nothing."""

    answers: list[QuizAnswerIn] = Field(max_length=100)
    version: int = Field(ge=0, le=1_000_000_000)


class SavedOut(Shape):
    """Send `version` with the next answers."""

    version: int


class HandInIn(Shape):
    """`client_key` is drawn by you; sent again, it gives the submission that it made before."""

    client_key: UUID


class ResultOut(Shape):
    """One question of a submission. `points`, `why` and `outcome` are null until the score is shown to the reader.

    `right`: what is right, in words; null while it may not be shown.
    """

    slot: str
    text: str
    answer: list[str]
    points: Decimals | None
    possible: Decimals
    outcome: str | None
    right: list[str] | None
    why: Why | None


class ResultsOut(Shape):
    """A submission question by question. `points`: before lateness; null until they are complete and shown."""

    attempt: int
    points: Decimals | None
    possible: Decimals
    why: Why | None
    items: list[ResultOut]


@operation(f"GET {PLACE}", Action.SUBMISSION_READ, gives=QuizOut)
def get_quiz(actor: Actor, enrollment: str, activity: str) -> QuizOut:
    """The quiz of an activity for one student, and to the student the attempt that is open."""
    found, work = work_of(actor, enrollment, activity)
    quiz, attempt = look_at(work)
    is_own = allowed(actor, Action.SUBMISSION_WRITE, anchor_of(found))
    timing = timing_of(found, quiz.quiz, work.zone, now())
    return QuizOut(
        asked=quiz.asked,
        points=exact_points(work.activity.points),
        minutes=timing.minutes,
        own_minutes=timing.own_minutes,
        attempts_left=work.attempts_left,
        counts=work.activity.counts,
        due_at=work.due.at,
        closes_at=work.closes_at,
        open=_attempt(attempt) if attempt is not None and is_own and not is_over(attempt.ends_at, now()) else None,
    )


@operation(f"POST {PLACE}/attempts", Action.SUBMISSION_WRITE, gives=AttemptOut, status=201, also=(200,))
def start_quiz(actor: Actor, enrollment: str, activity: str) -> Answer:
    """Start an attempt; its time runs from now. 200 with the one that is open; one that is over is handed in first."""
    found, work = work_of(actor, enrollment, activity)
    quiz, attempt = look_at(work)
    if finish_if_over(work, attempt) is not None:
        attempt, work = None, work_of(actor, enrollment, activity)[1]
    if attempt is None:
        start_attempt(actor, found, work, quiz)
    return Answer(_attempt(_open(work, quiz)), status=201 if attempt is None else 200)


@operation(f"PUT {PLACE}/answers", Action.SUBMISSION_WRITE, gives=SavedOut, body=AnswersIn, problems=(409,))
def save_quiz_answers(actor: Actor, enrollment: str, activity: str, body: AnswersIn) -> SavedOut:
    """Keep answers of the open attempt. 409 if they were saved from elsewhere since `version`."""
    found, work = work_of(actor, enrollment, activity)
    attempt = _open(work, look_at(work)[0])
    answers = {one.slot: Given(frozenset(one.chosen), one.text) for one in body.answers}
    return SavedOut(version=save_answers(actor, found, attempt, answers, body.version).version)


@operation(
    f"POST {PLACE}/submissions", Action.SUBMISSION_WRITE, gives=SubmissionOut, body=HandInIn, status=201, also=(200,)
)
def hand_in_quiz(actor: Actor, enrollment: str, activity: str, body: HandInIn) -> Answer:
    """Hand in what is saved, with its receipt; after the end, what was saved by then. 200 if that was done before."""
    _, work = work_of(actor, enrollment, activity)
    key = str(body.client_key)
    again = next((one for one in work.submissions if one.client_key == key), None)
    if again is not None:
        return Answer(submission_out(find_submission(actor, again.public_id)), status=200)
    attempt = _open(work, look_at(work)[0])
    made = finish_if_over(work, attempt) or finish(actor, work, attempt, key)
    return Answer(submission_out(made), status=201)


@operation("GET /submissions/<public_id:submission>/quiz", Action.SUBMISSION_READ, gives=ResultsOut)
def get_quiz_results(actor: Actor, submission: str) -> ResultsOut:
    """What was answered and, once the score is shown to you, what each answer got and why."""
    found = find_submission(actor, submission)
    enrollment = enrollment_of(found)
    if allowed(actor, Action.SCORE_READ, anchor_of(enrollment)):
        marking = find_marking(actor, Action.SCORE_READ, submission)
        is_blind = marking.stage(actor.person_id) is Stage.SECOND
        results = results_for_grader(marking, is_blind=is_blind)
        return _shown(results) if results else _not_shown(marking.activity, found)
    work = find_work(enrollment, activity_of(found))
    of_attempts = results_for_student(work, feedback_on(enrollment, work.activity), now())
    results = of_attempts.get(found.attempt)
    return _shown(results) if results else _not_shown(work.activity, found)


def _open(work: Work, quiz: QuizView) -> OpenAttempt:
    attempt = open_attempt_or_none(work, quiz)
    if attempt is None:
        raise RuleBroken(N_("There is no open attempt. Start one first."))
    return attempt


def _attempt(attempt: OpenAttempt) -> AttemptOut:
    return AttemptOut(
        attempt=attempt.row.attempt,
        started_at=attempt.row.started_at,
        ends_at=attempt.ends_at,
        version=attempt.version,
        questions=[
            AskedOut(
                slot=one.slot,
                kind=one.question.kind,
                text=one.question.text,
                points=exact_points(one.question.points),
                options=[OptionOut(place=place, text=text) for place, text in one.options],
                units=list(one.question.units),
                needs_unit=one.question.needs_unit,
                chosen=sorted(one.answer.chosen),
                answer=one.answer.text,
            )
            for one in attempt.asked
        ],
    )


def _shown(results: Results) -> ResultsOut:
    return ResultsOut(
        attempt=results.attempt,
        points=None if results.points is None else exact_points(results.points),
        possible=exact_points(results.possible),
        why=why(results.why),
        items=[
            ResultOut(
                slot=one.slot,
                text=one.question.text,
                answer=answer_lines(one.question, one.answer),
                points=None if one.points is None else exact_points(one.points),
                possible=exact_points(one.question.points),
                outcome=one.outcome,
                right=None if one.key is None else key_lines(one.question, one.key),
                why=why(one.why),
            )
            for one in results.results
        ],
    )


def _not_shown(activity: Activity, submission: Submission) -> ResultsOut:
    """Only what was answered. Raises NotFound for a submission without answers."""
    answered = answered_in(activity, submission)
    if not answered:
        raise NotFound()
    return ResultsOut(
        attempt=submission.attempt,
        points=None,
        possible=exact_points(sum(question.points for _, question, _ in answered)),
        why=None,
        items=[
            ResultOut(
                slot=slot,
                text=question.text,
                answer=answer_lines(question, answer),
                points=None,
                possible=exact_points(question.points),
                outcome=None,
                right=None,
                why=None,
            )
            for slot, question, answer in answered
        ],
    )
