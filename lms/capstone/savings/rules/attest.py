"""What may be done to a ledger: who may attest what, and when. Pure; amounts in minor units.

Separation of duties: whoever reports a saving does not verify it, and nobody of the team does either.
"""

from collections.abc import Collection
from datetime import date
from typing import Protocol

from lms.capstone.lines.rules.kinds import COUNTED, BenefitClass, Isolation
from lms.capstone.savings.rules.kinds import EntryKind, Level, Reason
from lms.capstone.savings.rules.ledger import CLAIMED, Ledger, Posting
from lms.kernel.errors import LoggedRefusal, RuleBroken, raise_all
from lms.kernel.money import Money
from lms.kernel.text import N_


class Proven(Protocol):
    """What a line version must carry before a sponsor may report it."""

    @property
    def benefit_class(self) -> BenefitClass: ...
    @property
    def isolation_method(self) -> Isolation | None: ...
    @property
    def go_live(self) -> date | None: ...


def check_claimable(version: Proven, today: date) -> None:
    """Raises RuleBroken on a claim before its go-live, or of a line that has no amount."""
    if version.benefit_class is BenefitClass.INTANGIBLE:
        raise RuleBroken(N_("An intangible benefit is rated, not claimed."), field="benefit_class")
    if version.go_live is None or version.go_live > today:
        raise RuleBroken(
            N_("A saving is claimed once the change is live. Enter the day it went live first."), field="go_live"
        )


def check_reportable(version: Proven, *, basis: str, evidence: int) -> None:
    """Raises RuleBroken if the basis, the isolation method or any evidence is missing; names all that are."""
    problems = []
    if not basis.strip():
        problems.append(RuleBroken(N_("How do you know? Describe how the amount was worked out."), field="basis"))
    if version.isolation_method is None:
        problems.append(
            RuleBroken(N_("How is the project's effect told from everything else? Choose a method."), field="isolation")
        )
    if evidence < 1:
        problems.append(RuleBroken(N_("Add at least one piece of evidence."), field="evidence"))
    raise_all(problems)


def check_verifier(actor_id: int, team_ids: Collection[int], reporter_ids: Collection[int]) -> None:
    """Raises LoggedRefusal, which is logged, if the person who verifies is in the team or reported the saving."""
    if actor_id in team_ids:
        raise LoggedRefusal(
            N_("You are in this project's team. Somebody else of your firm's finance has to verify it.")
        )
    if actor_id in reporter_ids:
        raise LoggedRefusal(N_("You reported this saving. Somebody else of your firm's finance has to verify it."))


def check_level(state_level: Level, wanted: Level) -> None:
    """Raises RuleBroken if a level would be skipped: first reported, then verified, then reviewed, then sustained."""
    if state_level >= wanted:
        raise RuleBroken(N_("This has been done already. Reload the page to see where it stands."))
    if state_level < wanted - 1:
        raise RuleBroken(
            N_("The sponsor has to report this saving first.")
            if wanted is Level.VERIFIED
            else N_("This saving has to pass the level before this one first.")
        )


def check_verified(
    amount: int, reported: int, benefit_class: BenefitClass, account: str, reason: Reason | None, currency: str
) -> None:
    """Raises RuleBroken for more than reported, for less without a reason, for a hard class without account."""
    if amount > reported:
        raise RuleBroken(
            N_("%(reported)s were reported. To verify more, ask the sponsor for an amendment first."),
            field="amount",
            reported=Money(reported, currency),
        )
    problems = []
    if benefit_class in COUNTED and not account.strip():
        problems.append(RuleBroken(N_("Which account or meter shows it? Write its number or name."), field="account"))
    if amount < reported and reason is None:
        message = N_("%(reported)s were reported. Choose why you verify less.")
        problems.append(RuleBroken(message, field="reason", reported=Money(reported, currency)))
    raise_all(problems)


def check_reversible(ledger: Ledger, posting: Posting) -> None:
    """Raises RuleBroken unless `posting` stands, is of a kind that can be reversed, and is the last of its line.

    A reversal is never reversed: what was cancelled in error is posted anew.
    """
    if posting.kind not in (*CLAIMED, EntryKind.COST, EntryKind.REALIZE):
        raise RuleBroken(N_("A %(kind)s entry is not reversed. Post it anew instead."), kind=posting.kind.value)
    if not ledger.stands(posting):
        raise RuleBroken(N_("This posting no longer stands, so there is nothing to reverse."))
    if posting.kind in CLAIMED and posting.line_id is not None:
        last = ledger.claimed_postings(posting.line_id)[-1]
        if last.id != posting.id:
            raise RuleBroken(N_("This line was amended later. Reverse its latest amendment first."))


def counts_for_program(period: date, withdrew_on: date | None, reattested: bool) -> bool:
    """Whether a month counts for the program: after a withdrawal only if the sponsor has attested attribution again."""
    return withdrew_on is None or reattested or period <= withdrew_on
