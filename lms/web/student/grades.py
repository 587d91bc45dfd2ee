"""The student's grades, with feedback and "why?". Only what was released is ever read here."""

from flask import Response

from lms.guard import current_actor, requires
from lms.hub.coursework.queries import find_own_work, list_own_work
from lms.hub.coursework.rules import explain_due
from lms.hub.grading.entries import explain_entry
from lms.hub.grading.gradebook import has_passed, shown_percent
from lms.hub.grading.grades import feedback_on, grades_of
from lms.hub.grading.rules import shown_points
from lms.kernel.errors import NotFound
from lms.people.access import Action
from lms.web.coursework_words import STATUS_WORDS
from lms.web.pages import page
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
    work = find_own_work(current_actor(), activity)
    courses = grades_of(work.enrollment, [work])
    entry = next((entry for course in courses for entry in course.entries), None)
    if entry is None:
        raise NotFound()
    return page(
        "student/grades/feedback.html",
        work=work,
        entry=entry,
        why=explain_entry(entry, courses[0].late),
        why_due=explain_due(work.dates),
        feedback=feedback_on(work.enrollment, work.activity),
        words=STATUS_WORDS,
        shown_points=shown_points,
    )
