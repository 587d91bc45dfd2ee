"""Taking a quiz: start, save, hand in. Only the server's clock decides when an attempt is over."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, select, update

from lms.hub.coursework.handing_in import row_of
from lms.hub.coursework.models import Submission
from lms.hub.coursework.queries import Work
from lms.hub.coursework.rules import check_may_submit
from lms.hub.enrollment.models import Enrollment
from lms.hub.quizzes import rules
from lms.hub.quizzes.models import QuizAnswer, QuizAttempt, QuizDraft
from lms.hub.quizzes.queries import (
    Asked,
    OpenAttempt,
    QuizView,
    attempts_of,
    find_quiz,
    open_attempt_or_none,
    timing_of,
)
from lms.hub.quizzes.queries.keys import keys_of
from lms.hub.quizzes.rules.drawing import Drawn, PoolToDraw, draw
from lms.hub.quizzes.rules.marking import Answer, check_answer, check_shape
from lms.hub.quizzes.services.marking import mark_by_machine
from lms.kernel import claims
from lms.kernel.acting import acting_at
from lms.kernel.clock import now
from lms.kernel.db import session
from lms.kernel.errors import Conflict, RuleBroken, raise_all
from lms.kernel.once import add_once
from lms.kernel.prose import keep
from lms.kernel.text import N_
from lms.people.access import SYSTEM, Action, Actor
from lms.people.commands import command
from lms.people.scope import within

TIME_UP = "quiz-time-up"
USUAL_BP = 10_000
TIME_IS_UP = N_("The time of this attempt is over. What you had saved by then is handed in.")


def name_of(slot: str) -> str:
    """The field of a form, and of an error, for the answer in a slot."""
    return f"answer-{slot}"


@command(Action.SUBMISSION_WRITE)
def start_attempt(actor: Actor, enrollment: Enrollment, work: Work, quiz: QuizView) -> QuizAttempt:
    """Draw the questions of the next attempt; its time runs from now. One that is open already is given back.

    Raises RuleBroken if the activity is closed or no attempt is left.
    """
    moment = acting_at()
    if again := open_attempt_or_none(work, quiz):
        return again.row
    used = len(work.submissions)
    check_may_submit(moment, work.due.at, work.terms, work.zone, used)
    timing = timing_of(enrollment, quiz.quiz, work.zone, moment)
    attempt = add_once(
        QuizAttempt,
        enrollment_id=enrollment.id,
        activity_id=work.activity.id,
        attempt=used + 1,
        started_at=moment,
        minutes=timing.own_minutes,
        factor_bp=int(timing.factor.value * USUAL_BP),
        ends_at=rules.ends_at(moment, timing.own_minutes, work.closes_at),
        drawn=_drawn(enrollment, work, quiz, used + 1),
    )
    if attempt is None:
        raise Conflict(N_("You have just started this quiz in another window. Reload the page."))
    return attempt


def _drawn(enrollment: Enrollment, work: Work, quiz: QuizView, attempt: int) -> list[list[Any]]:
    """What the attempt asks, as it is stored."""
    by_name = {one.public_id: one for one in quiz.questions.values()}
    before = attempts_of(enrollment, work.activity)
    seen = [quiz.questions[number].public_id for row in before for _, number, _ in row.drawn]
    pools = [
        PoolToDraw(pool.row.asked, {one.public_id: len(one.options) for one in pool.questions}) for pool in quiz.pools
    ]
    seed = hashlib.sha256(f"{enrollment.public_id}:{work.activity.public_id}:{attempt}".encode()).hexdigest()
    found: list[Drawn] = draw(pools, seed, seen, shuffle=quiz.quiz.is_shuffled)
    return [[one.slot, by_name[one.question].id, list(one.order)] for one in found]


@command(Action.SUBMISSION_WRITE)
def save_answers(
    actor: Actor,
    enrollment: Enrollment,
    attempt: OpenAttempt,
    answers: Mapping[str, Answer],
    version: int | None = None,
) -> QuizDraft:
    """Keep what the student has answered so far, by slot; slots that are not named stay as they are.

    version: the one that the form was made from, 0 for none; None overwrites. Raises RuleBroken once the time is over,
    and Conflict if another window has saved since.
    """
    if rules.is_over(attempt.ends_at, acting_at()):
        raise RuleBroken(TIME_IS_UP)
    _check_shapes(attempt, answers)
    stored = {one.slot: one.answer for one in attempt.asked} | dict(answers)
    values = {"answers": {slot: _stored(answer) for slot, answer in stored.items() if not answer.is_empty}}
    if not attempt.version:
        of = {"attempt_id": attempt.row.id, "enrollment_id": enrollment.id}
        made = add_once(QuizDraft, **of, **values, updated_at=acting_at())
        if made is None:
            raise Conflict(SAVED_ELSEWHERE)
        return made
    draft = session.scalars(within(select(QuizDraft).where(QuizDraft.attempt_id == attempt.row.id), enrollment)).one()
    expected = attempt.version if version is None else version
    changed = (
        update(QuizDraft)
        .where(QuizDraft.id == draft.id, QuizDraft.version == expected)
        .values(version=expected + 1, updated_at=acting_at(), **values)
        .execution_options(lms_scope="within quiz_draft", synchronize_session=False)
    )
    count = session.execute(changed).rowcount  # type: ignore[attr-defined]  # an UPDATE gives a cursor result
    session.refresh(draft)
    if not count:
        raise Conflict(SAVED_ELSEWHERE)
    return draft


SAVED_ELSEWHERE = N_("You have answered this in another window since. What you saved there is shown below.")


def _check_shapes(attempt: OpenAttempt, answers: Mapping[str, Answer]) -> None:
    slots = {one.slot: one.question for one in attempt.asked}
    broken = []
    for slot, answer in answers.items():
        if slot not in slots:
            raise RuleBroken(N_("This attempt has no question %(slot)s. Reload the page."), slot=slot)
        try:
            check_shape(slots[slot].kind, len(slots[slot].options), answer, name_of(slot))
        except RuleBroken as problem:
            broken.append(problem)
    raise_all(broken)


def _stored(answer: Answer) -> dict[str, Any]:
    if answer.chosen:
        return {"chosen": sorted(answer.chosen)}
    return {"text": answer.text.strip()}


def check_readable(work: Work, attempt: OpenAttempt) -> None:
    """Raises RuleBroken with every number that cannot be read, so that it can be mended before it is handed in."""
    keys = keys_of([one.question.id for one in attempt.asked], work.section_id)
    broken = []
    for one in attempt.asked:
        try:
            check_answer(keys[one.question.id].key, one.answer, name_of(one.slot))
        except RuleBroken as problem:
            broken.append(problem)
    raise_all(broken)


@command(Action.SUBMISSION_WRITE)
def hand_in_answers(
    actor: Actor, enrollment: Enrollment, work: Work, attempt: OpenAttempt, client_key: str
) -> Submission:
    """Make what was saved a submission, which never changes again. Handed in twice, it is the one that came first."""
    received = rules.received_at(attempt.ends_at, acting_at())
    text = transcript(attempt.asked)
    values = row_of(enrollment, work, attempt.row.attempt, text, (), received, client_key)
    submission = add_once(Submission, **values, client_at=None)
    if submission is None:
        return _first_of(enrollment, work, attempt)
    keep(submission, text=text)
    for one in attempt.asked:
        row = QuizAnswer(
            enrollment_id=enrollment.id,
            submission_id=submission.id,
            question_id=one.question.id,
            slot=one.slot,
            chosen=sorted(one.answer.chosen),
        )
        session.add(row)
        keep(row, text=one.answer.text.strip())
    gone = delete(QuizDraft).where(QuizDraft.attempt_id == attempt.row.id)
    session.execute(gone.execution_options(lms_scope="within quiz_draft", synchronize_session=False))
    return submission


def _first_of(enrollment: Enrollment, work: Work, attempt: OpenAttempt) -> Submission:
    """The submission of an attempt that was handed in by somebody else this very moment."""
    of = {"activity_id": work.activity.id, "attempt": attempt.row.attempt}
    return session.scalars(within(select(Submission).filter_by(**of), enrollment, on=Submission)).one()


def transcript(asked: Sequence[Asked]) -> str:
    """Questions and answers as plain text: what the receipt is a fingerprint of. No key, no marks."""
    parts = []
    for one in asked:
        given = [one.question.options[place] for place in sorted(one.answer.chosen)] or [one.answer.text.strip()]
        lines = "\n".join(f"> {line}" if line else "> \u2013" for line in given)
        parts.append(f"{one.slot}. {one.question.text}\n{lines}")
    return "\n\n".join(parts)


def finish(actor: Actor, work: Work, attempt: OpenAttempt, client_key: str) -> Submission:
    """Hand in, then mark by machine: two commands, since the student does the one and the system the other."""
    if again := next((one for one in work.submissions if one.client_key == client_key), None):
        of_it = select(Submission).where(Submission.public_id == again.public_id)
        return session.scalars(within(of_it, work.enrollment)).one()
    check_readable(work, attempt)
    return _handed_in_and_marked(actor, work, attempt, client_key)


def finish_if_over(work: Work, attempt: OpenAttempt | None) -> Submission | None:
    """Hand in what was saved, if the attempt is over: done once, by a job or the student's next request.

    None where it is not over, or somebody else has just done it.
    """
    if attempt is None or not rules.is_over(attempt.ends_at, now()):
        return None
    if not claims.take(TIME_UP, attempt.row.public_id):
        return None
    return _handed_in_and_marked(SYSTEM, work, attempt, f"time-up-{attempt.row.public_id}")


def _handed_in_and_marked(actor: Actor, work: Work, attempt: OpenAttempt, client_key: str) -> Submission:
    """What somebody else has handed in at the same moment is marked by them."""
    submission = hand_in_answers(actor, work.enrollment, work, attempt, client_key)
    session.flush()
    if submission.client_key == client_key:
        mark_by_machine(SYSTEM, work.enrollment, submission)
    return submission


def look_at(work: Work) -> tuple[QuizView, OpenAttempt | None]:
    """The quiz and the student's open attempt. Three queries. Raises NotFound where the activity has no questions."""
    quiz = find_quiz(work.activity)
    return quiz, open_attempt_or_none(work, quiz)
