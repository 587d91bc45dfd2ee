"""Rubrics and categories of a course, for a version that is being laid out."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from lms.hub.catalog.models import Course, ProgramVersion
from lms.hub.coursework.models import Activity
from lms.hub.grading import rules
from lms.hub.grading.gradebook import Category, check_categories
from lms.hub.grading.models import Criterion, GradeCategory, Level, Rubric
from lms.kernel.db import session
from lms.kernel.errors import RuleBroken
from lms.kernel.facts import stands
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.people.commands import command


@dataclass(frozen=True, slots=True)
class CriterionPlan:
    """A line of a rubric as its author writes it. points: the most it gives; levels: words and points, best first."""

    code: str
    title: str
    points: int
    levels: tuple[tuple[str, int], ...] = ()


@command(Action.ACTIVITY_SET)
def set_rubric(actor: Actor, version: ProgramVersion, activity: Activity, criteria: Sequence[CriterionPlan]) -> Rubric:
    """Give an activity a rubric, or a new version of it; scores that were given keep the one they were given with."""
    return write_rubric(activity, criteria)


def write_rubric(activity: Activity, criteria: Sequence[CriterionPlan]) -> Rubric:
    """The rows of a rubric, for a version that is being laid out."""
    rules.check_rubric(criteria, activity.points)
    before = session.scalar(select(Rubric).where(Rubric.activity_id == activity.id, stands(Rubric)))
    rubric = Rubric(
        activity_id=activity.id,
        number=before.number + 1 if before else 1,
        supersedes_id=before.id if before else None,
    )
    session.add(rubric)
    session.flush()
    for position, plan in enumerate(criteria):
        criterion = Criterion(
            rubric_id=rubric.id, code=plan.code, title=plan.title, points=plan.points, position=position
        )
        session.add(criterion)
        session.flush()
        session.add_all(
            Level(criterion_id=criterion.id, text=text, points=points, position=place)
            for place, (text, points) in enumerate(plan.levels)
        )
    return rubric


@command(Action.ACTIVITY_SET)
def set_categories(
    actor: Actor, version: ProgramVersion, course: Course, categories: Sequence[Category]
) -> list[GradeCategory]:
    """Give a course its categories; those with a code of before are superseded."""
    return write_categories(course, categories)


def write_categories(course: Course, categories: Sequence[Category]) -> list[GradeCategory]:
    """The rows of a course's categories, for a version that is being laid out."""
    check_categories(categories)
    standing = session.scalars(select(GradeCategory).where(GradeCategory.course_id == course.id, stands(GradeCategory)))
    before = {category.code: category for category in standing}
    if set(before) - {category.code for category in categories}:
        raise RuleBroken(N_("A category in use cannot go; give it the weight 0."), field="categories")
    rows = [
        GradeCategory(
            course_id=course.id,
            code=category.code,
            title=category.title,
            weight_bp=category.weight_bp,
            drop_lowest=category.drop_lowest,
            keep_highest=category.keep_highest,
            number=before[category.code].number + 1 if category.code in before else 1,
            supersedes_id=before[category.code].id if category.code in before else None,
        )
        for category in categories
    ]
    session.add_all(rows)
    session.flush()
    return rows
