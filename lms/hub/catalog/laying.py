"""From a document to rows: written once, in the transaction that publishes the version."""

from lms.hub.catalog.kinds import RequirementKind
from lms.hub.catalog.models import ContentItem, Course, Outcome, ProgramVersion, Requirement, Unit
from lms.hub.catalog.spec import CourseSpec, Curriculum, NeedSpec, UnitSpec
from lms.kernel.db import session


def lay_out(version: ProgramVersion, curriculum: Curriculum) -> dict[str, Course]:
    """The rows of a version but its activities, which coursework brings; gives the courses by code."""
    courses = {spec.code: _add_course(version, spec, place) for place, spec in enumerate(curriculum.courses)}
    _add_need(version, curriculum.requirement, None, 0, courses)
    return courses


def _add_course(version: ProgramVersion, spec: CourseSpec, position: int) -> Course:
    course = Course(
        program_version_id=version.id,
        code=spec.code,
        name=spec.name,
        description=spec.summary,
        kind=spec.kind,
        position=position,
        pass_bp=spec.pass_bp,
        prerequisites=list(spec.prerequisites),
    )
    session.add(course)
    session.flush()
    for place, unit in enumerate(spec.unit):
        _add_unit(course, unit, place)
    for place, outcome in enumerate(spec.outcome):
        session.add(Outcome(course_id=course.id, code=outcome.code, text=outcome.text, position=place))
    return course


def _add_unit(course: Course, spec: UnitSpec, position: int) -> None:
    unit = Unit(
        course_id=course.id,
        code=spec.code,
        title=spec.title,
        kind=spec.modality,
        first_week=spec.first_week,
        last_week=spec.last_week,
        minutes_a_week=spec.minutes_a_week,
        position=position,
    )
    session.add(unit)
    if not spec.item:
        return
    session.flush()
    session.add_all(
        ContentItem(
            unit_id=unit.id,
            position=place,
            title=item.title,
            kind=item.kind,
            minutes=item.minutes,
            completion=item.completion,
            url=item.url,
            file_sha256=item.file,
            file_name=item.file_name,
            iri=item.iri,
        )
        for place, item in enumerate(spec.item)
    )


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
