"""Taking a quiz: before it, its one page of questions, the check, and what happens when time is up."""

import uuid
from collections.abc import Mapping

from flask import Response, make_response, request

from lms.guard import current_actor, requires
from lms.hub.coursework.models import Submission
from lms.hub.coursework.queries import Work, find_own_work
from lms.hub.coursework.rules import due_reason
from lms.hub.quizzes.queries import OpenAttempt, QuizView, timing_of
from lms.hub.quizzes.rules import GRACE, ends_at, explain_end, is_over
from lms.hub.quizzes.rules.marking import Answer
from lms.hub.quizzes.services.taking import (
    TIME_IS_UP,
    check_readable,
    finish,
    finish_if_over,
    look_at,
    save_answers,
    start_attempt,
)
from lms.kernel.clock import now
from lms.kernel.errors import Conflict, RuleBroken
from lms.kernel.explain import FactRef
from lms.kernel.text import N_
from lms.people.access import Action
from lms.web.language import tell
from lms.web.pages import page, redirect_to, tell_next
from lms.web.quiz_words import answer_lines, hint_of, read_answers
from lms.web.student import bp

AUTOSAVE = "X-Autosave"
PLACE = "/quizzes/<public_id:activity>"


@bp.get(PLACE)
@requires(Action.SUBMISSION_WRITE)
def quiz(activity: str) -> Response:
    """The questions of the attempt that is open; else what comes when it is started."""
    work = find_own_work(current_actor(), activity)
    found, attempt = look_at(work)
    if attempt is None:
        return _start_page(work, found)
    if is_over(attempt.ends_at, now()):
        return page("student/quizzes/over.html", work=work, attempt=attempt)
    return _questions(work, found, attempt)


def _start_page(work: Work, found: QuizView, status: int = 200, trouble: str = "") -> Response:
    moment = now()
    timing = timing_of(work.enrollment, found.quiz, work.zone, moment)
    return page(
        "student/quizzes/start.html",
        status,
        work=work,
        quiz=found,
        timing=timing,
        why_due=due_reason(work.due),
        window=work.window(moment),
        closes_at=work.closes_at,
        ends_at=ends_at(moment, timing.own_minutes, work.closes_at),
        grace_seconds=int(GRACE.total_seconds()),
        trouble=trouble,
    )


def _questions(
    work: Work,
    found: QuizView,
    attempt: OpenAttempt,
    status: int = 200,
    *,
    typed: Mapping[str, Answer] | None = None,
    errors: Mapping[str, list[str]] | None = None,
    top: str = "",
) -> Response:
    """typed: what was sent and could not be kept; what is saved instead stands beside it."""
    shown = {one.slot: one.answer for one in attempt.asked} if typed is None else typed
    elsewhere = {
        one.slot: answer_lines(one.question, one.answer)
        for one in attempt.asked
        if typed is not None and not errors and typed.get(one.slot) != one.answer
    }
    return page(
        "student/quizzes/questions.html",
        status,
        work=work,
        attempt=attempt,
        shown=shown,
        elsewhere=elsewhere,
        errors=errors or {},
        top=top,
        hint_of=hint_of,
        why_end=_why_end(work, found, attempt),
    )


def _why_end(work: Work, found: QuizView, attempt: OpenAttempt) -> object:
    row = attempt.row
    facts: tuple[FactRef, ...] = (row.ref,)
    return explain_end(row.started_at, found.quiz.minutes, row.minutes, work.closes_at, facts)


@bp.post(f"{PLACE}/attempts")
@requires(Action.SUBMISSION_WRITE)
def start_quiz(activity: str) -> Response:
    actor = current_actor()
    work = find_own_work(actor, activity)
    found, attempt = look_at(work)
    if attempt is None:
        try:
            start_attempt(actor, work.enrollment, work, found)
        except RuleBroken as broken:
            return _start_page(work, found, 422, tell(broken.sentence))
    return redirect_to("student.quiz", activity=activity)


