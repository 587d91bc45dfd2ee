"""Claims: what the team says a line saves, and what sponsor and finance of the firm decide about it."""

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from lms.api.kit import operation
from lms.api.shapes import Amount, Line, Prose, PublicId, Shape
from lms.api.v1.projects import PROJECT, level_name
from lms.capstone.lines.queries import find_line
from lms.capstone.projects.queries import find_project
from lms.capstone.savings.models import Posting
from lms.capstone.savings.queries import find_posting, ledger_of
from lms.capstone.savings.rules.kinds import EntryKind, Level, Reason
from lms.capstone.savings.rules.review import Check
from lms.capstone.savings.rules.rows import line_total
from lms.capstone.savings.rules.sustained import last_word
from lms.capstone.savings.services.claims import (
    line_of,
    project_of_posting,
    report,
    return_claim,
    submit_claim,
    withdraw_claim,
)
from lms.capstone.savings.services.reviewing import review
from lms.capstone.savings.services.sustaining import attest_sustained, confirm_sustained, state_lapsed
from lms.capstone.savings.services.verifying import dispute, verify
from lms.kernel.errors import NotFound
from lms.people.access import Action, Actor

CLAIM = "/claims/<public_id:claim>"
RequestKey = Annotated[str, StringConstraints(pattern=r"^[!-~]{1,64}$")]


class NewClaim(Shape):
    """`request_key`: drawn by you; sent again, it gives the claim that it made before."""

    line: PublicId
    request_key: RequestKey | None = Field(default=None)


class Said(Shape):
    """A decision with what you have to say about it."""

    comment: Prose = ""


class Withdrawal(Said):
    """Why it is taken back."""

    reason: Reason


class Attestation(Said):
    """What finance attests of the whole line in its first year.

    `amount`: less than was reported posts the difference with `reason`, which is needed only then. `account`: the
    account or meter that shows it; needed for hard classes. `is_owner_attested`: the owner attests, since the firm has
    no finance person.
    """

    amount: Amount
    account: Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")] = ""
    reason: Reason | None = None
    is_owner_attested: bool = False


class Review(Said):
    """Which questions were answered with yes; all of them have to be."""

    checklist: list[Check] = Field(max_length=20)


class ClaimOut(Shape):
    """A claim and how far it is attested, V0 to V4. `stands`: false once it was returned, withdrawn or reversed.

    `after_year`: "sustain" once finance has said that it lasts, "lapse" if it did not, else null.

    `claimed`, `reported`, `verified`: what its line brings in the first year at these levels, amendments included.
    """

    id: str
    number: int
    line: Line
    kind: str
    level: str
    decision: str | None
    stands: bool
    after_year: str | None
    claimed: Amount
    reported: Amount
    verified: Amount
    effective_on: date


@operation(f"POST {PROJECT}/claims", Action.CLAIM_SUBMIT, gives=ClaimOut, body=NewClaim, status=201)
def claim_line(actor: Actor, project: str, body: NewClaim) -> ClaimOut:
    """The team claims what the newest version of a line says, month by month; it waits for the sponsor."""
    found, line = find_project(actor, project), find_line(actor, body.line)
    if line.project_id != found.id:
        raise NotFound()
    return claim_out(submit_claim(actor, line, body.request_key))


@operation(f"GET {CLAIM}", Action.SAVINGS_READ, gives=ClaimOut)
def get_claim(actor: Actor, claim: str) -> ClaimOut:
    """Where a claim stands."""
    return claim_out(_claim(actor, claim))


@operation(f"POST {CLAIM}/reports", Action.SAVINGS_REPORT, gives=ClaimOut, body=Said)
def report_claim(actor: Actor, claim: str, body: Said) -> ClaimOut:
    """The sponsor reports it: our firm saves this (V1). Everything that is missing is named at once."""
    return claim_out(report(actor, _claim(actor, claim), body.comment))


@operation(f"POST {CLAIM}/returns", Action.SAVINGS_REPORT, gives=ClaimOut, body=Said)
def give_back_claim(actor: Actor, claim: str, body: Said) -> ClaimOut:
    """The sponsor gives it back to the team, with what to change."""
    return claim_out(return_claim(actor, _claim(actor, claim), body.comment))


