"""Why a line stands at what it does in its first year: each posting that counts, then their sum. Pure; minor units."""

from collections.abc import Mapping

from lms.capstone.savings.rules.kinds import EntryKind, Level
from lms.capstone.savings.rules.ledger import Ledger
from lms.kernel.explain import Explained, FactRef, Step
from lms.kernel.money import Money
from lms.kernel.text import N_, say

POSTED: Mapping[EntryKind, str] = {
    EntryKind.CLAIM: N_("Claimed, %(at)s"),
    EntryKind.AMEND: N_("Amended, %(at)s"),
    EntryKind.FINANCE_ADJUST: N_("Changed by finance, %(at)s"),
    EntryKind.REVERSE: N_("Cancelled, %(at)s"),
    EntryKind.FIRM_CEASED: N_("Taken back as the firm ceased, %(at)s"),
}

RULES: Mapping[Level, str] = {
    Level.DRAFT: N_("The months of the first year that the team has claimed, with every change that stands."),
    Level.REPORTED: N_("The months of the first year that the sponsor has reported, with every change that stands."),
    Level.VERIFIED: N_("The months of the first year that finance has verified, with every change that stands."),
    Level.REVIEWED: N_("The months of the first year that the program has reviewed, with every change that stands."),
    Level.SUSTAINED: N_("The months of the first year of savings that still last, with every change that stands."),
}


def explain_line(
    ledger: Ledger, line_id: int, level: Level, currency: str, facts: tuple[FactRef, ...] = ()
) -> Explained[Money]:
    """What one line brings in its first year at `level`. facts: of the line's postings and decisions."""
    found: dict[int, int] = {}
    for row in ledger.line_rows(line_id, level):
        found[row.posting_id] = found.get(row.posting_id, 0) + row.amount_minor
    steps = [
        Step(say(POSTED[posting.kind], at=posting.recorded_at), Money(found[posting.id], currency))
        for posting in ledger.postings
        if posting.id in found
    ]
    total = Money(sum(found.values()), currency)
    return Explained(
        total,
        rule=say(RULES[level]),
        source=say(N_("Phillips ROI Methodology, principles 3, 4 and 9")),
        facts=facts,
        steps=(*steps, Step(say(N_("First year")), total)),
    )
