"""Who may work with whom. A student belongs to one group of an activity at most; the first hand-in closes the door."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from lms.kernel.errors import RuleBroken, raise_all
from lms.kernel.text import N_

MOST = 12
MIN_REASON_CHARACTERS = 5


class State(StrEnum):
    """Where a student stands with a group."""

    INVITED = "invited"
    MEMBER = "member"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LEFT = "left"
    REMOVED = "removed"


class Answer(StrEnum):
    """What a student can do about an invitation or a membership."""

    ACCEPT = "accept"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    LEAVE = "leave"


BECOMES: Mapping[Answer, tuple[State, State]] = {
    Answer.ACCEPT: (State.INVITED, State.MEMBER),
    Answer.DECLINE: (State.INVITED, State.DECLINED),
    Answer.WITHDRAW: (State.INVITED, State.WITHDRAWN),
    Answer.LEAVE: (State.MEMBER, State.LEFT),
}
STATE_WORDS: Mapping[State, str] = {
    State.INVITED: N_("invited"),
    State.MEMBER: N_("in the group"),
    State.DECLINED: N_("declined"),
    State.WITHDRAWN: N_("invitation withdrawn"),
    State.LEFT: N_("left"),
    State.REMOVED: N_("taken out"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """One student's place in a group."""

    enrollment_id: int
    state: State


def members(places: Sequence[Place]) -> list[int]:
    """Whose work the group's is."""
    return [place.enrollment_id for place in places if place.state is State.MEMBER]


def taken(places: Sequence[Place]) -> int:
    """How many places of the group are taken, open invitations among them."""
    return sum(place.state in (State.MEMBER, State.INVITED) for place in places)


def check_is_group_work(size: int) -> None:
    """Raises RuleBroken where everybody works alone."""
    if size < 2:
        raise RuleBroken(N_("Everybody hands this activity in alone."))


def check_may_invite(
    size: int, places: Sequence[Place], other: int, *, is_in_another: bool, has_handed_in: bool
) -> None:
    """Whether a group may invite `other`. has_handed_in: the group, or the one who is invited."""
    check_is_group_work(size)
    if has_handed_in:
        raise RuleBroken(N_("Work has been handed in already, so the group stays as it is. Ask your instructor."))
    if any(place.enrollment_id == other and place.state in (State.MEMBER, State.INVITED) for place in places):
        raise RuleBroken(N_("This student is in your group or invited already."), field="student")
    if is_in_another:
        raise RuleBroken(N_("This student is in another group. Choose somebody else."), field="student")
    if max(taken(places), 1) >= size:
        message = N_("A group has at most %(size)s students, open invitations among them.")
        raise RuleBroken(message, field="student", size=size)


def check_answer(answer: Answer, state: State, *, is_own: bool, is_in_another: bool, has_handed_in: bool) -> State:
    """The state that `answer` leads to. is_own: the place is of the one who answers."""
    before, after = BECOMES[answer]
    if state is not before or is_own is (answer is Answer.WITHDRAW):
        raise RuleBroken(N_("This is no longer open. Load the page again to see how the group stands."))
    if answer is Answer.ACCEPT and is_in_another:
        raise RuleBroken(N_("You are in another group of this activity. Leave it first."))
    if answer in (Answer.ACCEPT, Answer.LEAVE) and has_handed_in:
        raise RuleBroken(N_("Work has been handed in already, so the group stays as it is. Ask your instructor."))
    return after


def check_staff_change(size: int, count: int, reason: str) -> None:
    """What holds when staff form or change a group of then `count` members."""
    check_is_group_work(size)
    broken = []
    if len(reason.strip()) < MIN_REASON_CHARACTERS:
        broken.append(RuleBroken(N_("Say in a few words why the group is changed."), field="reason"))
    if count > size:
        message = N_("A group has at most %(size)s students, open invitations among them.")
        broken.append(RuleBroken(message, field="students", size=size))
    raise_all(broken)


def next_attempt(attempts: Sequence[int]) -> int:
    """The number of a group's attempt: one that no member has used, also one who came from elsewhere."""
    return max(attempts, default=0) + 1


def follows(own: object, groups: object) -> bool:
    """Whether a member's score goes along with the group's: they had the same, or none."""
    return own == groups


def check_adjustment(reason: str, *, differs: bool) -> None:
    """One member's mark that is not the group's needs a reason."""
    if differs and len(reason.strip()) < MIN_REASON_CHARACTERS:
        raise RuleBroken(N_("Say why this student's mark is not the group's."), field="reason")