@bp.post(f"{PLACE}/answers")
@requires(Action.SUBMISSION_WRITE)
def save_quiz(activity: str) -> Response:
    """Keep what was answered; by a script while one types, or by a button, which may lead on to the check."""
    actor = current_actor()
    work = find_own_work(actor, activity)
    found, attempt = look_at(work)
    is_script = AUTOSAVE in request.headers
    if attempt is None:
        return make_response("", 409) if is_script else redirect_to("student.quiz", activity=activity)
    if is_over(attempt.ends_at, now()):
        return make_response("", 409) if is_script else _time_is_up(work, attempt)
    answers = read_answers(attempt.asked, request.form)
    try:
        draft = save_answers(actor, work.enrollment, attempt, answers, _version())
    except Conflict as conflict:
        if is_script:
            return make_response("", 409)
        fresh = look_at(work)[1] or attempt
        return _questions(work, found, fresh, 409, typed=answers, top=tell(conflict.sentence))
    except RuleBroken as broken:
        if is_script:
            return make_response("", 422)
        return _questions(work, found, attempt, 422, typed=answers, errors=_told(broken))
    if is_script:
        return make_response("", 204, {"X-Version": str(draft.version)})
    if request.form.get("then") == "check":
        return redirect_to("student.check_quiz", activity=activity)
    tell_next(N_("Your answers are saved. They are not handed in yet."), tone="info")
    return redirect_to("student.quiz", activity=activity)


def _version() -> int:
    text = request.form.get("version", "0")
    return int(text) if text.isdecimal() and len(text) < 9 else 0


def _told(broken: RuleBroken) -> dict[str, list[str]]:
    return {name: [tell(sentence) for sentence in sentences] for name, sentences in broken.by_field().items()}


def _time_is_up(work: Work, attempt: OpenAttempt) -> Response:
    """Hand in what was saved, unless the job was faster, and show the receipt."""
    made: Submission | None = finish_if_over(work, attempt)
    tell_next(TIME_IS_UP, tone="warn")
    if made is None:
        return redirect_to("student.activity", activity=work.activity.public_id)
    return redirect_to("student.submission", submission=made.public_id)


@bp.get(f"{PLACE}/check")
@requires(Action.SUBMISSION_WRITE)
def check_quiz(activity: str) -> Response:
    """Every answer as it is saved, what is missing, and what cannot be read, before it is handed in."""
    work = find_own_work(current_actor(), activity)
    _, attempt = look_at(work)
    if attempt is None or is_over(attempt.ends_at, now()):
        return redirect_to("student.quiz", activity=activity)
    return _check(work, attempt)


def _check(work: Work, attempt: OpenAttempt) -> Response:
    errors: dict[str, list[str]] = {}
    try:
        check_readable(work, attempt)
    except RuleBroken as broken:
        errors = _told(broken)
    return page(
        "student/quizzes/check.html",
        422 if errors else 200,
        work=work,
        attempt=attempt,
        empty=sum(one.answer.is_empty for one in attempt.asked),
        answer_lines=answer_lines,
        errors=errors,
        client_key=uuid.uuid4().hex,
        window=work.window(now()),
    )


@bp.post(f"{PLACE}/submissions")
@requires(Action.SUBMISSION_WRITE)
def hand_in_quiz(activity: str) -> Response:
    """Hand in what is saved. Sent twice, it is one submission; after the end, what was saved by then."""
    actor = current_actor()
    work = find_own_work(actor, activity)
    key = request.form.get("client_key", "") or uuid.uuid4().hex
    again = next((one for one in work.submissions if one.client_key == key), None)
    _, attempt = look_at(work)
    if again is not None:
        return redirect_to("student.submission", submission=again.public_id)
    if attempt is None:
        return redirect_to("student.quiz", activity=activity)
    if is_over(attempt.ends_at, now()):
        return _time_is_up(work, attempt)
    try:
        made = finish(actor, work, attempt, key)
    except RuleBroken:
        return _check(work, attempt)
    tell_next(N_("Handed in. Below is your receipt."))
    return redirect_to("student.submission", submission=made.public_id)
