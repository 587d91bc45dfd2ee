"""What is due for whom, what is in, and the files of it. Each read is one statement."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, select
from sqlalchemy.sql.elements import ColumnElement

from lms.hub.catalog.models import Course
from lms.hub.cohorts.models import Cohort, Section
from lms.hub.coursework.carried import counts_for
from lms.hub.coursework.models import (
    Activity,
    Deadline,
    Extension,
    Submission,
)
from lms.hub.coursework.rules import (
    Due,
    DueDates,
    Progress,
    Terms,
    Window,
    attempts_left,
    closes_at,
    effective_due,
    progress_at,
    window_at,
)
from lms.hub.enrollment.models import Accommodation, Enrollment, Leave, Placement, PlanUnit
from lms.hub.enrollment.queries import own_offset
from lms.kernel.columns import Day
from lms.kernel.db import session
from lms.kernel.errors import NotFound
from lms.kernel.facts import kept_for_now, runs_on, stands
from lms.kernel.jsonrows import day_in, instant_in, rows_of
from lms.people.access import Action, Actor
from lms.people.orgs.models import Site
from lms.people.scope import ask, own_kept, policy_day, read, within, within_a


@dataclass(frozen=True, slots=True)
class Away:
    """Days of leave."""

    from_day: date
    to_day: date


@dataclass(frozen=True, slots=True)
class Later:
    """Days by which an accommodation moves what is due within it."""

    from_day: date
    to_day: date | None
    extra_days: int


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A submission as lists need it."""

    public_id: str
    attempt: int
    received_at: datetime
    late_seconds: int
    client_key: str


@dataclass(frozen=True, slots=True)
class Work:
    """One activity for one student: until when, whether it is open, what is in (the last attempt first)."""

    enrollment: Enrollment
    activity: Activity
    course: Course
    section_id: int | None
    zone: str
    dates: DueDates
    due: Due
    submissions: tuple[HandedIn, ...]

    @property
    def terms(self) -> Terms:
        """How the activity takes work in."""
        return Terms(self.activity.grace_minutes, self.activity.cutoff_days, self.activity.attempts)

    @property
    def closes_at(self) -> datetime | None:
        """The last instant at which work is taken; None if it always is."""
        return closes_at(self.due.at, self.terms, self.zone)

    @property
    def attempts_left(self) -> int | None:
        """How many times more the student may submit; None is without limit."""
        return attempts_left(self.terms, len(self.submissions))

    def window(self, now: datetime) -> Window:
        """Whether it is open, late or closed."""
        return window_at(now, self.due.at, self.terms, self.zone)

    def progress(self, now: datetime) -> Progress:
        """Due, late, missing or done."""
        return progress_at(now, self.due.at, self.terms, self.zone, is_in=bool(self.submissions))


def list_work(enrollment: Enrollment, as_of: datetime | None = None) -> list[Work]:
    """Every activity that is scheduled for `enrollment`, the first due first. One query."""
    return _read(ask(_work_of_one(as_of), enrollment, day=policy_day(as_of)))


def works_of(enrollments: Iterable[Enrollment], activity_ids: Iterable[int]) -> list[Work]:
    """These activities (row numbers) for students who were found for somebody. One query."""
    statement = planned_work(None).where(Activity.id.in_(list(activity_ids)))
    return _ask(within(statement, enrollments, on=PlanUnit))


def list_work_of(enrollments: Sequence[Enrollment], as_of: datetime | None = None) -> dict[int, list[Work]]:
    """The same for several students, by the enrollment's row number. One query, however many."""
    found: dict[int, list[Work]] = {enrollment.id: [] for enrollment in enrollments}
    rows = session.execute(within(planned_work(as_of), enrollments, on=PlanUnit), {"day": policy_day(as_of)})
    for work in _read(rows):
        found[work.enrollment.id].append(work)
    return found


def list_own_work(actor: Actor, as_of: datetime | None = None) -> list[Work]:
    """Every scheduled activity of the actor's own enrollments, the first due first. One query."""
    statement, own = own_kept(planned_work(as_of), actor, Action.SUBMISSION_WRITE, on=Enrollment)
    return _ask(statement, **own)


