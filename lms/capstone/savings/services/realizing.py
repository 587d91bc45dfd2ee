"""Finance says what a verified saving really brought, month by month: entries beside the claim, never instead of it."""

from collections.abc import Mapping
from datetime import date

from lms.capstone.lines.models import BenefitLine
from lms.capstone.lines.services import project_of
from lms.capstone.projects.services import lock
from lms.capstone.savings.models import Posting
from lms.capstone.savings.queries import ledger_of, posting_by_key
from lms.capstone.savings.rules.kinds import EntryKind, Level
from lms.capstone.savings.rules.ledger import Ledger
from lms.capstone.savings.rules.realized import check_realized, is_over, realized_months
from lms.capstone.savings.rules.rows import NewRow
from lms.capstone.savings.services.claims import version_of
from lms.capstone.savings.services.posting import REQUEST_KEY_LENGTH, Scribe
from lms.capstone.savings.services.verifying import check_duties
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.people.commands import command
from lms.people.scope import policy_day


@command(Action.SAVINGS_REALIZE)
def realize(
    actor: Actor, line: BenefitLine, months: Mapping[date, int], comment: str = "", request_key: str | None = None
) -> Posting:
    """Confirm what months of `line` brought. months: by first day, in minor units; 0 is nothing, a gap is unknown.

    A month is confirmed once; a wrong posting is reversed and posted anew. Raises RuleBroken if the line is not
    verified, or for a month that is not its own, not over or confirmed already. A repeated `request_key` posts once.
    """
    project = project_of(line)
    lock(project)
    if request_key and (made := posting_by_key(project, request_key[:REQUEST_KEY_LENGTH])):
        return made
    ledger = ledger_of(project)
    claim = ledger.standing_claim(line.id)
    if not isinstance(claim, Posting) or not ledger.counts_at(claim, Level.VERIFIED):
        raise RuleBroken(N_("Finance verifies a saving first; then its months can be confirmed."))
    check_duties(actor, project, ledger, [claim.id])
    check_realized(months, claimed_months(ledger, line.id), realized_months(ledger, line.id), policy_day())
    benefit_class = version_of(claim).benefit_class
    rows = [NewRow(month, benefit_class, minor) for month, minor in sorted(months.items())]
    scribe = Scribe(project)
    posting = scribe.post(
        EntryKind.REALIZE,
        rows,
        level=Level.VERIFIED,
        line_id=line.id,
        version_id=claim.version_id,
        request_key=request_key[:REQUEST_KEY_LENGTH] if request_key else None,
        note=comment.strip(),
    )
    scribe.done()
    return posting


def claimed_months(ledger: Ledger, line_id: int) -> dict[date, int]:
    """The months of a line's first year, with what stands as verified for each."""
    found: dict[date, int] = {}
    for row in ledger.line_rows(line_id, Level.VERIFIED):
        found[row.period] = found.get(row.period, 0) + row.amount_minor
    return dict(sorted(found.items()))


def due_months(ledger: Ledger, line_id: int, today: date) -> dict[date, int]:
    """The months of a line that are over and wait to be confirmed, with what was verified for each."""
    done = realized_months(ledger, line_id)
    return {m: minor for m, minor in claimed_months(ledger, line_id).items() if is_over(m, today) and m not in done}
