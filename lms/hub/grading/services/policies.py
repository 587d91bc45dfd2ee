"""Giving a section its own grading policy for a course: a new version each time, never a change of one in use."""

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lms.hub.catalog.models import Course
from lms.hub.cohorts.models import Section
from lms.hub.coursework.models import Activity
from lms.hub.grading.models.policies import GradingPolicy
from lms.hub.grading.rules.policies import Grading, check_grading, check_reason, plain_categories
from lms.kernel.db import session
from lms.kernel.errors import Conflict
from lms.kernel.facts import stands
from lms.kernel.prose import keep
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.people.commands import command
from lms.people.scope import within

CHANGED = N_("Somebody else has changed this policy meanwhile. Look at it again; yours stands in the form.")


@command(Action.POLICY_SET)
def set_policy(
    actor: Actor, section: Section, course: Course, wanted: Grading, reason: str, based_on: int
) -> GradingPolicy:
    """From now on the section's grades in the course are folded with `wanted`.

    based_on: number of the version that the author has read, 0 for the program's. Raises Conflict if there is another.
    """
    known = select(Activity.code, Activity.category).where(Activity.course_id == course.id, stands(Activity))
    activities = session.execute(known).all()
    categories = frozenset(category for _, category in activities)
    check_grading(wanted, categories, frozenset(code for code, _ in activities))
    check_reason(reason)
    standing = select(GradingPolicy).where(GradingPolicy.course_id == course.id, stands(GradingPolicy))
    before = session.scalar(within(standing, section, on=GradingPolicy))
    if (before.number if before else 0) != based_on:
        raise Conflict(CHANGED)
    row = GradingPolicy(
        section_id=section.id,
        course_id=course.id,
        number=based_on + 1,
        supersedes_id=before.id if before else None,
        late_rate_bp=wanted.late.rate_bp,
        late_interval_minutes=wanted.late.interval_seconds // 60,
        late_floor_bp=wanted.late.floor_bp,
        missing_after_days=wanted.missing.after_days,
        missing_counts_bp=wanted.missing.counts_bp,
        categories=plain_categories(wanted.categories),
        extra=sorted(wanted.extra),
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        raise Conflict(CHANGED) from error
    keep(row, reason=reason.strip())
    return row
