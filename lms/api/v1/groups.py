"""Working together on an activity: invitations and answers of students, groups formed and changed by staff.

Nothing here tells what anybody was given for it.
"""

from typing import Annotated

from pydantic import Field

from lms.api.kit import operation
from lms.api.shapes import Prose, PublicId, Shape
from lms.api.v1.activities import work_of
from lms.hub.coursework.groups.queries import (
    Group,
    choose_students,
    find_group,
    find_place,
    group_of,
    groups_in,
    invitations_to,
    read_groups,
)
from lms.hub.coursework.groups.rules import MOST, Answer
from lms.hub.coursework.groups.services import answer, change_group, form_group, invite
from lms.hub.coursework.models import Activity
from lms.hub.coursework.queries import Work
from lms.hub.enrollment.models import Enrollment
from lms.hub.grading.queries.marking import find_taught
from lms.kernel.db import session
from lms.people.access import Action, Actor

OWN = "/enrollments/<public_id:enrollment>/activities/<public_id:activity>/group"
TAUGHT = "/sections/<public_id:section>/activities/<public_id:activity>/groups"
MANAGE = Action.GROUP_MANAGE


class PlaceOut(Shape):
    """`id`: what an answer names. `state`: invited or member."""

    id: str
    enrollment: str
    name: str
    state: str


class GroupOut(Shape):
    """`handed_in`: how often. After the first time students cannot change it."""

    id: str
    places: list[PlaceOut]
    handed_in: int


class OwnGroupOut(Shape):
    """`size`: students who may hand in together; 1: everybody alone. `invitations` wait for an answer."""

    size: int
    group: GroupOut | None
    invitations: list[GroupOut]


class GroupsOut(Shape):
    """The first formed first."""

    items: list[GroupOut]


class InvitationIn(Shape):
    """Whom to invite: an enrollment of the same section."""

    enrollment: PublicId


class PlaceAnswerIn(Shape):
    """`withdraw` takes back an invitation of the own group; the others are about the own place."""

    answer: Annotated[Answer, Field(strict=False)]


class MembersIn(Shape):
    """Who is in the group from now on, and why; the reason is kept."""

    enrollments: Annotated[list[PublicId], Field(max_length=MOST)]
    reason: Prose


@operation(f"GET {OWN}", Action.SUBMISSION_READ, gives=OwnGroupOut)
def get_own_group(actor: Actor, enrollment: str, activity: str) -> OwnGroupOut:
    """With whom a student works on an activity, and which invitations wait."""
    return _own(*work_of(actor, enrollment, activity))


def _own(found: Enrollment, work: Work) -> OwnGroupOut:
    group = group_of(found, work.activity)
    return OwnGroupOut(
        size=work.activity.group_size,
        group=_out(group) if group else None,
        invitations=[_out(one) for one in invitations_to(found, work.activity)],
    )


@operation(f"POST {OWN}/invitations", Action.SUBMISSION_WRITE, gives=OwnGroupOut, body=InvitationIn, status=201)
def invite_to_group(actor: Actor, enrollment: str, activity: str, body: InvitationIn) -> OwnGroupOut:
    """Ask somebody of the same section to work together; the group begins with the first invitation."""
    found, work = work_of(actor, enrollment, activity)
    invite(actor, found, work, body.enrollment)
    return _own(found, work)


@operation("POST /group-places/<public_id:place>/answers", Action.SUBMISSION_WRITE, gives=GroupOut, body=PlaceAnswerIn)
def answer_invitation(actor: Actor, place: str, body: PlaceAnswerIn) -> GroupOut:
    """Accept, decline or withdraw an invitation, or leave the group before it has handed in."""
    found, group, enrollment = find_place(actor, place)
    activity = session.get_one(Activity, group.row.activity_id)
    answer(actor, enrollment, activity, group, found, body.answer)
    return _out(read_groups([group.row])[0])


@operation(f"GET {TAUGHT}", MANAGE, gives=GroupsOut)
def list_groups(actor: Actor, section: str, activity: str) -> GroupsOut:
    """The groups of a section."""
    return GroupsOut(items=[_out(one) for one in groups_in(*find_taught(actor, MANAGE, section, activity))])


@operation(f"POST {TAUGHT}", MANAGE, gives=GroupOut, body=MembersIn, status=201)
def put_group_together(actor: Actor, section: str, activity: str, body: MembersIn) -> GroupOut:
    """Put students of a section together; who was in another group is taken out of it."""
    found, work = find_taught(actor, MANAGE, section, activity)
    students = choose_students(found, work, body.enrollments)
    return _out(form_group(actor, found, work, students, body.reason))


@operation(f"PUT {TAUGHT}/<public_id:group>", MANAGE, gives=GroupOut, body=MembersIn)
def put_group_members(actor: Actor, section: str, activity: str, group: str, body: MembersIn) -> GroupOut:
    """Say who is in a group from now on. What was handed in stays with those who were in it then."""
    found, work = find_taught(actor, MANAGE, section, activity)
    students = choose_students(found, work, body.enrollments)
    return _out(change_group(actor, found, work, find_group(found, work, group), students, body.reason))


def _out(group: Group) -> GroupOut:
    places = [
        PlaceOut(
            id=mate.membership.public_id, enrollment=mate.enrollment.public_id, name=mate.name, state=mate.state.value
        )
        for mate in group.mates
    ]
    return GroupOut(id=group.row.public_id, places=places, handed_in=group.handed_in)
