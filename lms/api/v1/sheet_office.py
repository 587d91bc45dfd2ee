"""What an office does about week sheets: their times, reminders by hand, adjustments by two persons."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field, StringConstraints
from sqlalchemy import select

from lms.api.finding import find
from lms.api.kit import operation
from lms.api.shapes import AsOf, Day, Prose, PublicId, Shape
from lms.api.v1.hours import OF
from lms.hub.catalog.kinds import Kind
from lms.hub.cohorts.models import Cohort, SheetTerms
from lms.hub.enrollment.models import Enrollment
from lms.hub.enrollment.queries import find_enrollment
from lms.hub.hours.queries.adjustments import Proposed, find_proposal, proposals_of_week, proposals_waiting
from lms.hub.hours.queries.cohort import lines_of
from lms.hub.hours.rules.sheet import Terms
from lms.hub.hours.services.nudges import nudge_many
from lms.hub.hours.services.office import Correction, confirm_adjustment, decline_adjustment, propose_adjustment
from lms.hub.hours.services.terms import as_terms, set_terms, terms_of
from lms.kernel.db import session
from lms.kernel.memo import forget
from lms.people.access import Action, Actor
from lms.people.scope import scoped
from lms.web.language import tell

TERMS = "/cohorts/<public_id:cohort>/sheet-terms"


class TermsOut(Shape):
    """Due on `due_weekday` (0 is Monday) of the week after, `due_minute` after midnight; locked `grace_days` later.

    `auto_approves`: clean sheets with evidence for every hour are approved after 5 business days without a decision.
    `is_sound`: false means that the times make no sense, and every week is locked.
    """

    due_weekday: int
    due_minute: int
    grace_days: int
    auto_approves: bool
    is_sound: bool


class NewTerms(Shape):
    """The times from now on, for weeks that are open too."""

    due_weekday: int = Field(ge=0, le=6)
    due_minute: int = Field(ge=0, le=1439)
    grace_days: int = Field(ge=0, le=14)
    auto_approves: bool = False


class NewReminders(Shape):
    """Whom to remind of which week (its Monday)."""

    monday: Day
    enrollments: list[PublicId] = Field(min_length=1, max_length=200)


class RemindedOut(Shape):
    """What became of one. `left`: why nothing was sent; null if the letter is written."""

    enrollment: str
    left: str | None


class NudgesOut(Shape):
    """In the order of names; those that you may not see are not among them."""

    items: list[RemindedOut]


class NewProposal(Shape):
    """Signed minutes of one kind on one day of a closed week."""

    day: Day
    minutes: int = Field(ge=-(10**5), le=10**5)
    kind: Kind
    paid_by_firm: bool = False
    reason: Annotated[Prose, StringConstraints(min_length=1)]


class Refusal(Shape):
    """Why the adjustment is not made."""

    reason: Annotated[Prose, StringConstraints(min_length=1)]


class ProposalOut(Shape):
    """`state`: waiting, confirmed or declined. Confirmed minutes count from `decided_at` on."""

    id: str
    enrollment: str
    monday: date
    day: date
    minutes: int
    kind: str
    paid_by_firm: bool
    state: str
    reason: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str
    decided_at: datetime | None


class ProposalsOut(Shape):
    """Oldest first."""

    items: list[ProposalOut]


@operation(f"GET {TERMS}", Action.HOURS_TERMS, gives=TermsOut, query=AsOf)
def get_sheet_terms(actor: Actor, cohort: str, query: AsOf) -> TermsOut:
    """When the cohort's sheets are due and lock."""
    return _terms(terms_of(find(actor, Action.HOURS_TERMS, Cohort, cohort), query.as_of))


@operation(f"PUT {TERMS}", Action.HOURS_TERMS, gives=TermsOut, body=NewTerms)
def put_sheet_terms(actor: Actor, cohort: str, body: NewTerms) -> TermsOut:
    """Change them; what held before stays readable as of then."""
    terms = Terms(body.due_weekday, body.due_minute, body.grace_days)
    return _terms(set_terms(actor, find(actor, Action.HOURS_TERMS, Cohort, cohort), terms, body.auto_approves))


