"""Reminding students of work that is due soon and not in: once for each activity, and caught up after a stop.

It stands here, above coursework, because who is exempt from an activity or has been given a score is not reminded.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import exists, select

from lms.hub.cohorts.models import Cohort
from lms.hub.coursework.carried import counts_for
from lms.hub.coursework.models import Activity, Submission
from lms.hub.coursework.queries import Work, list_work_where
from lms.hub.coursework.rules import is_reminder_due
from lms.hub.enrollment.kinds import Status
from lms.hub.enrollment.models import Enrollment, StatusChange
from lms.hub.enrollment.queries import grouped, standing
from lms.hub.enrollment.rules import status_on
from lms.hub.grading.models import Score, given
from lms.kernel import claims, clock
from lms.kernel.db import session
from lms.messages.services import notify, still_right
from lms.people.accounts.models import Person
from lms.people.scope import unscoped, within

KIND = "activity-due"
WHY = "reminders go to everybody"
AT_ONCE = 10  # students in memory, each with all the work of the year
AFTER_END = timedelta(days=60)  # extensions may run beyond the cohort's end
NOTHING_IN = ~exists().where(Submission.enrollment_id == Enrollment.id, Submission.activity_id == Activity.id)
NOTHING_GIVEN = ~exists().where(
    Score.enrollment_id == Enrollment.id, counts_for(Score.activity_id, Activity.id, None), given()
)


def cohorts_now() -> list[Cohort]:
    """The cohorts that run. One query."""
    day = clock.now().date()
    statement = select(Cohort).where(Cohort.starts_on <= day, Cohort.ends_on >= day - AFTER_END).order_by(Cohort.id)
    return list(session.scalars(unscoped(statement, WHY)))


def remind_of_work(cohort: Cohort) -> int:
    """Write the letters of one cohort; how many. Needs a writing transaction."""
    active = _active(cohort)
    return sum(_remind(active[start : start + AT_ONCE]) for start in range(0, len(active), AT_ONCE))


def _remind(enrollments: list[Enrollment]) -> int:
    moment = clock.now()
    due = [
        work
        for work in list_work_where(enrollments, NOTHING_IN, NOTHING_GIVEN)
        if is_reminder_due(work.due.at, moment) and not work.submissions and not _is_away(work)
    ]
    written = _written(due)
    todo = [work for work in due if subject_of(work) not in written and claims.take(KIND, subject_of(work))]
    for work in todo:
        _write(work)
    return len(todo)


def subject_of(work: Work) -> str:
    """What is reminded of once: a student's activity, however often the activity or its date is changed."""
    return f"{work.enrollment.public_id}:{work.course.id}:{work.activity.code}"


def _active(cohort: Cohort) -> list[Enrollment]:
    """Those who study today: neither withdrawn nor on leave. Two queries."""
    everybody = session.scalars(within(select(Enrollment), cohort)).all()
    if not everybody:
        return []
    changes, day = grouped(standing(StatusChange, everybody)), clock.today(cohort.zone)
    return [one for one in everybody if status_on(changes.get(one.id, ()), day) is Status.ACTIVE]


def _is_away(work: Work) -> bool:
    day = clock.today(work.zone)
    return any(leave.from_day <= day <= leave.to_day for leave in work.dates.leaves)


def _written(due: list[Work]) -> set[str]:
    """Which of these were reminded of before. One query."""
    statement = select(claims.Claim.subject).where(
        claims.Claim.kind == KIND, claims.Claim.subject.in_([subject_of(work) for work in due])
    )
    return set(session.scalars(statement))


def _write(work: Work) -> None:
    notify(
        work.enrollment.person_id,
        KIND,
        subject_of(work),
        activity=work.activity.title,
        due=work.due.at,
        path=f"/student/coursework/{work.activity.public_id}",
        enrollment=work.enrollment.public_id,
        activity_id=work.activity.public_id,
    )


@still_right(KIND)
def _is_still_missing(person: Person, values: Mapping[str, Any]) -> bool:
    """Not once it was handed in between writing and sending, nor to who has left or is away since."""
    statement = (
        select(Enrollment, Cohort)
        .join(Cohort, Cohort.id == Enrollment.cohort_id)
        .where(Enrollment.public_id == values["enrollment"], Enrollment.person_id == person.id)
    )
    row = session.execute(unscoped(statement, WHY)).one_or_none()
    if row is None or row.Enrollment.id not in {one.id for one in _active(row.Cohort)}:
        return False
    wanted = Activity.public_id == values["activity_id"]
    return any(
        not work.submissions and not _is_away(work)
        for work in list_work_where([row.Enrollment], NOTHING_IN, NOTHING_GIVEN, wanted)
    )
