"""How a group stands: its people, its invitations, what it handed in."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, func, select

from lms.hub.cohorts.models import Section
from lms.hub.coursework.groups.models import GroupMembership, GroupSubmission, WorkGroup
from lms.hub.coursework.groups.rules import Place, State
from lms.hub.coursework.models import Activity, Submission
from lms.hub.enrollment.models import Enrollment, Placement, PlanUnit
from lms.kernel.db import session
from lms.kernel.errors import NotFound
from lms.kernel.facts import runs_on, stands
from lms.people.access import Action, Actor
from lms.people.accounts.models import Person
from lms.people.scope import policy_day, scoped, unscoped, within

OPEN = (State.INVITED, State.MEMBER)


@dataclass(frozen=True, slots=True)
class Mate:
    """One student's place in a group, by name."""

    membership: GroupMembership
    enrollment: Enrollment
    name: str

    @property
    def state(self) -> State:
        """Where the student stands with the group."""
        return self.membership.state


@dataclass(frozen=True, slots=True)
class Group:
    """A group with everybody who is in it or invited. handed_in: how often."""

    row: WorkGroup
    mates: tuple[Mate, ...]
    handed_in: int

    @property
    def members(self) -> tuple[Mate, ...]:
        """Those who are in it."""
        return tuple(mate for mate in self.mates if mate.state is State.MEMBER)

    @property
    def places(self) -> tuple[Place, ...]:
        """For the rules."""
        return tuple(Place(mate.enrollment.id, mate.state) for mate in self.mates)


def group_of(enrollment: Enrollment, activity: Activity) -> Group | None:
    """The group of `activity` that the student is in; None for nobody's. At most three queries."""
    found = _own(enrollment, activity, State.MEMBER)
    return read_groups(found)[0] if found else None


def invitations_to(enrollment: Enrollment, activity: Activity) -> list[Group]:
    """The groups that have invited the student and wait for an answer. At most three queries."""
    return read_groups(_own(enrollment, activity, State.INVITED))


def _own(enrollment: Enrollment, activity: Activity, state: State) -> list[WorkGroup]:
    statement = (
        select(WorkGroup)
        .join(GroupMembership, GroupMembership.work_group_id == WorkGroup.id)
        .where(WorkGroup.activity_id == activity.id, GroupMembership.state == state, stands(GroupMembership))
        .order_by(WorkGroup.id)
    )
    return list(session.scalars(within(statement, enrollment, on=GroupMembership)))


def read_groups(rows: Sequence[WorkGroup]) -> list[Group]:
    """Groups that were found, with their people. Two queries."""
    if not rows:
        return []
    people = (
        select(GroupMembership, Enrollment, Person.name)
        .join(Enrollment, Enrollment.id == GroupMembership.enrollment_id)
        .join(Person, Person.id == Enrollment.person_id)
        .where(GroupMembership.state.in_(OPEN), stands(GroupMembership))
        .order_by(Person.name, Enrollment.id)
    )
    mates: dict[int, list[Mate]] = {row.id: [] for row in rows}
    for membership, enrollment, name in session.execute(within(people, rows, on=GroupMembership)):
        mates[membership.work_group_id].append(Mate(membership, enrollment, name))
    counts = select(GroupSubmission.work_group_id, func.count()).group_by(GroupSubmission.work_group_id)
    handed_in = dict(session.execute(within(counts, rows, on=GroupSubmission)).all())
    return [Group(row, tuple(mates[row.id]), handed_in.get(row.id, 0)) for row in rows]


def find_place(actor: Actor, public_id: str) -> tuple[GroupMembership, Group, Enrollment]:
    """A place in a group with the group, and whose student answers: the actor's own, or that of the actor's group.

    Raises NotFound. Five queries at most.
    """
    named = unscoped(select(GroupMembership).where(GroupMembership.public_id == public_id), "judged just below")
    place = session.scalar(named.where(stands(GroupMembership)))
    if place is None:
        raise NotFound()
    mine = (
        select(Enrollment)
        .join(GroupMembership, GroupMembership.enrollment_id == Enrollment.id)
        .where(GroupMembership.work_group_id == place.work_group_id)
        .where(GroupMembership.state.in_(OPEN), stands(GroupMembership))
        .order_by((Enrollment.id == place.enrollment_id).desc())
    )
    own = session.scalars(scoped(mine, actor, Action.SUBMISSION_WRITE, on=Enrollment)).first()
    if own is None:
        raise NotFound()
    row = session.scalars(unscoped(select(WorkGroup).where(WorkGroup.id == place.work_group_id), "found")).one()
    return place, read_groups([row])[0], own