@operation(f"POST {CLAIM}/withdrawals", Action.SAVINGS_REPORT, gives=ClaimOut, body=Withdrawal)
def take_back_claim(actor: Actor, claim: str, body: Withdrawal) -> ClaimOut:
    """The sponsor takes it back altogether: its months count at no level."""
    return claim_out(withdraw_claim(actor, _claim(actor, claim), body.reason, body.comment))


@operation(f"POST {CLAIM}/disputes", Action.SAVINGS_DISPUTE, gives=ClaimOut, body=Said)
def dispute_claim(actor: Actor, claim: str, body: Said) -> ClaimOut:
    """Sponsor or finance doubts it: it counts as reported at most until it is verified anew."""
    return claim_out(dispute(actor, _claim(actor, claim), body.comment))


@operation(f"POST {CLAIM}/verifications", Action.SAVINGS_VERIFY, gives=ClaimOut, body=Attestation)
def verify_claim(actor: Actor, claim: str, body: Attestation) -> ClaimOut:
    """Finance attests it (V2), all of it or less with a reason. Needs a fresh token: `POST /me/sign-in-again`.

    Refused, and logged, for a member of the team and for whoever reported it.
    """
    found = _claim(actor, claim)
    verify(
        actor,
        found,
        body.amount.minor_in(project_of_posting(found).currency, "amount"),
        body.account,
        reason=body.reason,
        comment=body.comment,
        is_owner_attested=body.is_owner_attested,
    )
    return claim_out(found)


@operation(f"POST {CLAIM}/reviews", Action.SAVINGS_REVIEW, gives=ClaimOut, body=Review)
def review_claim(actor: Actor, claim: str, body: Review) -> ClaimOut:
    """A reviewer of the program finds a verified claim in order (V3); a large or unusual one takes two persons."""
    return claim_out(review(actor, _claim(actor, claim), body.checklist, body.comment))


@operation(f"POST {CLAIM}/sustained", Action.SAVINGS_VERIFY, gives=ClaimOut, body=Said)
def say_sustained(actor: Actor, claim: str, body: Said) -> ClaimOut:
    """After the first year finance says that it lasts; refused under 80 % realized. Needs a fresh token."""
    return claim_out(attest_sustained(actor, _claim(actor, claim), body.comment))


@operation(f"POST {CLAIM}/lapses", Action.SAVINGS_VERIFY, gives=ClaimOut, body=Said)
def say_lapsed(actor: Actor, claim: str, body: Said) -> ClaimOut:
    """After the first year finance states that it did not last; what was realized stays. Needs a fresh token."""
    return claim_out(state_lapsed(actor, _claim(actor, claim), body.comment))


@operation(f"POST {CLAIM}/confirmations", Action.SAVINGS_REVIEW, gives=ClaimOut, body=Said)
def confirm_claim(actor: Actor, claim: str, body: Said) -> ClaimOut:
    """A reviewer of the program confirms that it lasts, once finance has said so (V4)."""
    return claim_out(confirm_sustained(actor, _claim(actor, claim), body.comment))


def _claim(actor: Actor, public_id: str) -> Posting:
    """A claim that the actor may read. Raises NotFound for postings of another kind."""
    found = find_posting(actor, public_id)
    if found.kind is not EntryKind.CLAIM:
        raise NotFound()
    return found


def claim_out(posting: Posting) -> ClaimOut:
    """A claim as the API gives it."""
    project, line = project_of_posting(posting), line_of(posting)
    ledger = ledger_of(project)
    state = ledger.states[posting.id]
    claimed, reported, verified = (
        Amount.of(line_total(ledger, line.id, level), project.currency)
        for level in (Level.DRAFT, Level.REPORTED, Level.VERIFIED)
    )
    return ClaimOut(
        id=posting.public_id,
        number=posting.number,
        line=line.public_id,
        kind=posting.kind,
        level=level_name(state.level),
        decision=state.decision,
        stands=ledger.stands(posting),
        after_year=last_word(posting, ledger.decisions),
        claimed=claimed,
        reported=reported,
        verified=verified,
        effective_on=posting.effective_on,
    )
