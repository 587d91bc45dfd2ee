"""The student's grades, with feedback and "why?". Only what was released is ever read here."""

from flask import Response, request

from lms.guard import current_actor, requires
from lms.hub.coursework.contents import file_names
from lms.hub.coursework.queries import Work, find_own_work, list_own_work
from lms.hub.coursework.rules import explain_due
from lms.hub.grading.entries import explain_entry
from lms.hub.grading.gradebook import has_passed, shown_percent
from lms.hub.grading.grades import Feedback, feedback_on, grades_of
from lms.hub.grading.queries.regrades import Asking, asking_of, find_regrade, regrades_on
from lms.hub.grading.rules import shown_points
from lms.hub.grading.services.regrades import ask_regrade, write_in_regrade
from lms.hub.quizzes.queries.results import results_for_student
from lms.hub.quizzes.rules.marking import OUTCOMES
from lms.kernel.clock import now
from lms.kernel.errors import Conflict, NotFound, RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action
from lms.web.coursework_words import STATUS_WORDS, place_anchor, place_names
from lms.web.language import tell
from lms.web.pages import page, redirect_to, tell_next
from lms.web.quiz_words import TONES, answer_lines, key_lines
from lms.web.student import bp


@bp.get("/grades")
@requires(Action.SUBMISSION_WRITE)
def grades() -> Response:
    works = list_own_work(current_actor())
    courses = grades_of(max((w.enrollment for w in works), key=lambda one: one.id), works) if works else []
    return page(
        "student/grades/list.html",
        courses=courses,
        words=STATUS_WORDS,
        shown_points=shown_points,
        shown_percent=shown_percent,
        has_passed=has_passed,
    )


@bp.get("/grades/<public_id:activity>")
@requires(Action.SUBMISSION_WRITE)
def feedback(activity: str) -> Response:
    return _feedback(find_own_work(current_actor(), activity))


def _feedback(work: Work, status: int = 200, trouble: str = "") -> Response:
    courses = grades_of(work.enrollment, [work])
    entry = next((entry for course in courses for entry in course.entries), None)
    if entry is None:
        raise NotFound()
    found = feedback_on(work.enrollment, work.activity)
    moment = now()
    return page(
        "student/grades/feedback.html",
        status,
        work=work,
        entry=entry,
        why=explain_entry(entry, courses[0].grading),
        why_due=explain_due(work.dates),
        feedback=found,
        place_names=place_names(
            [remark for one in found for remark in one.remarks],
            file_names([one.submission for one in found if one.submission]),
        ),
        place_anchor=place_anchor,
        regrades=regrades_on(work.enrollment, work.activity),
        asking=[one for one in asking_of(work.enrollment, work.activity) if any(_is_of(f, one) for f in found)],
        moment=moment,
        quizzes=results_for_student(work, found, moment),
        outcomes=OUTCOMES,
        tones=TONES,
        answer_lines=answer_lines,
        key_lines=key_lines,
        trouble=trouble,
        typed=request.form.get("text", ""),
        words=STATUS_WORDS,
        shown_points=shown_points,
    )


def _is_of(one: Feedback, asking: Asking) -> bool:
    return one.score.attempt == asking.attempt


@bp.post("/grades/<public_id:activity>/regrades")
@requires(Action.REGRADE_ASK)
def ask_for_regrade(activity: str) -> Response:
    actor = current_actor()
    work, form = find_own_work(actor, activity), request.form
    attempt = form.get("attempt", "0")
    number = int(attempt) if attempt.isdecimal() and len(attempt) < 6 else 0
    try:
        ask_regrade(actor, work.enrollment, work.activity, number, form.get("text", ""), form.get("criterion", ""))
    except (RuleBroken, Conflict) as trouble:
        return _feedback(work, trouble.status, tell(trouble.sentence))
    tell_next(N_("Your instructor gets a letter and looks at it again."))
    return redirect_to("student.feedback", activity=activity)


@bp.post("/regrades/<public_id:regrade>/messages")
@requires(Action.REGRADE_ASK)
def write_to_regrade(regrade: str) -> Response:
    actor = current_actor()
    found = find_regrade(actor, regrade, Action.REGRADE_ASK)
    try:
        write_in_regrade(actor, found.enrollment, found, request.form.get("text", ""))
    except RuleBroken as trouble:
        work = find_own_work(actor, found.activity.public_id)
        return _feedback(work, trouble.status, tell(trouble.sentence))
    tell_next(N_("Your words are there."))
    return redirect_to("student.feedback", activity=found.activity.public_id)
