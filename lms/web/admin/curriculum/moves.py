"""Moving a student or a cohort to a version: what it comes to for each of them, then the move itself."""

from dataclasses import dataclass

from flask import Response, request
from sqlalchemy import select

from lms.guard import current_actor, requires
from lms.hub.catalog.models import Program, ProgramVersion
from lms.hub.cohorts.models import Cohort
from lms.hub.enrollment.models import Enrollment
from lms.hub.enrollment.queries import find_enrollment
from lms.hub.migration.queries import Move, moves_made, moves_to, shapes_of
from lms.hub.migration.rules import explain_minutes, explain_preview
from lms.hub.migration.services import migrate, migrate_cohort
from lms.kernel.db import session
from lms.kernel.errors import NotFound, RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.people.accounts.models import Person
from lms.people.scope import scoped, unscoped
from lms.web.admin import bp
from lms.web.admin.curriculum.finding import find_version
from lms.web.language import tell
from lms.web.pages import page, redirect_to, tell_next


@dataclass(frozen=True, slots=True)
class Line:
    """One student of the cohort and what the move comes to."""

    person: Person
    move: Move


@bp.get("/curriculum/versions/<public_id:version_id>/moves")
@requires(Action.ENROLLMENT_MIGRATE)
def moves(version_id: str) -> Response:
    program, found = find_version(version_id, Action.ENROLLMENT_MIGRATE)
    return _cohort_page(program, found)


def _cohort_page(program: Program, found: ProgramVersion, error: str = "") -> Response:
    actor = current_actor()
    cohorts = _cohorts(actor, program)
    cohort = _chosen(cohorts)
    lines = _lines(actor, found, cohort) if cohort else []
    return page(
        "admin/curriculum/moves.html",
        422 if error else 200,
        program=program,
        version=found,
        cohorts=cohorts,
        cohort=cohort,
        lines=lines,
        numbers=_numbers(lines),
        left=sum(not line.move.is_there for line in lines),
        error=error,
        reason=request.form.get("reason", ""),
    )


def _cohorts(actor: Actor, program: Program) -> list[Cohort]:
    statement = select(Cohort).where(Cohort.program_id == program.id).order_by(Cohort.starts_on.desc(), Cohort.id)
    return list(session.scalars(scoped(statement, actor, Action.ENROLLMENT_MIGRATE)))


def _chosen(cohorts: list[Cohort]) -> Cohort | None:
    """The cohort of `?cohort=`, else the newest. Raises NotFound for one that is not theirs."""
    asked = request.values.get("cohort")
    if not asked:
        return cohorts[0] if cohorts else None
    for cohort in cohorts:
        if cohort.public_id == asked:
            return cohort
    raise NotFound()


def _lines(actor: Actor, found: ProgramVersion, cohort: Cohort) -> list[Line]:
    statement = (
        select(Enrollment, Person)
        .join(Person, Person.id == Enrollment.person_id)
        .where(Enrollment.cohort_id == cohort.id)
        .order_by(Person.name, Enrollment.id)
    )
    rows = session.execute(scoped(statement, actor, Action.ENROLLMENT_MIGRATE, on=Enrollment)).all()
    people = {enrollment.id: person for enrollment, person in rows}
    return [Line(people[move.enrollment.id], move) for move in moves_to(found, [one for one, _ in rows])]


def _numbers(lines: list[Line]) -> dict[int, int]:
    """The numbers of the versions that the students are bound to, by row."""
    ids = {line.move.from_version for line in lines}
    return dict(
        session.execute(select(ProgramVersion.id, ProgramVersion.number).where(ProgramVersion.id.in_(ids))).all()
    )


@bp.post("/curriculum/versions/<public_id:version_id>/moves")
@requires(Action.COHORT_MANAGE)
def move_cohort(version_id: str) -> Response:
    program, found = find_version(version_id, Action.ENROLLMENT_MIGRATE)
    actor = current_actor()
    cohort = _chosen(_cohorts(actor, program))
    if cohort is None:
        raise NotFound()
    students = [line.move.enrollment for line in _lines(actor, found, cohort)]
    try:
        made = migrate_cohort(actor, cohort, students, found, request.form.get("reason", ""))
    except RuleBroken as broken:
        return _cohort_page(program, found, tell(broken.sentence))
    tell_next(N_("%(count)s students are bound to version %(number)s now."), count=len(made), number=found.number)
    return redirect_to("admin.moves", version_id=found.public_id, cohort=cohort.public_id)


@bp.get("/curriculum/versions/<public_id:version_id>/moves/<public_id:enrollment_id>")
@requires(Action.ENROLLMENT_MIGRATE)
def move(version_id: str, enrollment_id: str) -> Response:
    program, found = find_version(version_id, Action.ENROLLMENT_MIGRATE)
    return _student_page(program, found, find_enrollment(current_actor(), enrollment_id, Action.ENROLLMENT_MIGRATE))


def _student_page(program: Program, found: ProgramVersion, enrollment: Enrollment, error: str = "") -> Response:
    (one,) = moves_to(found, [enrollment])
    shapes = shapes_of([found.id, one.from_version])
    of_student = select(Person).where(Person.id == enrollment.person_id)
    person = session.scalars(unscoped(of_student, "whose enrollment was found in scope")).one()
    return page(
        "admin/curriculum/move.html",
        422 if error else 200,
        program=program,
        version=found,
        move=one,
        person=person,
        courses={**shapes[one.from_version].courses, **shapes[found.id].courses},
        old=shapes[one.from_version],
        explained=explain_preview(one.preview, one.held),
        kept=explain_minutes(one.preview, one.held, kept=True),
        loose=explain_minutes(one.preview, one.held, kept=False),
        made=moves_made(enrollment),
        error=error,
        reason=request.form.get("reason", ""),
    )


@bp.post("/curriculum/versions/<public_id:version_id>/moves/<public_id:enrollment_id>")
@requires(Action.ENROLLMENT_MIGRATE)
def move_student(version_id: str, enrollment_id: str) -> Response:
    program, found = find_version(version_id, Action.ENROLLMENT_MIGRATE)
    actor = current_actor()
    enrollment = find_enrollment(actor, enrollment_id, Action.ENROLLMENT_MIGRATE)
    try:
        migrate(actor, enrollment, found, request.form.get("reason", ""))
    except RuleBroken as broken:
        return _student_page(program, found, enrollment, tell(broken.sentence))
    tell_next(N_("The student is bound to version %(number)s now."), number=found.number)
    return redirect_to("admin.move", version_id=found.public_id, enrollment_id=enrollment.public_id)
