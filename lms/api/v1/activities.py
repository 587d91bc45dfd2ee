"""What is set for one student, until when, and what is in. Points are decimal text."""

from datetime import datetime

from lms.api.kit import operation
from lms.api.shapes import AsOf, Decimals, Shape, Why, why
from lms.hub.coursework.models import Activity
from lms.hub.coursework.queries import Work, find_activity, find_work, list_work
from lms.hub.coursework.rules import explain_due
from lms.hub.enrollment.models import Enrollment
from lms.hub.enrollment.queries import find_enrollment
from lms.hub.grading.rules import exact_points
from lms.kernel.clock import now
from lms.people.access import Action, Actor


class HandedInOut(Shape):
    """One submission of it. `late_seconds` is 0 within the grace time."""

    id: str
    attempt: int
    received_at: datetime
    late_seconds: int


class ActivityOut(Shape):
    """`due_reason`: why this date holds for this student; `base_due_at` is everybody's.

    `progress`: due, late, missing or done.

    `attempts_left` and `closes_at` are null where there is no limit.
    """

    id: str
    code: str
    title: str
    course: str
    brief: str
    points: Decimals
    base_due_at: datetime
    due_at: datetime
    due_reason: str
    closes_at: datetime | None
    attempts_left: int | None
    progress: str
    file_kinds: list[str]
    submissions: list[HandedInOut]


class ActivitiesOut(Shape):
    """The first due first."""

    items: list[ActivityOut]


def work_of(actor: Actor, enrollment: str, activity: str, as_of: datetime | None = None) -> tuple[Enrollment, Work]:
    """One student's one activity, both as their addresses name them. Raises NotFound."""
    found = find_enrollment(actor, enrollment, Action.SUBMISSION_READ)
    return found, find_work(found, find_activity(activity), as_of)


@operation(
    "GET /enrollments/<public_id:enrollment>/activities", Action.SUBMISSION_READ, gives=ActivitiesOut, query=AsOf
)
def list_activities(actor: Actor, enrollment: str, query: AsOf) -> ActivitiesOut:
    """Every activity that is scheduled for the student, with its date and what was handed in."""
    found = find_enrollment(actor, enrollment, Action.SUBMISSION_READ)
    at = query.as_of or now()
    return ActivitiesOut(items=[_out(work, at) for work in list_work(found, query.as_of)])


@operation(
    "GET /enrollments/<public_id:enrollment>/activities/<public_id:activity>",
    Action.SUBMISSION_READ,
    gives=ActivityOut,
    query=AsOf,
)
def get_activity(actor: Actor, enrollment: str, activity: str, query: AsOf) -> ActivityOut:
    """One activity as it is set for the student."""
    _, work = work_of(actor, enrollment, activity, query.as_of)
    return _out(work, query.as_of or now())


@operation(
    "GET /enrollments/<public_id:enrollment>/activities/<public_id:activity>/explain",
    Action.SUBMISSION_READ,
    gives=Why,
    query=AsOf,
)
def explain_activity(actor: Actor, enrollment: str, activity: str, query: AsOf) -> Why:
    """Why the activity is due when it is."""
    _, work = work_of(actor, enrollment, activity, query.as_of)
    return why(explain_due(work.dates))


def _out(work: Work, at: datetime) -> ActivityOut:
    activity: Activity = work.activity
    return ActivityOut(
        id=activity.public_id,
        code=activity.code,
        title=activity.title,
        course=work.course.code,
        brief=activity.brief,
        points=exact_points(activity.points),
        due_at=work.due.at,
        base_due_at=work.due.base_at,
        due_reason=work.due.reason,
        closes_at=work.closes_at,
        attempts_left=work.attempts_left,
        progress=work.progress(at),
        file_kinds=list(activity.kinds),
        submissions=[
            HandedInOut(
                id=one.public_id, attempt=one.attempt, received_at=one.received_at, late_seconds=one.late_seconds
            )
            for one in work.submissions
        ],
    )
