"""A student asks for time away, the coordinator answers; a leave that was granted is made longer or shorter."""

from datetime import date

from sqlalchemy import select

from lms.hub.enrollment.kinds import LeaveKind
from lms.hub.enrollment.models import Enrollment, Leave, LeaveDecision, LeaveRequest
from lms.hub.enrollment.queries import changes_of, leaves_of, standing
from lms.hub.enrollment.queries.people import coordinators_of
from lms.hub.enrollment.rules import check_leave, latest
from lms.hub.enrollment.services import grant_leave
from lms.kernel.acting import acting_at
from lms.kernel.db import session
from lms.kernel.errors import Conflict, RuleBroken
from lms.kernel.prose import keep
from lms.kernel.text import N_
from lms.kernel.weeks import local_day
from lms.messages.services import notify
from lms.people.access import Action, Actor
from lms.people.commands import command
from lms.people.scope import within

WORDS_MOST = 2_000


@command(Action.LEAVE_ASK)
def ask_leave(
    actor: Actor, enrollment: Enrollment, kind: LeaveKind, from_day: date, to_day: date, words: str
) -> LeaveRequest:
    """Ask for time away, both days included; the coordinators of the site are told. Raises RuleBroken."""
    request = LeaveRequest(enrollment_id=enrollment.id, kind=kind, from_day=from_day, to_day=to_day)
    if len(words) > WORDS_MOST:
        raise RuleBroken(N_("Say it in at most %(most)s characters."), field="words", most=WORDS_MOST)
    if waiting_request(enrollment) is not None:
        raise RuleBroken(N_("You have asked already. Take that request back first."), field="from_day")
    check_leave(leaves_of(enrollment), request, latest(changes_of(enrollment).get(enrollment.id, ())))
    session.add(request)
    keep(request, words=words.strip())
    for person_id in coordinators_of(enrollment):
        notify(person_id, "leave-asked", request.public_id, first=from_day, last=to_day)
    return request


def waiting_request(enrollment: Enrollment) -> LeaveRequest | None:
    """The request that nobody has decided yet. Two statements."""
    decided = set(session.scalars(within(select(LeaveDecision.leave_request_id), enrollment, on=LeaveDecision)))
    asked = [row for row in standing(LeaveRequest, enrollment) if not row.is_taken_back and row.id not in decided]
    return asked[-1] if asked else None


@command(Action.LEAVE_ASK)
def take_back_request(actor: Actor, request: LeaveRequest, enrollment: Enrollment) -> LeaveRequest:
    """The student does not want the leave any more. Raises Conflict once it is decided."""
    _check_waits(enrollment, request)
    row = LeaveRequest(
        enrollment_id=request.enrollment_id,
        kind=request.kind,
        from_day=request.from_day,
        to_day=request.to_day,
        is_taken_back=True,
        supersedes_id=request.id,
    )
    session.add(row)
    return row


@command(Action.LEAVE_DECIDE)
def decide_leave(
    actor: Actor, enrollment: Enrollment, request: LeaveRequest, *, is_granted: bool, reason: str = ""
) -> LeaveDecision:
    """Grant or decline; declining needs a reason, which the student reads. Raises RuleBroken, Conflict."""
    _check_waits(enrollment, request)
    if not is_granted and not reason.strip():
        raise RuleBroken(N_("Say why, so that the student knows what else is possible."), field="reason")
    leave = None
    if is_granted:
        leave = grant_leave(actor, enrollment, request.kind, request.from_day, request.to_day, reason)
    decision = LeaveDecision(
        enrollment_id=enrollment.id, leave_request_id=request.id, leave_id=leave.id if leave else None
    )
    session.add(decision)
    keep(decision, reason=reason.strip())
    notify(enrollment.person_id, "leave-decided", decision.public_id)
    return decision


def _check_waits(enrollment: Enrollment, request: LeaveRequest) -> None:
    waiting = waiting_request(enrollment)
    if waiting is None or waiting.id != request.id:
        raise Conflict(N_("This request was decided or taken back meanwhile. Reload the page."), yours=request)


@command(Action.LEAVE_DECIDE)
def move_return(actor: Actor, enrollment: Enrollment, leave: Leave, to_day: date, reason: str) -> Leave:
    """Make a leave longer or shorter: `to_day` is its new last day. Raises RuleBroken, Conflict."""
    held = leaves_of(enrollment)
    if not any(row.id == leave.id for row in held):
        raise Conflict(N_("This leave was changed meanwhile. Reload the page."), yours=leave)
    if to_day < local_day(acting_at(), actor.zone):
        raise RuleBroken(N_("That day is past. If the student is back, record the return instead."), field="to_day")
    if not reason.strip():
        raise RuleBroken(N_("Say the reason in a few words; it stays with the student's record."), field="reason")
    moved = Leave(
        enrollment_id=enrollment.id,
        kind=leave.kind,
        from_day=leave.from_day,
        to_day=to_day,
        supersedes_id=leave.id,
    )
    others = [row for row in held if row.id != leave.id]
    check_leave(others, moved, latest(changes_of(enrollment).get(enrollment.id, ())))
    session.add(moved)
    keep(moved, note=reason.strip())
    notify(enrollment.person_id, "leave-decided", moved.public_id)
    return moved
