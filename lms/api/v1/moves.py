"""Moving students to another version of their program: what it comes to for each, then the move itself."""

from typing import Annotated

from pydantic import StringConstraints
from sqlalchemy import select

from lms.api.kit import operation
from lms.api.shapes import NO_NUL, PublicId, Shape, Why, why
from lms.api.v1.curriculum import VERSION, version_and_program
from lms.hub.catalog.models import ProgramVersion
from lms.hub.cohorts.models import Cohort
from lms.hub.enrollment.models import Enrollment
from lms.hub.enrollment.queries import find_enrollment
from lms.hub.migration.queries import Move, moves_to
from lms.hub.migration.rules import Work, explain_preview
from lms.hub.migration.services import migrate, migrate_cohort
from lms.kernel.db import session
from lms.kernel.errors import NotFound
from lms.people.access import Action, Actor
from lms.people.scope import scoped

MOVE = Action.ENROLLMENT_MIGRATE
STUDENT = f"{VERSION}/moves/<public_id:enrollment>"


class MoveIn(Shape):
    """Why; the student reads it."""

    reason: Annotated[str, StringConstraints(max_length=1_000, pattern=NO_NUL)]


class CohortMoveIn(MoveIn):
    """Every student of this cohort whom you may move and who is not there already."""

    cohort: PublicId


class CohortQuery(Shape):
    """Which cohort."""

    cohort: PublicId


class WorkOut(Shape):
    """One activity, by the codes of its course and its own."""

    course: str
    activity: str
    title: str


class MoveOut(Shape):
    """What a move comes to. `is_there`: bound to it already. `rescaled`: kept works whose full points differ."""

    enrollment: str
    is_there: bool
    kept_courses: list[str]
    lost_courses: list[str]
    new_courses: list[str]
    spoke_is_lost: bool
    kept_work: list[WorkOut]
    lost_work: list[WorkOut]
    new_work: list[WorkOut]
    dropped_work: list[WorkOut]
    rescaled: int
    kept_minutes: int
    loose_minutes: int


class MovesOut(Shape):
    """One for each student whom you may move."""

    items: list[MoveOut]


@operation(f"GET {VERSION}/moves", MOVE, gives=MovesOut, query=CohortQuery)
def preview_cohort_move(actor: Actor, version: str, query: CohortQuery) -> MovesOut:
    """What moving a cohort to this version comes to, student by student; nothing happens."""
    _, found = version_and_program(actor, version, MOVE)
    _, students = _cohort(actor, found, query.cohort)
    return MovesOut(items=[_move(one) for one in moves_to(found, students)])


@operation(f"POST {VERSION}/moves", Action.COHORT_MANAGE, gives=MovesOut, body=CohortMoveIn, status=201)
def move_whole_cohort(actor: Actor, version: str, body: CohortMoveIn) -> MovesOut:
    """Move them, all or none. Back to the version of before is the same operation on that version."""
    _, found = version_and_program(actor, version, MOVE)
    cohort, students = _cohort(actor, found, body.cohort)
    previews = [_move(one) for one in moves_to(found, students) if not one.is_there]
    migrate_cohort(actor, cohort, students, found, body.reason)
    return MovesOut(items=previews)


@operation(f"GET {STUDENT}", MOVE, gives=MoveOut)
def preview_student_move(actor: Actor, version: str, enrollment: str) -> MoveOut:
    """What moving one student to this version comes to; nothing happens."""
    return _move(_one(actor, version, enrollment)[1])


@operation(f"GET {STUDENT}/explain", MOVE, gives=Why)
def explain_student_move(actor: Actor, version: str, enrollment: str) -> Why:
    """Why the move comes to that, with the facts."""
    _, move = _one(actor, version, enrollment)
    explained = explain_preview(move.preview, move.held)
    return why(explained).model_copy(update={"value": None})


@operation(f"POST {STUDENT}", MOVE, gives=MoveOut, body=MoveIn, status=201)
def move_one_student(actor: Actor, version: str, enrollment: str, body: MoveIn) -> MoveOut:
    """Move one student; scores and hours stay."""
    found, move = _one(actor, version, enrollment)
    migrate(actor, move.enrollment, found, body.reason)
    return _move(move)


def _one(actor: Actor, version: str, enrollment: str) -> tuple[ProgramVersion, Move]:
    _, found = version_and_program(actor, version, MOVE)
    (move,) = moves_to(found, [find_enrollment(actor, enrollment, MOVE)])
    return found, move


def _cohort(actor: Actor, version: ProgramVersion, public_id: str) -> tuple[Cohort, list[Enrollment]]:
    of_program = select(Cohort).where(Cohort.public_id == public_id, Cohort.program_id == version.program_id)
    cohort = session.scalar(scoped(of_program, actor, MOVE))
    if cohort is None:
        raise NotFound()
    students = select(Enrollment).where(Enrollment.cohort_id == cohort.id).order_by(Enrollment.id)
    return cohort, list(session.scalars(scoped(students, actor, MOVE)))


def _move(move: Move) -> MoveOut:
    found = move.preview
    return MoveOut(
        enrollment=move.enrollment.public_id,
        is_there=move.is_there,
        kept_courses=list(found.kept_courses),
        lost_courses=list(found.lost_courses),
        new_courses=list(found.new_courses),
        spoke_is_lost=found.spoke_is_lost,
        kept_work=_works(found.kept_work),
        lost_work=_works(found.lost_work),
        new_work=_works(found.new_work),
        dropped_work=_works(found.dropped_work),
        rescaled=len(found.rescaled),
        kept_minutes=found.kept_minutes,
        loose_minutes=found.loose_minutes,
    )


def _works(works: tuple[Work, ...]) -> list[WorkOut]:
    return [WorkOut(course=one.course, activity=one.code, title=one.title) for one in works]
