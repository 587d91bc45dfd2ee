"""What a student has to hand in soon: what a first page needs of it, in one statement of plain columns."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, exists

from lms.hub.catalog.models import Course
from lms.hub.cohorts.models import Cohort, Section
from lms.hub.coursework.carried import counts_for
from lms.hub.coursework.models import Activity, Deadline, Submission
from lms.hub.coursework.queries import due_of, extended_until, leaves_of, more_days_of, planned_work, read_dates
from lms.hub.coursework.rules import Due, Terms, closes_at, effective_due, late_seconds
from lms.hub.enrollment.models import Enrollment, PlanUnit
from lms.hub.enrollment.queries import own_offset
from lms.kernel.columns import UtcDateTime
from lms.people.orgs.models import Site
from lms.people.scope import ask_plain, policy_day, within_a


@dataclass(frozen=True, slots=True)
class NearWork:
    """An activity that is not handed in. activity_id: its public id. course: its name."""

    activity_id: str
    title: str
    course: str
    zone: str
    due: Due
    terms: Terms

    @property
    def closes_at(self) -> datetime | None:
        """The last instant at which work is taken; None if it always is."""
        return closes_at(self.due.at, self.terms, self.zone)

    def is_late(self, now: datetime) -> bool:
        """Whether work handed in `now` is late."""
        return late_seconds(self.due.at, self.terms.grace_minutes, now) > 0


def list_near_work(enrollment: Enrollment, until: datetime) -> list[NearWork]:
    """What `enrollment` has not handed in and the cohort has until then, the first due first. One query.

    For one student it may fall due later, never earlier.
    """
    found: dict[int, NearWork] = {}
    for row in ask_plain(_near(), enrollment, day=policy_day(), until=until):
        number, course_id, section_course, activity_id, title, course, *rest = row
        if number in found and section_course != course_id:
            continue  # a section of its own course has been seen
        site_zone, cohort_zone, grace_minutes, cutoff_days, window_days, base, *moves = rest
        zone = site_zone or cohort_zone
        due = effective_due(read_dates(base, zone, window_days, *moves))
        found[number] = NearWork(activity_id, title, course, zone, due, Terms(grace_minutes, cutoff_days))
    return [work for _, work in sorted(found.items(), key=lambda one: (one[1].due.at, one[0]))]


@cache
def _near() -> Select[*tuple[Any, ...]]:
    is_in = exists().where(
        Submission.enrollment_id == Enrollment.id, counts_for(Submission.activity_id, Activity.id, None)
    )
    base = due_of(None, Deadline.section_id.is_(None))
    statement: Select[*tuple[Any, ...]] = planned_work(None).with_only_columns(
        Activity.id,
        Course.id,
        Section.course_id,
        Activity.public_id,
        Activity.title,
        Course.name,
        Site.zone,
        Cohort.zone,
        Activity.grace_minutes,
        Activity.cutoff_days,
        Activity.window_days,
        base,
        due_of(None, Deadline.section_id == Section.id),
        extended_until(None),
        leaves_of(None),
        more_days_of(None),
        own_offset(None),
    )
    return within_a(statement, Enrollment, on=PlanUnit).where(~is_in, base <= bindparam("until", type_=UtcDateTime))