def find_own_work(actor: Actor, activity_id: str) -> Work:
    """The actor's own work on the activity with this public id. Raises NotFound. One query."""
    statement, own = own_kept(_work_on_one(), actor, Action.SUBMISSION_WRITE, on=Enrollment)
    return _last(_read(read(statement, day=policy_day(), activity_id=activity_id, **own)))


def find_work(enrollment: Enrollment, activity: Activity, as_of: datetime | None = None) -> Work:
    """`enrollment`'s work on `activity`. Raises NotFound if it is not in their plan or not scheduled. One query."""
    statement = within(planned_work(as_of).where(Activity.id == activity.id), enrollment, on=PlanUnit)
    return _last(_ask(statement))


def list_work_where(enrollments: Sequence[Enrollment], *without: ColumnElement[bool]) -> list[Work]:
    """Every scheduled activity of several enrollments that were found; without: further conditions. One query."""
    statement = within(planned_work(None).where(*without), enrollments, on=PlanUnit)
    return _ask(statement)


def _last(found: Sequence[Work]) -> Work:
    if not found:
        raise NotFound()
    return max(found, key=lambda work: work.enrollment.id)


@kept_for_now
def planned_work(as_of: datetime | None) -> Select[Any]:
    """One row for each planned activity and place where the student is taught on the parameter `day`."""
    on_the_day = runs_on(Placement, bindparam("day", type_=Day))
    placed = and_(Placement.enrollment_id == Enrollment.id, stands(Placement, as_of), on_the_day)
    return (
        select(
            Enrollment,
            Activity,
            Course,
            Cohort.zone,
            Site.zone,
            Section.id,
            Section.course_id,
            due_of(as_of, Deadline.section_id.is_(None)),
            due_of(as_of, Deadline.section_id == Section.id),
            extended_until(as_of),
            leaves_of(as_of),
            more_days_of(as_of),
            own_offset(as_of),
            submissions_of(as_of),
        )
        .select_from(PlanUnit)
        .join(Enrollment, Enrollment.id == PlanUnit.enrollment_id)
        .join(Cohort, Cohort.id == Enrollment.cohort_id)
        .join(Course, Course.id == PlanUnit.course_id)
        .join(Activity, and_(Activity.course_id == Course.id, stands(Activity, as_of)))
        .outerjoin(Placement, placed)
        .outerjoin(Section, Section.id == Placement.section_id)
        .outerjoin(Site, Site.id == Section.site_id)
        .where(stands(PlanUnit, as_of), PlanUnit.is_dropped.is_(False))
    )


@kept_for_now
def _work_of_one(as_of: datetime | None) -> Select[Any]:
    return within_a(planned_work(as_of), Enrollment, on=PlanUnit)


@cache
def _work_on_one() -> Select[Any]:
    return planned_work(None).where(Activity.public_id == bindparam("activity_id"))


def due_of(as_of: datetime | None, which: ColumnElement[bool]) -> Any:
    """Until when each `Activity` is due in the cohort of each `Enrollment` of a statement; which: of its dates."""
    found = select(func.max(Deadline.due_at)).where(
        Deadline.cohort_id == Enrollment.cohort_id,
        Deadline.activity_id == Activity.id,
        ~Deadline.is_lifted,
        which,
        stands(Deadline, as_of),
    )
    return found.scalar_subquery()


def extended_until(as_of: datetime | None) -> Any:
    """Until when each `Enrollment` of a statement has an extension for each `Activity`."""
    found = select(func.max(Extension.until)).where(
        Extension.enrollment_id == Enrollment.id,
        counts_for(Extension.activity_id, Activity.id, as_of),
        Extension.is_lifted.is_(False),
        stands(Extension, as_of),
    )
    return found.scalar_subquery()


def leaves_of(as_of: datetime | None) -> Any:
    """The days of leave of each `Enrollment` of a statement, as rows in one cell."""
    where = and_(Leave.enrollment_id == Enrollment.id, Leave.is_lifted.is_(False), stands(Leave, as_of))
    return rows_of(Leave.from_day, Leave.to_day, where=where)


