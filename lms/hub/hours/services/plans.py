"""The plan for the time after a leave: made by the coordinator from what is open, signed by three."""

from datetime import date

from sqlalchemy import select

from lms.hub.enrollment.kinds import Signer, Status
from lms.hub.enrollment.models import Enrollment, PlanSignature, ReturnPlan
from lms.hub.enrollment.queries import changes_of
from lms.hub.enrollment.queries.people import signers_at_firm
from lms.hub.enrollment.rules import latest
from lms.hub.enrollment.rules.plans import content_hash
from lms.hub.enrollment.services import end_leave
from lms.hub.hours.queries.rooms import account_of
from lms.kernel.db import session
from lms.kernel.errors import Conflict, NotAllowed, RuleBroken
from lms.kernel.memo import forget
from lms.kernel.text import N_
from lms.messages.services import notify
from lms.people.access import Action, Actor, Relation
from lms.people.anchors import anchor_of
from lms.people.commands import command
from lms.people.consent.models import RecordType
from lms.people.consent.queries import holding
from lms.people.scope import policy_day, within


@command(Action.LEAVE_DECIDE)
def plan_return(actor: Actor, enrollment: Enrollment, first_day_back: date, weekly_minutes: int) -> ReturnPlan:
    """The student is back on `first_day_back` and goes on at a new pace; everybody who signs is told.

    Ends a leave that still holds. A plan made earlier is replaced, with its signatures. Raises RuleBroken.
    """
    status = latest(changes_of(enrollment)[enrollment.id])
    if status not in (Status.ON_LEAVE, Status.ACTIVE):
        raise RuleBroken(
            N_("Only a student on leave, or just back from one, needs such a plan."), field="first_day_back"
        )
    if status is Status.ON_LEAVE:
        end_leave(actor, enrollment, first_day_back)
        forget()  # the weeks that open again
    found = account_of(enrollment)
    plan = found.finish(weekly_minutes, first_day_back).value
    if plan.done_on is None:
        raise RuleBroken(N_("At this pace there is no end in sight. Choose a faster one."), field="pace")
    before = session.scalars(within(select(ReturnPlan), enrollment).order_by(ReturnPlan.id.desc()).limit(1)).first()
    row = ReturnPlan(
        enrollment_id=enrollment.id,
        first_day_back=first_day_back,
        weekly_minutes=weekly_minutes,
        remaining_minutes=plan.open_minutes,
        finishes_on=plan.done_on,
        content_sha256=content_hash(
            enrollment.public_id, first_day_back, weekly_minutes, plan.open_minutes, plan.done_on
        ),
        supersedes_id=before.id if before else None,
    )
    session.add(row)
    session.flush()
    _tell(enrollment, row)
    return row


def _tell(enrollment: Enrollment, plan: ReturnPlan) -> None:
    """The student; and at the firm those who may know that there is a plan."""
    notify(enrollment.person_id, "plan-to-sign", plan.public_id, path="/student/enrollment")
    firm_id, people = signers_at_firm(enrollment)
    if firm_id is None or not holding([enrollment.id], firm_id, RecordType.PROGRESS, policy_day()):
        return
    for person_id in people:
        notify(person_id, "plan-to-sign", plan.public_id, path="/employer/employees")


@command(Action.PLAN_SIGN)
def sign_plan(actor: Actor, enrollment: Enrollment, plan: ReturnPlan, content_sha256: str) -> PlanSignature:
    """Sign as what one is to the student; signing twice gives the first signature.

    content_sha256: of what the signer saw. Raises Conflict for a plan that was replaced, NotAllowed where the student
    has not let the firm know of their progress.
    """
    newer = select(ReturnPlan.id).where(ReturnPlan.supersedes_id == plan.id)
    if plan.content_sha256 != content_sha256 or session.scalar(within(newer, enrollment, on=ReturnPlan)) is not None:
        raise Conflict(N_("The plan was changed meanwhile. Read it again before you sign."), yours=plan)
    signer, firm_id = _signer(actor, enrollment)
    signed = session.scalar(within(select(PlanSignature), plan, on=PlanSignature).where(PlanSignature.signer == signer))
    if signed is not None:
        return signed
    row = PlanSignature(
        enrollment_id=enrollment.id,
        return_plan_id=plan.id,
        signer=signer,
        firm_id=firm_id,
        content_sha256=content_sha256,
    )
    session.add(row)
    return row


def _signer(actor: Actor, enrollment: Enrollment) -> tuple[Signer, int | None]:
    """As what the actor signs; for a firm, which one. One person who is several signs as the first of these."""
    place = anchor_of(enrollment)
    if actor.places(Relation.STUDENT) & place.enrollments:
        return Signer.STUDENT, None
    if any(site == spot for site, _ in place.seats for spot in actor.places(Relation.COORDINATOR)):
        return Signer.COORDINATOR, None
    firm_id, _ = signers_at_firm(enrollment)
    if firm_id is None or not holding([enrollment.id], firm_id, RecordType.PROGRESS, policy_day()):
        raise NotAllowed()
    return Signer.FIRM, firm_id
