"""The units on which a student can log hours."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select

from lms.hub.catalog.kinds import Kind
from lms.hub.catalog.models import Course, Unit
from lms.hub.enrollment.models import Enrollment, PlanUnit
from lms.hub.hours.models import HoursEntry
from lms.kernel.columns import Day
from lms.kernel.facts import known as only_known
from lms.kernel.memo import found
from lms.people.scope import ask_plain, within_a


@dataclass(frozen=True, slots=True)
class PlannedUnit:
    """A unit of a course that the student takes, in cohort weeks first to last."""

    id: int
    public_id: str
    title: str
    course: str
    kind: Kind
    first_week: int
    last_week: int

    def runs_in(self, week: int) -> bool:
        """Whether the plan has it in cohort week `week`."""
        return self.first_week <= week <= self.last_week


def units_of(enrollment: Enrollment) -> list[PlannedUnit]:
    """The units of every course in the student's plan, in the plan's order. One statement a transaction."""
    known = found("planned units")
    if enrollment.id not in known:
        known[enrollment.id] = _units_of(enrollment)
    return list(known[enrollment.id])


def _units_of(enrollment: Enrollment) -> list[PlannedUnit]:
    return [PlannedUnit(*row) for row in dict.fromkeys(ask_plain(_planned(), enrollment))]


@cache
def _planned() -> Select[*tuple[Any, ...]]:
    columns = (Unit.id, Unit.public_id, Unit.title, Course.name, Unit.kind, Unit.first_week, Unit.last_week)
    statement = only_known(within_a(select(*columns), Enrollment, on=PlanUnit), PlanUnit, None)
    statement = statement.select_from(PlanUnit).join(Course, Course.id == PlanUnit.course_id)
    statement = statement.join(Unit, Unit.course_id == Course.id).where(PlanUnit.is_dropped.is_(False))
    return statement.order_by(Course.position, Course.id, Unit.position, Unit.id)


def last_used(enrollment: Enrollment, since: date) -> list[int]:
    """The row numbers of the units that the student logged on since `since`, the last one first. One statement."""
    return list(dict.fromkeys(row.unit_id for row in ask_plain(_logged_on(), enrollment, since=since)))


@cache
def _logged_on() -> Select[int | None]:
    statement = within_a(select(HoursEntry.unit_id), Enrollment, on=HoursEntry)
    statement = statement.where(
        HoursEntry.day >= bindparam("since", type_=Day), HoursEntry.unit_id.is_not(None), HoursEntry.minutes > 0
    )
    return statement.order_by(HoursEntry.recorded_at.desc(), HoursEntry.id.desc()).limit(60)
