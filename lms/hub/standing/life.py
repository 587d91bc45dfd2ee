"""Questions about a student's life in the program that need hours, work and grades: was here last, takes along."""

from datetime import date, datetime
from itertools import chain

from sqlalchemy import select

from lms.hub.catalog.queries import list_courses
from lms.hub.cohorts.models import Cohort
from lms.hub.coursework.models import Submission
from lms.hub.enrollment.models import Enrollment
from lms.hub.enrollment.rules.attendance import Trace, last_attendance
from lms.hub.enrollment.rules.carry import Carried, Done, carry_over
from lms.hub.enrollment.rules.history import months_without_learning
from lms.hub.hours.queries.weeks import Week, witnessed, year_of
from lms.hub.hours.rules.week import level
from lms.hub.standing.queries import record_of
from lms.kernel.db import session
from lms.kernel.explain import Explained
from lms.kernel.weeks import local_day
from lms.people.scope import within


def last_attendance_of(enrollment: Enrollment, as_of: datetime | None = None) -> Explained[date | None]:
    """The last day with evidence that the student took part. Seven statements."""
    weeks = year_of(enrollment, as_of)
    return last_attendance([*_hours(weeks), *_handed_in(enrollment, weeks[0].situation.zone, as_of)])


def _hours(weeks: list[Week]) -> list[Trace]:
    return [
        Trace(entry.day, "hours", int(level(entry, witnessed(week.seen, week.entries))), entry.ref)
        for week in weeks
        for entry in week.entries
    ]


def _handed_in(enrollment: Enrollment, zone: str, as_of: datetime | None) -> list[Trace]:
    statement = select(Submission) if as_of is None else select(Submission).where(Submission.recorded_at <= as_of)
    rows = session.scalars(within(statement, enrollment))
    return [Trace(local_day(row.received_at, zone), "submission", 1, row.ref) for row in rows]


def open_months(enrollment: Enrollment, today: date, as_of: datetime | None = None) -> tuple[date, ...]:
    """Past months without any learning that no leave or break covers (D10). Seven statements."""
    weeks = year_of(enrollment, as_of)
    place = weeks[0].situation
    if place.first is None:
        return ()
    logged = (entry.day for week in weeks for entry in week.entries)
    handed_in = (trace.day for trace in _handed_in(enrollment, place.zone, as_of))
    end = min(today, place.last)
    return months_without_learning(place.first, end, chain(logged, handed_in), [*place.leaves, *place.breaks])


def carried_to(enrollment: Enrollment, cohort: Cohort, as_of: datetime | None = None) -> Explained[Carried]:
    """What the student would take along into `cohort`. 14 statements."""
    record = record_of(enrollment, as_of)
    facts = record.student_facts()
    done = [
        Done(code, found.name, found.grade_bp, found.open_items, found.facts)
        for code, found in facts.courses.items()
        if found.is_planned
    ]
    codes = [course.code for course in list_courses(cohort.program_version_id)]
    return carry_over(done, facts.minutes, codes)
