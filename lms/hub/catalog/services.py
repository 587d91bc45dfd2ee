"""Programs and their versions: draft, publish. A published version is never changed; the next one has a new number."""

from lms.hub.catalog.kinds import RequirementKind
from lms.hub.catalog.models import Course, Outcome, Program, ProgramVersion, Requirement, Unit
from lms.hub.catalog.queries import catalog_of, list_versions, next_number, plan_of, program_or_none
from lms.hub.catalog.rules import check_publishable
from lms.hub.catalog.spec import CourseSpec, Curriculum, NeedSpec
from lms.kernel.acting import acting_at
from lms.kernel.db import session
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action, Actor, Anchor
from lms.people.commands import command


@command(Action.PROGRAM_MANAGE)
def open_program(actor: Actor, place: Anchor, slug: str, name: str, *, is_sample: bool = False) -> Program:
    """A program without versions. place: from where it is opened. Raises RuleBroken for a slug in use."""
    if program_or_none(slug) is not None:
        raise RuleBroken(N_("There is a program called %(slug)s already."), field="slug", slug=slug)
    program = Program(slug=slug, name=name, is_sample=is_sample)
    session.add(program)
    session.flush()
    return program


@command(Action.CURRICULUM_DRAFT)
def draft_version(actor: Actor, program: Program, curriculum: Curriculum, source_sha256: str) -> ProgramVersion:
    """A new draft with everything in `curriculum` but its activities, which coursework brings.

    The same source again gives the version that it made before. Raises RuleBroken with everything that is wrong.
    """
    check_publishable(curriculum.plan())
    for version in list_versions(program):
        if version.source_sha256 == source_sha256:
            return version
    version = ProgramVersion(
        program_id=program.id,
        number=next_number(program),
        policy=curriculum.policy.model_dump(),
        weeks=curriculum.program.weeks,
        source_sha256=source_sha256,
        note=curriculum.program.note or "",
    )
    session.add(version)
    session.flush()
    rows = {spec.code: _add_course(version, spec, place) for place, spec in enumerate(curriculum.courses)}
    _add_need(version, curriculum.requirement, None, 0, rows)
    return version


def _add_course(version: ProgramVersion, spec: CourseSpec, position: int) -> Course:
    course = Course(
        program_version_id=version.id,
        code=spec.code,
        name=spec.name,
        description=spec.summary,
        kind=spec.kind,
        position=position,
        pass_bp=spec.pass_bp,
    )
    session.add(course)
    session.flush()
    for place, unit in enumerate(spec.unit):
        session.add(
            Unit(
                course_id=course.id,
                code=unit.code,
                title=unit.title,
                kind=unit.modality,
                first_week=unit.first_week,
                last_week=unit.last_week,
                minutes_a_week=unit.minutes_a_week,
                position=place,
            )
        )
    for place, outcome in enumerate(spec.outcome):
        session.add(Outcome(course_id=course.id, code=outcome.code, text=outcome.text, position=place))
    return course


def _add_need(
    version: ProgramVersion, spec: NeedSpec, parent: Requirement | None, position: int, courses: dict[str, Course]
) -> None:
    is_minutes = spec.kind is RequirementKind.MIN_MINUTES
    row = Requirement(
        program_version_id=version.id,
        parent_id=parent.id if parent else None,
        position=position,
        kind=spec.kind,
        title=spec.title,
        n=spec.n,
        minutes=spec.minutes,
        hours_kind=spec.hours_kind,
        evidence=(spec.evidence or 0) if is_minutes else None,
        course_id=courses[spec.course].id if spec.course else None,
        code=spec.code,
        level=spec.level,
    )
    session.add(row)
    session.flush()
    for place, child in enumerate(spec.needs):
        _add_need(version, child, row, place, courses)


@command(Action.CURRICULUM_PUBLISH)
def publish_version(actor: Actor, version: ProgramVersion) -> ProgramVersion:
    """From now on cohorts may be opened from this version, and it never changes. Raises RuleBroken if it is unsound."""
    if version.published_at is not None:
        raise RuleBroken(N_("Version %(number)s is published already."), number=version.number)
    check_publishable(plan_of(catalog_of(version), version.weeks))
    version.published_at = acting_at()
    return version
