"""The life of an enrollment: apply, admit, place, employ, sponsor, leave, withdraw. Each adds a dated fact.

What held until then is superseded by the same row with its last day; nothing is changed.
"""

from datetime import date, timedelta

from lms.hub.catalog.kinds import CourseKind
from lms.hub.catalog.queries import list_courses
from lms.hub.cohorts.models import Section
from lms.hub.enrollment.kinds import LeaveKind, Payer, Shift, Status, StatusReason
from lms.hub.enrollment.models import (
    EmploymentSpell,
    Enrollment,
    Leave,
    Placement,
    PlanUnit,
    Sponsorship,
    StatusChange,
)
from lms.hub.enrollment.queries import has_enrollment, leaves_of, standing
from lms.hub.enrollment.rules import STUDYING, check_change, check_free, check_leave, latest
from lms.hub.enrollment.versions import version_of
from lms.kernel.db import session
from lms.kernel.errors import RuleBroken
from lms.kernel.prose import keep
from lms.kernel.text import N_
from lms.people.access import Action, Actor, Relation
from lms.people.accounts.models import Person
from lms.people.anchors import forget_anchors
from lms.people.commands import command
from lms.people.grants.services import hold
from lms.people.orgs.models import Firm

ONE_DAY = timedelta(days=1)


@command(Action.ENROLLMENT_APPLY)
def apply(actor: Actor, section: Section, person: Person, on: date, start_offset_weeks: int = 0) -> Enrollment:
    """`person` applies for a place in `section`; from now on they can see their enrollment.

    Raises RuleBroken for somebody who is in this cohort already.
    """
    if has_enrollment(person, section.cohort_id):
        raise RuleBroken(N_("%(name)s is in this cohort already."), field="person", name=person.name)
    enrollment = Enrollment(
        person_id=person.id, cohort_id=section.cohort_id, start_offset_weeks=max(start_offset_weeks, 0)
    )
    session.add(enrollment)
    session.flush()
    _add_status(enrollment, Status.APPLIED, on, StatusReason.START, "")
    session.add(Placement(enrollment_id=enrollment.id, site_id=section.site_id, section_id=section.id, from_day=on))
    hold(person.id, Relation.STUDENT, enrollment.id, on, None)
    forget_anchors()
    return enrollment


@command(Action.ENROLLMENT_MANAGE)
def change_status(
    actor: Actor, enrollment: Enrollment, status: Status, effective_on: date, reason: StatusReason, note: str = ""
) -> StatusChange:
    """The next step of its life. Enrolling plans the hub's courses and the capstone. Raises RuleBroken."""
    check_change(standing(StatusChange, enrollment), status, effective_on, reason, note)
    change = _add_status(enrollment, status, effective_on, reason, note)
    if status is Status.ENROLLED:
        _plan_shared_courses(enrollment)
    return change


def _add_status(
    enrollment: Enrollment, status: Status, effective_on: date, reason: StatusReason, note: str
) -> StatusChange:
    change = StatusChange(enrollment_id=enrollment.id, status=status, effective_on=effective_on, reason=reason)
    session.add(change)
    session.flush()
    keep(change, note=note.strip())
    forget_anchors()
    return change


def _plan_shared_courses(enrollment: Enrollment) -> None:
    for course in list_courses(version_of(enrollment)):
        if course.kind is not CourseKind.SPOKE:
            session.add(PlanUnit(enrollment_id=enrollment.id, course_id=course.id))
    forget_anchors()


@command(Action.ENROLLMENT_MANAGE)
def place(actor: Actor, enrollment: Enrollment, section: Section, from_day: date) -> Placement:
    """From `from_day` on the student is taught in `section`; what held until then ends the day before."""
    if section.cohort_id != enrollment.cohort_id:
        raise RuleBroken(N_("This section belongs to another cohort."), field="section")
    rows = standing(Placement, enrollment)
    for row in rows:
        if row.to_day is None and row.from_day < from_day:
            session.add(
                Placement(
                    enrollment_id=row.enrollment_id,
                    site_id=row.site_id,
                    section_id=row.section_id,
                    from_day=row.from_day,
                    to_day=from_day - ONE_DAY,
                    supersedes_id=row.id,
                )
            )
    session.flush()
    new = Placement(
        enrollment_id=enrollment.id, site_id=section.site_id, section_id=section.id, from_day=from_day, to_day=None
    )
    check_free(standing(Placement, enrollment), new)
    session.add(new)
    session.flush()
    forget_anchors()
    return new