@operation("POST /cohorts/<public_id:cohort>/sheet-reminders", Action.HOURS_REMIND, gives=NudgesOut, body=NewReminders)
def post_sheet_reminders(actor: Actor, cohort: str, body: NewReminders) -> NudgesOut:
    """Have students reminded of a week that is missing, once a day each at most, and not in their quiet hours."""
    lines = lines_of(actor, find(actor, Action.HOURS_REMIND, Cohort, cohort), Action.HOURS_REMIND)
    wanted = [line.enrollment for line in lines if line.enrollment.public_id in set(body.enrollments)]
    done = nudge_many(actor, wanted, body.monday)
    left = [(one.enrollment.public_id, tell(one.broken.sentence) if one.broken else None) for one in done]
    return NudgesOut(items=[RemindedOut(enrollment=number, left=why) for number, why in left])


@operation(f"POST {OF}/adjustment-proposals", Action.HOURS_ADJUST, gives=ProposalOut, body=NewProposal, status=201)
def post_proposal(actor: Actor, enrollment: str, body: NewProposal) -> ProposalOut:
    """Propose minutes for a closed week; they count once a second person has confirmed them."""
    found = find_enrollment(actor, enrollment, Action.HOURS_ADJUST)
    correction = Correction(day=body.day, minutes=body.minutes, kind=body.kind, paid_by_firm=body.paid_by_firm)
    made = propose_adjustment(actor, found, correction, body.reason)
    return _one(found, made.monday, made.public_id)


@operation("GET /adjustment-proposals", Action.HOURS_ADJUST, gives=ProposalsOut)
def list_proposals(actor: Actor) -> ProposalsOut:
    """What waits for you as the second person."""
    return ProposalsOut(items=[_proposal(one) for one in proposals_waiting(actor)])


@operation(
    "POST /adjustment-proposals/<public_id:proposal>/confirmations", Action.HOURS_ADJUST, gives=ProposalOut, status=201
)
def post_confirmation(actor: Actor, proposal: str) -> ProposalOut:
    """Confirm it as the second person. 409 if somebody decided meanwhile."""
    found = find_proposal(actor, proposal)
    rows = confirm_adjustment(actor, found)
    session.flush()
    forget()
    return _one(_owner(actor, rows[0].enrollment_id), found.monday, proposal)


@operation(
    "POST /adjustment-proposals/<public_id:proposal>/refusals",
    Action.HOURS_ADJUST,
    gives=ProposalOut,
    body=Refusal,
    status=201,
)
def post_refusal(actor: Actor, proposal: str, body: Refusal) -> ProposalOut:
    """Decline it, or take back what you proposed yourself."""
    found = find_proposal(actor, proposal)
    decision = decline_adjustment(actor, found, body.reason)
    return _one(_owner(actor, decision.enrollment_id), found.monday, proposal)


def _owner(actor: Actor, number: int) -> Enrollment:
    statement = scoped(select(Enrollment), actor, Action.HOURS_ADJUST).where(Enrollment.id == number)
    return session.scalars(statement).one()


def _one(enrollment: Enrollment, monday: date, public_id: str) -> ProposalOut:
    found = proposals_of_week(enrollment, monday)
    return next(_proposal(one) for one in found if one.proposal.public_id == public_id)


def _proposal(one: Proposed) -> ProposalOut:
    row = one.proposal
    return ProposalOut(
        id=row.public_id,
        enrollment=one.enrollment.public_id,
        monday=row.monday,
        day=row.day,
        minutes=row.minutes,
        kind=row.kind,
        paid_by_firm=row.paid_by_firm,
        state=one.state,
        reason=one.reason,
        proposed_by=one.by,
        proposed_at=row.recorded_at,
        decided_by=one.decided_by,
        decided_at=one.decision.recorded_at if one.decision else None,
    )


def _terms(row: SheetTerms | None) -> TermsOut:
    terms = as_terms(row)
    return TermsOut(
        due_weekday=terms.due_weekday,
        due_minute=terms.due_minute,
        grace_days=terms.grace_days,
        auto_approves=bool(row and row.auto_approves),
        is_sound=terms.is_sound,
    )