def more_days_of(as_of: datetime | None) -> Any:
    """The later dues that accommodations give each `Enrollment` of a statement, as rows in one cell."""
    where = and_(
        Accommodation.enrollment_id == Enrollment.id,
        Accommodation.is_lifted.is_(False),
        Accommodation.extra_days > 0,
        stands(Accommodation, as_of),
    )
    return rows_of(Accommodation.from_day, Accommodation.to_day, Accommodation.extra_days, where=where)


def submissions_of(as_of: datetime | None) -> Any:
    """The submissions of each `Enrollment` and `Activity` of a statement, as rows in one cell."""
    where = [Submission.enrollment_id == Enrollment.id, counts_for(Submission.activity_id, Activity.id, as_of)]
    if as_of is not None:
        where.append(Submission.recorded_at <= as_of)
    return rows_of(
        Submission.public_id,
        Submission.attempt,
        Submission.received_at,
        Submission.late_seconds,
        Submission.client_key,
        where=and_(*where),
    )


def _ask(statement: Select[Any], **values: Any) -> list[Work]:
    return _read(session.execute(statement, {"day": policy_day(), **values}))


def _read(rows: Iterable[Any]) -> list[Work]:
    found: dict[tuple[int, int], Work] = {}
    for row in rows:
        enrollment, activity, course, cohort_zone, site_zone, section_id, section_course, base, *more = row
        key = (enrollment.id, activity.id)
        if base is None or (key in found and section_course != course.id):
            continue  # not scheduled in this cohort; or a section of its own course has been seen
        *moves, submissions = more
        zone = site_zone or cohort_zone
        dates = read_dates(base, zone, activity.window_days, *moves)
        handed_in = sorted((_handed_in(*one) for one in submissions), key=lambda one: -one.attempt)
        found[key] = Work(enrollment, activity, course, section_id, zone, dates, effective_due(dates), tuple(handed_in))
    return sorted(found.values(), key=lambda work: (work.due.at, work.activity.id))


def read_dates(
    base: datetime,
    zone: str,
    window_days: int,
    section: datetime | None,
    extension: datetime | None,
    leaves: Any,
    more_days: Any,
    offset: int,
) -> DueDates:
    """What can move a due date, from the columns of `planned_work`."""
    return DueDates(
        base=base,
        zone=zone,
        section=section,
        extension=extension,
        leaves=read_leaves(leaves),
        late_start_weeks=offset,
        window_days=window_days,
        more_days=read_more_days(more_days),
    )


def read_leaves(rows: Any) -> tuple[Away, ...]:
    """Leaves from the cell that `leaves_of` makes."""
    return tuple(Away(day_in(from_day), day_in(to_day)) for from_day, to_day in rows)


def read_more_days(rows: Any) -> tuple[Later, ...]:
    """Later dues from the cell that `more_days_of` makes."""
    return tuple(Later(day_in(first), day_in(last) if last else None, days) for first, last, days in rows)


def _handed_in(public_id: str, attempt: int, received_at: str, late_seconds: int, client_key: str) -> HandedIn:
    return HandedIn(public_id, attempt, instant_in(received_at), late_seconds, client_key)


def find_activity(public_id: str) -> Activity:
    """The activity with this public id, if it was not superseded. Raises NotFound. One query."""
    found = session.scalar(select(Activity).where(Activity.public_id == public_id, stands(Activity)))
    if found is None:
        raise NotFound()
    return found


def activity_of(submission: Submission) -> Activity:
    """What a submission that was found was handed in for. One query."""
    return session.scalars(select(Activity).where(Activity.id == submission.activity_id)).one()


def list_activities(course: Course, as_of: datetime | None = None) -> list[Activity]:
    """The activities of a course in its order. One query."""
    statement = select(Activity).where(Activity.course_id == course.id, stands(Activity, as_of))
    return list(session.scalars(statement.order_by(Activity.week, Activity.position, Activity.code)))
