"""Stores a curriculum that was read: a program, a draft version of it with everything in it, published on demand.

The same files again change nothing. All of it runs through the commands that a page would call. Activities and rubrics
are written when a version is published, see `lays_out`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from lms.hub.catalog.models import Course, Program, ProgramVersion
from lms.hub.catalog.queries import list_versions, program_or_none
from lms.hub.catalog.services import draft_version, lays_out, open_program, publish_version
from lms.hub.catalog.spec import ActivitySpec, CategorySpec, CriterionSpec, Curriculum
from lms.hub.coursework.kinds import ActivityKind
from lms.hub.coursework.setting import ActivityPlan, write_activity
from lms.hub.grading.gradebook import Category
from lms.hub.grading.services.rubrics import CriterionPlan, write_categories, write_rubric
from lms.interop.curriculum import read_curriculum
from lms.people.access import NOWHERE, Actor

HUNDREDTHS = 100  # points in the file are whole, stored ones are hundredths


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of an import. is_new: False if these files were imported before. activities: of the version."""

    program: Program
    version: ProgramVersion
    is_new: bool
    activities: int


def import_curriculum(actor: Actor, main: Path, *, publish: bool = False) -> Imported:
    """Read `main` and store it. publish: also let cohorts be opened from it. Raises RuleBroken with every error."""
    curriculum = read_curriculum(main).sound()
    spec = curriculum.program
    program = program_or_none(spec.slug)
    if program is None:
        program = open_program(actor, NOWHERE, spec.slug, spec.name, is_sample=spec.sample)
    known = {version.id for version in list_versions(program)}
    version = draft_version(actor, program, curriculum, curriculum.digest())
    if publish and version.published_at is None:
        publish_version(actor, version)
    activities = sum(len(course.activity) for course in curriculum.courses)
    return Imported(program, version, version.id not in known, activities)


@lays_out
def set_courses(actor: Actor, version: ProgramVersion, courses: Mapping[str, Course], curriculum: Curriculum) -> None:
    """The activities of a version that is being published, with their rubrics."""
    for spec in curriculum.courses:
        if spec.category:
            write_categories(courses[spec.code], [_category(one) for one in spec.category])
        for position, activity in enumerate(spec.activity):
            _set_activity(courses[spec.code], curriculum, activity, position)


def _set_activity(
    course: Course,
    curriculum: Curriculum,
    spec: ActivitySpec,
    position: int,
) -> None:
    criteria = curriculum.criteria(spec)
    policy = curriculum.policy
    plan = ActivityPlan(
        code=spec.code,
        title=spec.title,
        kind=ActivityKind(spec.kind),
        brief=spec.brief,
        week=spec.week,
        weekday=spec.due_weekday,
        due=spec.due_time,
        points=sum(criterion.points for criterion in criteria) * HUNDREDTHS,
        weight=spec.weight,
        category=spec.category or "",
        attempts=spec.attempts,
        group_size=spec.group_size,
        grace_minutes=policy.grace_minutes,
        cutoff_days=policy.cutoff_days,
        position=position,
    )
    if spec.files:
        plan = replace(plan, kinds=spec.files)
    activity = write_activity(course, plan)
    write_rubric(activity, [_criterion(number, one) for number, one in enumerate(criteria, start=1)])


def _category(spec: CategorySpec) -> Category:
    return Category(spec.code, spec.title, spec.weight * HUNDREDTHS, spec.drop_lowest, spec.keep_highest)


def _criterion(number: int, spec: CriterionSpec) -> CriterionPlan:
    return CriterionPlan(
        code=f"C{number}",
        title=spec.title,
        points=spec.points * HUNDREDTHS,
        levels=tuple((level.text, level.points * HUNDREDTHS) for level in spec.levels),
    )
