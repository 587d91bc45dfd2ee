"""The policy under which a section and course is graded, as columns for statements that read grades anyway."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, select

from lms.hub.catalog.models import Course
from lms.hub.cohorts.models import Section
from lms.hub.enrollment.models import Enrollment, Placement
from lms.hub.grading.models.policies import GradingPolicy
from lms.hub.grading.rules.policies import Grading, grading_of
from lms.kernel.db import session
from lms.kernel.facts import runs_on, stands
from lms.kernel.jsonrows import rows_of
from lms.people.accounts.models import Person
from lms.people.scope import policy_day, within

OWN = (
    GradingPolicy.number,
    GradingPolicy.late_rate_bp,
    GradingPolicy.late_interval_minutes,
    GradingPolicy.late_floor_bp,
    GradingPolicy.missing_after_days,
    GradingPolicy.missing_counts_bp,
    GradingPolicy.categories,
    GradingPolicy.extra,
)


def holds_in(section_id: Any, course_id: Any, as_of: datetime | None = None) -> ColumnElement[bool]:
    """For an outer join: the section's own policy of the course, as it stood at `as_of`."""
    return and_(
        GradingPolicy.section_id == section_id, GradingPolicy.course_id == course_id, stands(GradingPolicy, as_of)
    )


def grading_in(program: Mapping[str, Any], own: Sequence[Any]) -> Grading:
    """From the program version's policy and the columns of `OWN`, which are None where the section has none."""
    return grading_of(program, None if own[0] is None else own)


def sections_of(as_of: datetime | None) -> Any:
    """The sections of each `Enrollment` of a statement with the course that they are for, as rows in one cell."""
    return rows_of(Section.id, Section.course_id, where=and_(Section.id == Placement.section_id, _placed(as_of)))


def policies_of(as_of: datetime | None) -> Any:
    """The own policies of all sections of each `Enrollment` of a statement, as rows in one cell."""
    in_section = and_(GradingPolicy.section_id == Placement.section_id, _placed(as_of))
    return rows_of(
        GradingPolicy.section_id, GradingPolicy.course_id, *OWN, where=and_(in_section, stands(GradingPolicy, as_of))
    )


def _placed(as_of: datetime | None) -> ColumnElement[bool]:
    on_the_day = runs_on(Placement, policy_day(as_of))
    return and_(Placement.enrollment_id == Enrollment.id, stands(Placement, as_of), on_the_day)


def grading_for(program: Mapping[str, Any], course_id: int, sections: Any, policies: Any) -> Grading:
    """What holds for one student in a course, from the cells of `sections_of` and `policies_of`.

    A section for this one course comes before one for all.
    """
    for_it = [number for number, only in sections if only == course_id] or [n for n, only in sections if only is None]
    for section_id, of_course, *own in policies:
        if section_id in for_it and of_course == course_id:
            *numbers, categories, extra = own
            return grading_of(program, [*numbers, json.loads(categories), json.loads(extra)])
    return grading_of(program)


def policy_history(section: Section, course: Course) -> list[tuple[GradingPolicy, str]]:
    """Every version of a section's own policy with who made it, the newest first. One query."""
    statement = (
        select(GradingPolicy, Person.name)
        .outerjoin(Person, Person.id == GradingPolicy.recorded_by_id)
        .where(GradingPolicy.course_id == course.id)
        .order_by(GradingPolicy.number.desc())
    )
    return [(row, name or "") for row, name in session.execute(within(statement, section, on=GradingPolicy)).all()]
