"""Rubrics as they stand, and as they were when scores were given with them."""

from collections.abc import Sequence

from sqlalchemy import select

from lms.hub.coursework.models import Activity
from lms.hub.grading.models import Criterion, Level, Rubric
from lms.hub.grading.queries import CriterionView, read_criteria
from lms.kernel.db import session
from lms.kernel.facts import stands


def find_rubric(activity: Activity) -> tuple[CriterionView, ...]:
    """The rubric of an activity as it stands; empty if it has none. Three queries."""
    rubric_id = session.scalar(select(Rubric.id).where(Rubric.activity_id == activity.id, stands(Rubric)))
    return () if rubric_id is None else rubrics_of([rubric_id])[rubric_id]


def rubrics_by_activity(activity_ids: Sequence[int]) -> dict[int, tuple[CriterionView, ...]]:
    """The rubrics of activities as they stand, by activity; none for those without. Three queries."""
    standing = select(Rubric.activity_id, Rubric.id).where(Rubric.activity_id.in_(activity_ids), stands(Rubric))
    ids: dict[int, int] = dict(session.execute(standing).all())
    rubrics = rubrics_of(list(ids.values()))
    return {activity_id: rubrics[rubric_id] for activity_id, rubric_id in ids.items()}


def rubrics_of(rubric_ids: Sequence[int]) -> dict[int, tuple[CriterionView, ...]]:
    """Rubrics by row number, as they were when scores were given with them. Two queries."""
    criteria = session.execute(
        select(Criterion.rubric_id, Criterion.position, Criterion.code, Criterion.title, Criterion.points).where(
            Criterion.rubric_id.in_(rubric_ids)
        )
    ).all()
    levels = session.execute(
        select(Criterion.rubric_id, Criterion.code, Level.position, Level.text, Level.points)
        .join(Level, Level.criterion_id == Criterion.id)
        .where(Criterion.rubric_id.in_(rubric_ids))
    ).all()
    return {
        rubric_id: read_criteria(
            [row[1:] for row in criteria if row[0] == rubric_id], [row[1:] for row in levels if row[0] == rubric_id]
        )
        for rubric_id in rubric_ids
    }
