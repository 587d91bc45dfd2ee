"""Requests for leave with their answers, and plans for the return with their signatures."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from lms.hub.enrollment.kinds import Signer
from lms.hub.enrollment.models import Enrollment, LeaveDecision, LeaveRequest, PlanSignature, ReturnPlan
from lms.hub.enrollment.queries import standing
from lms.hub.enrollment.rules import plans
from lms.kernel.db import session
from lms.kernel.errors import NotFound
from lms.kernel.facts import stands
from lms.kernel.prose import prose_of
from lms.people.access import Action, Actor
from lms.people.accounts.models import Person
from lms.people.scope import scoped, within


@dataclass(frozen=True, slots=True)
class Asked:
    """A request with its answer; decision None: it waits, or was taken back."""

    request: LeaveRequest
    words: str
    decision: LeaveDecision | None
    reason: str

    @property
    def is_waiting(self) -> bool:
        """Whether somebody has to decide it."""
        return self.decision is None and not self.request.is_taken_back


@dataclass(frozen=True, slots=True)
class SignedPlan:
    """The plan that was made last, with its signatures in the order given."""

    plan: ReturnPlan
    signatures: tuple[PlanSignature, ...]
    has_firm: bool

    @property
    def missing(self) -> tuple[Signer, ...]:
        """Who has still to sign."""
        return plans.missing({row.signer for row in self.signatures}, has_firm=self.has_firm)

    @property
    def holds(self) -> bool:
        """Whether everybody has signed."""
        return not self.missing


def requests_of(enrollment: Enrollment, as_of: datetime | None = None) -> list[Asked]:
    """Every request, the newest first. Four queries."""
    asked = standing(LeaveRequest, enrollment, as_of)
    decided = {row.leave_request_id: row for row in standing(LeaveDecision, enrollment, as_of)}
    reasons = prose_of(decided.values(), "reason")
    words = prose_of(asked, "words")
    found = []
    for row in asked:
        decision = decided.get(row.id)
        reason = reasons.get(decision.public_id, "") if decision else ""
        found.append(Asked(row, words.get(row.public_id, ""), decision, reason))
    return found[::-1]


def find_request(actor: Actor, public_id: str, action: Action) -> tuple[LeaveRequest, Enrollment]:
    """A request with its enrollment, if `actor` may do `action` to it. Raises NotFound. One query."""
    statement = select(LeaveRequest, Enrollment).join(Enrollment, Enrollment.id == LeaveRequest.enrollment_id)
    statement = statement.where(LeaveRequest.public_id == public_id)
    row = session.execute(scoped(statement, actor, action, on=LeaveRequest)).one_or_none()
    if row is None:
        raise NotFound()
    return row[0], row[1]


def waiting_requests(actor: Actor, as_of: datetime | None = None) -> list[tuple[LeaveRequest, Enrollment, str]]:
    """The requests that wait for `actor`'s decision, with the students' names, the oldest first. One query."""
    decided = select(LeaveDecision.leave_request_id).where(stands(LeaveDecision, as_of))
    statement = (
        select(LeaveRequest, Enrollment, Person.name)
        .join(Enrollment, Enrollment.id == LeaveRequest.enrollment_id)
        .join(Person, Person.id == Enrollment.person_id)
        .where(stands(LeaveRequest, as_of), LeaveRequest.is_taken_back.is_(False), LeaveRequest.id.not_in(decided))
        .order_by(LeaveRequest.id)
    )
    rows = session.execute(scoped(statement, actor, Action.LEAVE_DECIDE, on=LeaveRequest))
    return [(request, enrollment, name) for request, enrollment, name in rows]


def plan_of(enrollment: Enrollment, *, has_firm: bool, as_of: datetime | None = None) -> SignedPlan | None:
    """The plan that was made last; None without one. Two queries."""
    made = standing(ReturnPlan, enrollment, as_of)
    if not made:
        return None
    statement = select(PlanSignature).where(stands(PlanSignature, as_of)).order_by(PlanSignature.id)
    signed = session.scalars(within(statement, made[-1], on=PlanSignature)).all()
    return SignedPlan(made[-1], tuple(signed), has_firm)
