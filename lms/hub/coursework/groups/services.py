"""Forming a group: by invitation among students, or by staff with a reason. What was said before stays readable."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select

from lms.hub.cohorts.models import Section
from lms.hub.coursework.groups import rules
from lms.hub.coursework.groups.models import GroupMembership, WorkGroup
from lms.hub.coursework.groups.queries import Group, group_of, list_free, read_groups
from lms.hub.coursework.groups.rules import Answer, State
from lms.hub.coursework.models import Activity, Submission
from lms.hub.coursework.queries import Work
from lms.hub.enrollment.models import Enrollment
from lms.kernel.db import db, session
from lms.kernel.errors import NotFound, RuleBroken
from lms.kernel.facts import stands
from lms.kernel.prose import keep
from lms.kernel.text import N_
from lms.messages.services import notify, still_right
from lms.people.access import Action, Actor
from lms.people.accounts.models import Person
from lms.people.commands import command
from lms.people.scope import unscoped, within

INVITED = "group-invited"


def lock(enrollments: Sequence[Enrollment]) -> None:
    """Let nobody else change these students' groups until the transaction ends. SQLite has one writer anyway."""
    if db.engine.dialect.name == "sqlite":
        return
    ids = [enrollment.id for enrollment in enrollments]
    statement = select(Enrollment.id).where(Enrollment.id.in_(ids)).order_by(Enrollment.id)
    session.execute(unscoped(statement.with_for_update(key_share=True), "the lock of students' groups")).all()


def has_work(enrollment: Enrollment, activity: Activity) -> bool:
    """Whether the student has handed `activity` in. One query."""
    statement = select(func.count(Submission.id)).where(Submission.activity_id == activity.id)
    return bool(session.scalar(within(statement, enrollment, on=Submission)))


@command(Action.SUBMISSION_WRITE)
def invite(actor: Actor, enrollment: Enrollment, work: Work, other_id: str) -> GroupMembership:
    """Ask a student of the same section to work together; the group begins with the first invitation.

    other_id: public id of their enrollment. Raises NotFound for somebody elsewhere, RuleBroken where it cannot be.
    """
    rules.check_is_group_work(work.activity.group_size)
    found = _classmate(work, other_id)
    lock([enrollment, found])
    group = group_of(enrollment, work.activity)
    rules.check_may_invite(
        work.activity.group_size,
        group.places if group else (),
        found.id,
        is_in_another=group_of(found, work.activity) is not None,
        has_handed_in=bool(work.submissions) or has_work(found, work.activity),
    )
    if group is None:
        group = _begin(work.activity, work.section_id, [enrollment])
    place = _set(group.row, found, State.INVITED)
    notify(
        found.person_id,
        INVITED,
        place.public_id,
        who=_name_of(enrollment),
        activity=work.activity.title,
        path=f"/student/coursework/{work.activity.public_id}#group",
        place=place.public_id,
    )
    return place


def _name_of(enrollment: Enrollment) -> str:
    named = select(Person.name).where(Person.id == enrollment.person_id)
    return session.scalars(unscoped(named, "who invites, for the letter to who is invited")).one()


@still_right(INVITED)
def _is_still_invited(person: Person, values: Mapping[str, Any]) -> bool:
    """Not once it was answered or taken back."""
    standing = select(GroupMembership.id).where(
        GroupMembership.public_id == values["place"], GroupMembership.state == State.INVITED, stands(GroupMembership)
    )
    return session.scalar(unscoped(standing, "whether an invitation waits")) is not None


def _classmate(work: Work, other_id: str) -> Enrollment:
    """Somebody of the same section with the activity in the plan, in whatever group."""
    if work.section_id is None:
        raise RuleBroken(N_("You are in no section today, so there is nobody to invite."))
    statement = select(Enrollment).where(Enrollment.public_id == other_id, Enrollment.id != work.enrollment.id)
    named = session.scalar(unscoped(statement, "judged just below"))
    beside = {one.id for one, _ in list_free(work.section_id, work.activity)}
    if named is None or (named.id not in beside and group_of(named, work.activity) is None):
        raise NotFound()
    if named.id not in beside and _section_of(named, work.activity) != work.section_id:
        raise NotFound()
    return named


def _section_of(enrollment: Enrollment, activity: Activity) -> int | None:
    group = group_of(enrollment, activity)
    return group.row.section_id if group else None


def _begin(activity: Activity, section_id: int | None, students: Sequence[Enrollment], reason: str = "") -> Group:
    row = WorkGroup(activity_id=activity.id, section_id=section_id)
    session.add(row)
    session.flush()
    for student in students:
        _set(row, student, State.MEMBER, reason)
    return read_groups([row])[0]


def _set(group: WorkGroup, enrollment: Enrollment, state: State, reason: str = "") -> GroupMembership:
    statement = select(GroupMembership).where(GroupMembership.work_group_id == group.id, stands(GroupMembership))
    before = session.scalar(within(statement, enrollment, on=GroupMembership))
    row = GroupMembership(
        work_group_id=group.id,
        enrollment_id=enrollment.id,
        number=before.number + 1 if before else 1,
        supersedes_id=before.id if before else None,
        state=state,
    )
    session.add(row)
    session.flush()
    keep(row, reason=reason.strip())
    return row


@command(Action.SUBMISSION_WRITE)
def answer(
    actor: Actor, enrollment: Enrollment, activity: Activity, group: Group, place: GroupMembership, said: Answer
) -> GroupMembership:
    """Accept or decline an invitation, take back one of the own group, or leave it. enrollment: of who answers."""
    lock([enrollment])
    own = group_of(enrollment, activity)
    is_member = own is not None and own.row.id == group.row.id
    if said is Answer.WITHDRAW and not is_member:
        raise NotFound()
    after = rules.check_answer(
        said,
        place.state,
        is_own=place.enrollment_id == enrollment.id,
        is_in_another=own is not None and not is_member,
        has_handed_in=bool(group.handed_in) or has_work(enrollment, activity),
    )
    whose = next(mate.enrollment for mate in group.mates if mate.membership.id == place.id)
    return _set(group.row, whose, after)


@command(Action.GROUP_MANAGE)
def form_group(
    actor: Actor, section: Section, activity: Activity, students: Sequence[Enrollment], reason: str
) -> Group:
    """Put students of a section together; who was in another group is taken out of it."""
    rules.check_staff_change(activity.group_size, len(students), reason)
    if len(students) < 2:
        raise RuleBroken(N_("Choose at least two students."), field="students")
    lock(students)
    for student in students:
        _take_out(student, activity, reason)
    return _begin(activity, section.id, students, reason)


@command(Action.GROUP_MANAGE)
def change_group(
    actor: Actor, section: Section, activity: Activity, group: Group, students: Sequence[Enrollment], reason: str
) -> Group:
    """From now on these are the members. What was handed in before stays with those who were in the group then."""
    rules.check_staff_change(activity.group_size, len(students), reason)
    wanted = {student.id for student in students}
    lock([*students, *(mate.enrollment for mate in group.mates)])
    for mate in group.mates:
        if mate.enrollment.id not in wanted:
            _set(group.row, mate.enrollment, State.REMOVED, reason)
    members = set(rules.members(group.places))
    for student in students:
        if student.id not in members:
            _take_out(student, activity, reason)
            _set(group.row, student, State.MEMBER, reason)
    return read_groups([group.row])[0]


def _take_out(student: Enrollment, activity: Activity, reason: str) -> None:
    before = group_of(student, activity)
    if before is not None:
        _set(before.row, student, State.REMOVED, reason)
