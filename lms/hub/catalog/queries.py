"""The catalog as a tree. Programs are open to read: nothing here asks who reads."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from lms.hub.catalog.kinds import CourseKind
from lms.hub.catalog.models import (
    ContentItem,
    Course,
    Outcome,
    Program,
    ProgramVersion,
    Requirement,
    Unit,
    VersionDocument,
)
from lms.hub.catalog.policy import Policy
from lms.hub.catalog.rules import Need, VersionPlan
from lms.kernel.db import session
from lms.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class CourseTree:
    """A course with what is in it, each in its order."""

    course: Course
    units: tuple[Unit, ...]
    outcomes: tuple[Outcome, ...]

    @property
    def code(self) -> str:
        return self.course.code

    @property
    def kind(self) -> CourseKind:
        return self.course.kind

    @property
    def pass_bp(self) -> int:
        return self.course.pass_bp


@dataclass(frozen=True, slots=True)
class Catalog:
    """One version of a program, whole. needs: the requirement tree; None for a version without one."""

    version: ProgramVersion
    policy: Policy
    courses: tuple[CourseTree, ...]
    needs: Need | None

    def course(self, code: str) -> Course:
        """The course with this code; raises NotFound."""
        for tree in self.courses:
            if tree.course.code == code:
                return tree.course
        raise NotFound()


def find_program(slug: str) -> Program:
    """The program of this slug. Raises NotFound."""
    program = program_or_none(slug)
    if program is None:
        raise NotFound()
    return program


def program_or_none(slug: str) -> Program | None:
    """The program of this slug, if there is one."""
    return session.scalar(select(Program).where(Program.slug == slug))


def list_versions(program: Program) -> Sequence[ProgramVersion]:
    """Every version, drafts too, newest first."""
    of_program = select(ProgramVersion).where(ProgramVersion.program_id == program.id)
    return session.scalars(of_program.order_by(ProgramVersion.number.desc())).all()


def latest_published(program: Program) -> ProgramVersion:
    """The published version with the highest number. Raises NotFound before the first."""
    for version in list_versions(program):
        if version.published_at is not None:
            return version
    raise NotFound()


def find_version(program: Program, number: int) -> ProgramVersion:
    """The version with this number. Raises NotFound."""
    for version in list_versions(program):
        if version.number == number:
            return version
    raise NotFound()


def next_number(program: Program) -> int:
    """The number that the next draft gets."""
    of_program = select(func.max(ProgramVersion.number)).where(ProgramVersion.program_id == program.id)
    return (session.scalar(of_program) or 0) + 1


def list_courses(version_id: int) -> Sequence[Course]:
    """The courses of a version in their order. One query."""
    of_version = select(Course).where(Course.program_version_id == version_id)
    return session.scalars(of_version.order_by(Course.position)).all()


def catalog_of(version: ProgramVersion) -> Catalog:
    """The whole version. Four queries, whatever its size."""
    courses = list_courses(version.id)
    units: dict[int, list[Unit]] = defaultdict(list)
    outcomes: dict[int, list[Outcome]] = defaultdict(list)
    of_version = Course.program_version_id == version.id
    for unit in session.scalars(select(Unit).join(Course).where(of_version).order_by(Unit.position)):
        units[unit.course_id].append(unit)
    for outcome in session.scalars(select(Outcome).join(Course).where(of_version).order_by(Outcome.position)):
        outcomes[outcome.course_id].append(outcome)
    trees = tuple(CourseTree(c, tuple(units[c.id]), tuple(outcomes[c.id])) for c in courses)
    needs = needs_of(version.id, {course.id: course.code for course in courses})
    return Catalog(version, Policy.of(version.policy), trees, needs)


def items_of(version_id: int) -> dict[int, list[ContentItem]]:
    """The content items of a version by the row number of their unit, each list in its order. One query."""
    statement = select(ContentItem).join(Unit, Unit.id == ContentItem.unit_id).join(Course)
    found: dict[int, list[ContentItem]] = defaultdict(list)
    for item in session.scalars(
        statement.where(Course.program_version_id == version_id).order_by(ContentItem.position)
    ):
        found[item.unit_id].append(item)
    return found


def items_in(unit_ids: Iterable[int]) -> dict[int, list[ContentItem]]:
    """The content items of these units by unit, each list in its order. One query."""
    statement = select(ContentItem).where(ContentItem.unit_id.in_(sorted(unit_ids))).order_by(ContentItem.position)
    found: dict[int, list[ContentItem]] = defaultdict(list)
    for item in session.scalars(statement):
        found[item.unit_id].append(item)
    return found


def document_or_none(version: ProgramVersion) -> Any:
    """The version as its authors wrote it; None for one that was stored without. One query."""
    of_version = select(VersionDocument.document).where(VersionDocument.program_version_id == version.id)
    return session.scalar(of_version)


def can_undo(version: ProgramVersion) -> bool:
    """Whether the last change of a draft can be taken back. One query."""
    of_version = select(VersionDocument.id).where(
        VersionDocument.program_version_id == version.id, VersionDocument.before.is_not(None)
    )
    return session.scalar(of_version) is not None


def needs_of(version_id: int, codes: dict[int, str]) -> Need | None:
    """The requirement tree of a version; None if it has none. codes: of its courses by row number. One query."""
    of_version = select(Requirement).where(Requirement.program_version_id == version_id)
    return needs_from(session.scalars(of_version.order_by(Requirement.position)), codes)


def needs_from(rows: Iterable[Requirement], codes: Mapping[int, str]) -> Need | None:
    """The tree that the rows of one version make, which come in their order."""
    children: dict[int | None, list[Requirement]] = defaultdict(list)
    for row in rows:
        children[row.parent_id].append(row)
    return _need(children[None][0], children, codes) if children[None] else None


def trees_of(version_ids: set[int]) -> tuple[dict[int, dict[str, Course]], dict[int, Need]]:
    """Courses by code, and requirement trees, by the version's row number. Two queries."""
    courses: dict[int, dict[str, Course]] = {number: {} for number in version_ids}
    of_versions = select(Course).where(Course.program_version_id.in_(version_ids)).order_by(Course.position)
    for course in session.scalars(of_versions):
        courses[course.program_version_id][course.code] = course
    rows: dict[int, list[Requirement]] = defaultdict(list)
    nodes = select(Requirement).where(Requirement.program_version_id.in_(version_ids))
    for row in session.scalars(nodes.order_by(Requirement.position)):
        rows[row.program_version_id].append(row)
    codes = {course.id: course.code for found in courses.values() for course in found.values()}
    needs = {number: need for number, found in rows.items() if (need := needs_from(found, codes))}
    return courses, needs


def _need(row: Requirement, children: dict[int | None, list[Requirement]], codes: Mapping[int, str]) -> Need:
    return Need(
        kind=row.kind,
        title=row.title,
        n=row.n,
        minutes=row.minutes,
        hours_kind=row.hours_kind,
        evidence=row.evidence or 0,
        course=codes.get(row.course_id) if row.course_id else None,
        needs=tuple(_need(child, children, codes) for child in children[row.id]),
        key=row.public_id,
        code=row.code or "",
        level=row.level or 1,
    )


def plan_of(catalog: Catalog, weeks: int) -> VersionPlan:
    """A stored version as the rules judge it."""
    return VersionPlan(
        weeks=weeks,
        week_min_minutes=catalog.policy.week_min_minutes,
        week_max_minutes=catalog.policy.week_max_minutes,
        courses=catalog.courses,
        needs=catalog.needs,
    )
