"""Attempts whose time is over, found from the facts and handed in one by one."""

from datetime import datetime

from sqlalchemy import select

from lms.hub.coursework.models import Activity, Submission
from lms.hub.coursework.queries import find_work
from lms.hub.enrollment.models import Enrollment
from lms.hub.quizzes.models import QuizAttempt
from lms.hub.quizzes.rules import GRACE
from lms.hub.quizzes.services.taking import finish_if_over, look_at
from lms.kernel.db import session
from lms.kernel.errors import NotFound
from lms.people.scope import unscoped


def attempts_over(moment: datetime) -> list[tuple[Enrollment, Activity]]:
    """Whose attempt had to end by `moment` and is not handed in. One query.

    A later due date may have moved the end since; `hand_in_over` looks again.
    """
    is_in = (
        select(Submission.id)
        .where(Submission.enrollment_id == QuizAttempt.enrollment_id)
        .where(Submission.activity_id == QuizAttempt.activity_id, Submission.attempt == QuizAttempt.attempt)
    )
    statement = (
        select(Enrollment, Activity)
        .join(QuizAttempt, QuizAttempt.enrollment_id == Enrollment.id)
        .join(Activity, Activity.id == QuizAttempt.activity_id)
        .where(QuizAttempt.ends_at < moment - GRACE, ~is_in.exists())
        .order_by(QuizAttempt.ends_at, QuizAttempt.id)
    )
    rows = session.execute(unscoped(statement, "attempts that are over anywhere")).all()
    return [(enrollment, activity) for enrollment, activity in rows]


def hand_in_over(enrollment: Enrollment, activity: Activity) -> bool:
    """Whether this attempt was handed in by this call."""
    try:
        work = find_work(enrollment, activity)
    except NotFound:  # no longer in the student's plan
        return False
    _, attempt = look_at(work)
    return finish_if_over(work, attempt) is not None
