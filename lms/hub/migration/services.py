"""Carrying a move out: a pin, a new plan, and facts that say which work counts for which activity now."""

from collections.abc import Sequence

from sqlalchemy import select

from lms.hub.catalog.kinds import CourseKind
from lms.hub.catalog.models import Course, ProgramVersion
from lms.hub.catalog.queries import list_courses
from lms.hub.cohorts.models import Cohort
from lms.hub.coursework.models import Draft, Extension, PartialUpload, WorkCarry
from lms.hub.coursework.setting import resolve_deadlines
from lms.hub.enrollment.kinds import Status
from lms.hub.enrollment.models import Enrollment, PlanUnit, StatusChange, VersionPin
from lms.hub.enrollment.queries import cohort_of, grouped, standing
from lms.hub.enrollment.rules import STUDYING, status_on
from lms.hub.migration.queries import Move, moves_to, shapes_of
from lms.hub.migration.rules import Shape, check_move
from lms.kernel.clock import today
from lms.kernel.db import session
from lms.kernel.errors import RuleBroken
from lms.kernel.prose import keep
from lms.kernel.text import N_
from lms.messages.services import notify_many
from lms.people.access import SYSTEM, Action, Actor, require
from lms.people.anchors import anchor_of, forget_anchors
from lms.people.commands import command
from lms.people.scope import within

MIN_REASON = 5
MAY_MOVE = STUDYING | {Status.ENROLLED}


@command(Action.ENROLLMENT_MIGRATE)
def migrate(actor: Actor, enrollment: Enrollment, version: ProgramVersion, reason: str) -> VersionPin:
    """From today on the student is bound to `version`; scores and hours stay. Raises RuleBroken.

    Back to the version of before is the same command: what was done in either counts in both.
    """
    (pin,) = _move_all([enrollment], version, reason)
    return pin


@command(Action.COHORT_MANAGE)
def migrate_cohort(
    actor: Actor, cohort: Cohort, enrollments: Sequence[Enrollment], version: ProgramVersion, reason: str
) -> list[VersionPin]:
    """The same for several students of a cohort, all or none; those who are there already are left as they are."""
    for enrollment in enrollments:
        require(actor, Action.ENROLLMENT_MIGRATE, anchor_of(enrollment))
    if any(enrollment.cohort_id != cohort.id for enrollment in enrollments):
        raise RuleBroken(N_("One of these students belongs to another cohort."), field="enrollment")
    todo = [move.enrollment for move in moves_to(version, list(enrollments)) if not move.is_there]
    if not todo:
        raise RuleBroken(N_("Nobody is left to move: all of them are bound to this version."), field="version")
    return _move_all(todo, version, reason)


def _move_all(enrollments: Sequence[Enrollment], version: ProgramVersion, reason: str) -> list[VersionPin]:
    if len(reason.strip()) < MIN_REASON:
        raise RuleBroken(N_("Say in a few words why; the student will read it."), field="reason")
    cohort = cohort_of(enrollments[0])
    day = today(cohort.zone)
    changes = grouped(standing(StatusChange, enrollments))
    moves = moves_to(version, enrollments)
    for move in moves:
        check_move(
            move.from_version,
            version.id,
            is_published=version.published_at is not None,
            is_same_program=version.program_id == cohort.program_id,
            is_studying=status_on(changes.get(move.enrollment.id, ()), day) in MAY_MOVE,
        )
    shapes = shapes_of({version.id, *(move.from_version for move in moves)})
    _replan(enrollments, version)
    _carry(moves, shapes, version)
    pins = [VersionPin(enrollment_id=one.id, program_version_id=version.id, from_day=day) for one in enrollments]
    session.add_all(pins)
    session.flush()
    for pin in pins:
        keep(pin, reason=reason.strip())
    letters = [
        (one.person_id, pin.public_id, {"number": version.number, "day": day})
        for one, pin in zip(enrollments, pins, strict=True)
    ]
    notify_many("version-changed", letters)
    resolve_deadlines(SYSTEM, cohort)
    forget_anchors()
    return pins


def _replan(enrollments: Sequence[Enrollment], version: ProgramVersion) -> None:
    """The same courses in the new version; those that are gone leave the plan, those asked of everybody come."""
    new = {course.code: course for course in list_courses(version.id)}
    plans = grouped([row for row in standing(PlanUnit, enrollments) if not row.is_dropped])
    codes = _codes_of([row for rows in plans.values() for row in rows])
    for enrollment in enrollments:
        rows = plans.get(enrollment.id, [])
        for row in rows:
            gone = PlanUnit(enrollment_id=enrollment.id, course_id=row.course_id, is_dropped=True, supersedes_id=row.id)
            session.add(gone)
        had = {codes[row.course_id] for row in rows}
        wanted = [c for c in new.values() if c.kind is not CourseKind.SPOKE or c.code in had]
        session.add_all(PlanUnit(enrollment_id=enrollment.id, course_id=course.id) for course in wanted)


def _codes_of(rows: Sequence[PlanUnit]) -> dict[int, str]:
    ids = {row.course_id for row in rows}
    return dict(session.execute(select(Course.id, Course.code).where(Course.id.in_(ids))).all())


def _carry(moves: Sequence[Move], shapes: dict[int, Shape], version: ProgramVersion) -> None:
    """What was done on the activity of before counts for the one of the same code, and so does what counted for it."""
    enrollments = [move.enrollment for move in moves]
    carried = grouped(standing(WorkCarry, enrollments))
    extended = {(row.enrollment_id, row.activity_id) for row in standing(Extension, enrollments)}
    drafts = session.scalars(within(select(Draft), enrollments)).all()
    writing = {(draft.enrollment_id, draft.activity_id): draft for draft in drafts}
    arriving = list(session.scalars(within(select(PartialUpload), enrollments)))
    for move in moves:
        old, new, number = shapes[move.from_version], shapes[version.id], move.enrollment.id
        known = {(row.from_activity_id, row.to_activity_id) for row in carried.get(number, ())}
        for key, work in new.works.items():
            if key not in old.works:
                continue
            before = old.works[key].id
            if key in move.held.done or (number, before) in extended:
                sources = {before, *(source for source, to in known if to == before)} - {work.id}
                session.add_all(
                    WorkCarry(enrollment_id=number, from_activity_id=source, to_activity_id=work.id)
                    for source in sorted(sources)
                    if (source, work.id) not in known
                )
            if (number, before) in writing and (number, work.id) not in writing:
                writing[number, before].activity_id = work.id  # nothing typed is lost
            for upload in arriving:
                if (upload.enrollment_id, upload.activity_id) == (number, before):
                    upload.activity_id = work.id
