"""Prior learning and rulings: asked for by the student, decided by the office, each with its reason."""

from typing import Annotated

from flask import request
from pydantic import Field, StringConstraints

from lms.api.kit import operation
from lms.api.shapes import NO_NUL, PublicId, Shape
from lms.hub.competencies.queries import find_credential
from lms.hub.credits.models import CreditRequest
from lms.hub.credits.queries import Asked, find_request, requests_of
from lms.hub.credits.rules import Outcome, RulingKind
from lms.hub.credits.services import ask_credit, decide_credit, rule_requirement
from lms.hub.enrollment.models import Enrollment
from lms.hub.enrollment.queries import enrollment_of, find_enrollment
from lms.kernel.db import session
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.web.proofs import is_proof_sent, judge_proof, sent_proof

FILE = "file"
Reason = Annotated[str, StringConstraints(max_length=2_000, pattern=NO_NUL)]
Node = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=NO_NUL)]


class CreditForm(Shape):
    """The text fields; a proof comes beside them as `file`. `requirement`: its `asks` in the tree."""

    requirement: Node
    words: Reason
    minutes: Annotated[str, StringConstraints(pattern=r"^[0-9]{0,6}$")] = ""
    credential: Annotated[str, StringConstraints(pattern=r"^([a-z2-7]{20})?$")] = Field(
        default="", description="Id of a credential of yours that proves it."
    )


class CreditDecisionIn(Shape):
    """`minutes`: how many are granted, for a requirement of minutes; null for all that was asked."""

    outcome: Outcome
    minutes: Annotated[int, Field(ge=1, le=999_999)] | None = None
    reason: Reason


class RulingIn(Shape):
    """`waived`: it is met whatever was done; `held`: it does not count for now; `lifted`: neither any more."""

    requirement: Node
    kind: RulingKind
    reason: Reason


class RulingOut(Shape):
    """A ruling that stands."""

    id: PublicId
    requirement: str
    kind: RulingKind


class CreditOut(Shape):
    """A request that prior learning counts. `outcome`: null while it waits. `minutes`: asked; `granted`: given."""

    id: str
    requirement: str
    minutes: int | None
    words: str
    outcome: str | None
    granted: int | None
    reason: str | None


class CreditsOut(Shape):
    """The last first."""

    items: list[CreditOut]


@operation("GET /enrollments/<public_id:enrollment>/credits", Action.CREDIT_READ, gives=CreditsOut)
def list_credits(actor: Actor, enrollment: str) -> CreditsOut:
    """What was asked for as prior learning, and what became of it."""
    asked = requests_of(find_enrollment(actor, enrollment, Action.CREDIT_READ))
    return CreditsOut(items=[_credit(one) for one in asked])


@operation(
    "POST /enrollments/<public_id:enrollment>/credits",
    Action.CREDIT_ASK,
    gives=CreditOut,
    form=CreditForm,
    status=201,
    prepare=judge_proof,
    prepare_if=is_proof_sent,
)
def ask_for_credit(actor: Actor, enrollment: str, form: CreditForm) -> CreditOut:
    """Ask that what you learned before counts. It needs a proof: a file, or a credential of yours."""
    found = find_enrollment(actor, enrollment, Action.CREDIT_ASK)
    if set(request.files) - {FILE} or len(request.files.getlist(FILE)) > 1:
        raise RuleBroken(N_("Send at most one file, as file."), field=FILE)
    credential = find_credential(actor, form.credential, Action.CREDENTIAL_ADD) if form.credential else None
    minutes = int(form.minutes) if form.minutes else None
    row = ask_credit(actor, found, form.requirement, minutes, form.words, sent_proof(), credential)
    return _shown(found, row)


@operation(
    "POST /credits/<public_id:credit_request>/decisions",
    Action.CREDIT_DECIDE,
    gives=CreditOut,
    body=CreditDecisionIn,
    status=201,
)
def decide_on_credit(actor: Actor, credit_request: str, body: CreditDecisionIn) -> CreditOut:
    """Grant in whole or part, decline, or take a grant back; the student reads the reason. 422 above the cap."""
    found = find_request(actor, credit_request, Action.CREDIT_DECIDE)
    minutes = found.minutes if body.minutes is None else body.minutes
    decide_credit(actor, found, body.outcome, minutes if body.outcome is Outcome.GRANTED else None, body.reason)
    return _shown(enrollment_of(found), found)


@operation(
    "POST /enrollments/<public_id:enrollment>/rulings",
    Action.REQUIREMENT_RULE,
    gives=RulingOut,
    body=RulingIn,
    status=201,
)
def rule_on_requirement(actor: Actor, enrollment: str, body: RulingIn) -> RulingOut:
    """Waive a requirement of one student, keep it from counting, or end either; the student reads the reason."""
    found = find_enrollment(actor, enrollment, Action.REQUIREMENT_RULE)
    row = rule_requirement(actor, found, body.requirement, body.kind, body.reason)
    session.flush()
    return RulingOut(id=row.public_id, requirement=row.node, kind=row.kind)


def _shown(enrollment: Enrollment, row: CreditRequest) -> CreditOut:
    session.flush()
    return _credit(next(one for one in requests_of(enrollment) if one.row.id == row.id))


def _credit(one: Asked) -> CreditOut:
    return CreditOut(
        id=one.row.public_id,
        requirement=one.row.node,
        minutes=one.row.minutes,
        words=one.words,
        outcome=one.outcome,
        granted=one.decision.minutes if one.decision else None,
        reason=one.reason or None,
    )