@command(Action.ENROLLMENT_MANAGE)
def employ(
    actor: Actor,
    enrollment: Enrollment,
    firm: Firm,
    shift: Shift,
    from_day: date,
    *,
    supervisor: Person | None = None,
    pays_release_time: bool = False,
) -> EmploymentSpell:
    """From `from_day` on the student works for `firm`, and `supervisor` signs there; an open spell ends before."""
    for row in standing(EmploymentSpell, enrollment):
        if row.to_day is None and row.from_day < from_day:
            session.add(_ended(row, from_day - ONE_DAY))
    session.flush()
    spell = EmploymentSpell(
        enrollment_id=enrollment.id,
        firm_id=firm.id,
        supervisor_id=supervisor.id if supervisor else None,
        shift=shift,
        pays_release_time=pays_release_time,
        from_day=from_day,
        to_day=None,
    )
    check_free(standing(EmploymentSpell, enrollment), spell)
    session.add(spell)
    session.flush()
    if supervisor:
        hold(supervisor.id, Relation.SUPERVISOR, spell.id, from_day, None)
    forget_anchors()
    return spell


def _ended(row: EmploymentSpell, last_day: date) -> EmploymentSpell:
    return EmploymentSpell(
        enrollment_id=row.enrollment_id,
        firm_id=row.firm_id,
        supervisor_id=row.supervisor_id,
        shift=row.shift,
        pays_release_time=row.pays_release_time,
        from_day=row.from_day,
        to_day=last_day,
        supersedes_id=row.id,
    )


@command(Action.ENROLLMENT_MANAGE)
def sponsor(
    actor: Actor, enrollment: Enrollment, payer: Payer, amount_minor: int, currency: str, firm: Firm | None = None
) -> Sponsorship:
    """Who pays how much of the tuition. firm: exactly where the payer is one."""
    if amount_minor <= 0:
        raise RuleBroken(N_("Enter an amount above zero."), field="amount")
    if (payer is Payer.FIRM) != (firm is not None):
        raise RuleBroken(N_("Name the firm exactly where a firm pays."), field="firm")
    row = Sponsorship(
        enrollment_id=enrollment.id,
        payer=payer,
        firm_id=firm.id if firm else None,
        amount_minor=amount_minor,
        currency=currency,
    )
    session.add(row)
    session.flush()
    return row


@command(Action.LEAVE_DECIDE)
def grant_leave(
    actor: Actor, enrollment: Enrollment, kind: LeaveKind, from_day: date, to_day: date, note: str = ""
) -> Leave:
    """Time away, both days included: it lowers what is expected and never what was done. Raises RuleBroken."""
    leave = Leave(enrollment_id=enrollment.id, kind=kind, from_day=from_day, to_day=to_day)
    changes = standing(StatusChange, enrollment)
    check_leave(leaves_of(enrollment), leave, latest(changes))
    session.add(leave)
    keep(leave, note=note.strip())
    reason = LEAVE_REASONS[kind]
    check_change(changes, Status.ON_LEAVE, from_day, reason, note or kind)
    _add_status(enrollment, Status.ON_LEAVE, from_day, reason, note)
    return leave


LEAVE_REASONS = {
    LeaveKind.MEDICAL: StatusReason.HEALTH,
    LeaveKind.FAMILY: StatusReason.FAMILY,
    LeaveKind.MILITARY: StatusReason.OTHER,
    LeaveKind.WORK: StatusReason.WORK,
    LeaveKind.PERSONAL: StatusReason.OTHER,
}


@command(Action.LEAVE_DECIDE)
def end_leave(actor: Actor, enrollment: Enrollment, first_day_back: date) -> StatusChange:
    """The student is back; a leave that was planned longer ends the day before. Raises RuleBroken if not on leave."""
    changes = standing(StatusChange, enrollment)
    if latest(changes) is not Status.ON_LEAVE:
        raise RuleBroken(N_("This student is not on leave."), field="first_day_back")
    check_change(changes, Status.ACTIVE, first_day_back, StatusReason.RETURNED)
    last = leaves_of(enrollment)[-1]
    if last.to_day >= first_day_back:
        session.add(
            Leave(
                enrollment_id=enrollment.id,
                kind=last.kind,
                from_day=last.from_day,
                to_day=max(last.from_day, first_day_back - ONE_DAY),
                is_lifted=first_day_back <= last.from_day,
                supersedes_id=last.id,
            )
        )
    return _add_status(enrollment, Status.ACTIVE, first_day_back, StatusReason.RETURNED, "")


@command(Action.ENROLLMENT_MANAGE)
def withdraw(
    actor: Actor, enrollment: Enrollment, last_day: date, reason: StatusReason, note: str = ""
) -> StatusChange:
    """The student leaves the program after `last_day`. What they did stays, and stays theirs to see."""
    changes = standing(StatusChange, enrollment)
    if latest(changes) not in STUDYING:
        raise RuleBroken(N_("Only a student who is active can withdraw."), field="last_day")
    check_change(changes, Status.WITHDRAWN, last_day + ONE_DAY, reason, note)
    return _add_status(enrollment, Status.WITHDRAWN, last_day + ONE_DAY, reason, note)