def list_free(section_id: int | None, activity: Activity) -> list[tuple[Enrollment, str]]:
    """Students of a section, by name, who have the activity in their plan and are in no group of it. One query."""
    statement = (
        select(Enrollment, Person.name)
        .join(Person, Person.id == Enrollment.person_id)
        .join(Placement, and_(Placement.enrollment_id == Enrollment.id, stands(Placement)))
        .where(Placement.section_id == section_id, runs_on(Placement, policy_day()), ~_is_member(activity))
        .where(_has_in_plan(activity))
        .order_by(Person.name, Enrollment.id)
    )
    why = "the students of a section that was found, for whoever forms a group in it"
    return [(enrollment, name) for enrollment, name in session.execute(unscoped(statement, why))]


def _is_member(activity: Activity) -> ColumnElement[bool]:
    return (
        select(GroupMembership.id)
        .join(WorkGroup, WorkGroup.id == GroupMembership.work_group_id)
        .where(WorkGroup.activity_id == activity.id, GroupMembership.enrollment_id == Enrollment.id)
        .where(GroupMembership.state == State.MEMBER, stands(GroupMembership))
        .exists()
    )


def _has_in_plan(activity: Activity) -> ColumnElement[bool]:
    planned = select(PlanUnit.id).where(
        PlanUnit.enrollment_id == Enrollment.id, PlanUnit.course_id == activity.course_id
    )
    return planned.where(stands(PlanUnit), PlanUnit.is_dropped.is_(False)).exists()


def groups_in(section: Section, activity: Activity) -> list[Group]:
    """Every group of a section that was found, the first formed first. Three queries."""
    statement = select(WorkGroup).where(WorkGroup.activity_id == activity.id).order_by(WorkGroup.id)
    return [group for group in read_groups(list(session.scalars(within(statement, section)))) if group.mates]


def choose_students(section: Section, activity: Activity, ids: Sequence[str]) -> list[Enrollment]:
    """Those with these public ids who are taught in the section. Raises NotFound for any other. Four queries."""
    here = {one.public_id: one for one, _ in list_free(section.id, activity)}
    here |= {mate.enrollment.public_id: mate.enrollment for one in groups_in(section, activity) for mate in one.members}
    if not set(ids) <= here.keys():
        raise NotFound()
    return [here[public_id] for public_id in dict.fromkeys(ids)]


def find_group(section: Section, activity: Activity, public_id: str) -> Group:
    """A group of a section that was found, for this activity. Raises NotFound. Three queries."""
    named = select(WorkGroup).where(WorkGroup.public_id == public_id, WorkGroup.activity_id == activity.id)
    row = session.scalar(within(named, section))
    if row is None:
        raise NotFound()
    return read_groups([row])[0]


@dataclass(frozen=True, slots=True)
class Share:
    """One member's part of what a group handed in."""

    submission: Submission
    name: str


def shares_of(submission: Submission) -> list[Share]:
    """Everybody's part of the hand-in that a submission which was found belongs to, by name. At most one query."""
    if submission.group_submission_id is None:
        return []
    statement = _shares().where(Submission.group_submission_id == submission.group_submission_id)
    rows = session.execute(unscoped(statement, "those who handed in together with one that was found"))
    return [Share(one, name) for one, name in rows]


def _shares() -> Select[Submission, str]:
    return (
        select(Submission, Person.name)
        .join(Enrollment, Enrollment.id == Submission.enrollment_id)
        .join(Person, Person.id == Enrollment.person_id)
        .order_by(Person.name, Submission.id)
    )
