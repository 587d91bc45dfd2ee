"""Stores a curriculum that was read: a program, a draft version of it with everything in it, published on demand.

The same files again change nothing. All of it runs through the commands that a page would call. Activities and rubrics
are written when a version is published, see `lays_out`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from lms.hub.catalog.kinds import QuestionKind
from lms.hub.catalog.models import Course, Program, ProgramVersion
from lms.hub.catalog.queries import list_versions, program_or_none
from lms.hub.catalog.questions import PoolSpec, QuestionSpec
from lms.hub.catalog.services import draft_version, lays_out, open_program, publish_version
from lms.hub.catalog.spec import ActivitySpec, CategorySpec, CriterionSpec, Curriculum
from lms.hub.coursework.kinds import ActivityKind, Counts
from lms.hub.coursework.setting import ActivityPlan, write_activity
from lms.hub.grading.gradebook import Category
from lms.hub.grading.services.rubrics import CriterionPlan, write_categories, write_rubric
from lms.hub.quizzes.services.setting import PoolPlan, QuestionPlan, QuizPlan, write_quiz
from lms.interop.curriculum import read_curriculum
from lms.people.access import NOWHERE, Actor

HUNDREDTHS = 100  # points in the file are whole, stored ones are hundredths
REPORTED_POINTS = 100  # what an activity without a rubric is worth, of which another system reports the part


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
    quiz = QuizPlan(tuple(_pool(one) for one in spec.pool), spec.minutes, spec.shuffle) if spec.pool else None
    plan = ActivityPlan(
        code=spec.code,
        title=spec.title,
        kind=ActivityKind(spec.kind),
        brief=spec.brief,
        week=spec.week,
        weekday=spec.due_weekday,
        due=spec.due_time,
        points=quiz.points if quiz else (sum(one.points for one in criteria) or REPORTED_POINTS) * HUNDREDTHS,
        weight=spec.weight,
        category=spec.category or "",
        attempts=spec.attempts,
        group_size=spec.group_size,
        grace_minutes=policy.grace_minutes,
        cutoff_days=policy.cutoff_days,
        counts=Counts(spec.counts),
        position=position,
        has_questions=quiz is not None,
        iri=spec.iri,
    )
    if spec.files:
        plan = replace(plan, kinds=spec.files)
    activity = write_activity(course, plan)
    if quiz is not None:
        write_quiz(activity, quiz)
    elif criteria:
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


def _pool(spec: PoolSpec) -> PoolPlan:
    return PoolPlan(
        spec.code, spec.title, spec.asked, spec.points * HUNDREDTHS, tuple(_question(one) for one in spec.question)
    )


def _question(spec: QuestionSpec) -> QuestionPlan:
    """A question and, apart from it, its key as the rules of quizzes read it."""
    key: dict[str, object]
    if spec.kind is QuestionKind.NUMBER:
        key = {
            "value": spec.value,
            "tolerance": spec.tolerance,
            "unit": spec.unit or "",
            "units": dict(spec.units),
            "needs_unit": spec.needs_unit,
        }
    elif spec.kind is QuestionKind.TEXT:
        key = {"accepted": list(spec.accepted), "by_hand": spec.by_hand}
    else:
        partial = spec.partial and spec.kind is QuestionKind.SEVERAL
        key = {"right": sorted(place - 1 for place in spec.right), "partial": partial}
    units = (spec.unit, *spec.units) if spec.unit else ()
    return QuestionPlan(spec.code, spec.kind, spec.text, key, spec.options, units, spec.needs_unit)
