"""What stands in a project's ledger, at which level of trust, as of when. Pure; amounts in minor units.

A posting is one command; its rows are one amount per month. A row counts at a level if its posting does:
claims when attested that far; amendments with their claim, a downward one at once; what follows another posting (a
reversal, finance's adjustment, the months after a firm ceased) wherever that one counts. So every figure is a sum of
stored rows, and leaving out what was recorded later gives the figure of any past moment.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Protocol

from lms.capstone.lines.rules.kinds import COUNTED, BenefitClass, CostKind, Payer
from lms.capstone.savings.rules.kinds import Decision, EntryKind, Level

CLAIMED = frozenset({EntryKind.CLAIM, EntryKind.AMEND})
"""Kinds whose rows say what the firm reports."""

FOLLOWING = frozenset({EntryKind.REVERSE, EntryKind.COST_REVERSE, EntryKind.FINANCE_ADJUST, EntryKind.FIRM_CEASED})
"""Kinds that count wherever the posting they follow does."""

CANCELLING = frozenset({EntryKind.REVERSE, EntryKind.COST_REVERSE})
PLANNED = frozenset({EntryKind.TARGET, EntryKind.FORECAST})
DEAD = frozenset({Decision.RETURNED, Decision.REJECTED, Decision.WITHDRAWN, Decision.SUPERSEDED})


class Posting(Protocol):
    """One command on the ledger. follows_id: the posting it cancels, adjusts or cuts; it counts where that one does."""

    @property
    def id(self) -> int: ...
    @property
    def kind(self) -> EntryKind: ...
    @property
    def line_id(self) -> int | None: ...
    @property
    def version_id(self) -> int | None: ...
    @property
    def level(self) -> Level: ...
    @property
    def follows_id(self) -> int | None: ...
    @property
    def reason(self) -> str | None: ...
    @property
    def recorded_at(self) -> datetime: ...


class Row(Protocol):
    """One savings entry: what a posting says about a month (wages: a week). A benefit has a class, a cost a payer."""

    @property
    def posting_id(self) -> int: ...
    @property
    def period(self) -> date: ...
    @property
    def amount_minor(self) -> int: ...
    @property
    def benefit_class(self) -> BenefitClass | None: ...
    @property
    def cost_kind(self) -> CostKind | None: ...
    @property
    def payer(self) -> Payer | None: ...


class Attestation(Protocol):
    """One decision about a posting."""

    @property
    def posting_id(self) -> int: ...
    @property
    def decision(self) -> Decision: ...
    @property
    def level(self) -> Level: ...
    @property
    def recorded_at(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class PostedCost:
    """One cost row with what it must have."""

    cost_kind: CostKind
    payer: Payer
    amount_minor: int
    period: date


@dataclass(frozen=True, slots=True)
class State:
    """Where a posting stands after the decisions about it: how far attested, and the last decision if any."""

    level: Level
    decision: Decision | None = None

    @property
    def is_alive(self) -> bool:
        """Whether it can count at all: not returned, rejected, withdrawn or superseded."""
        return self.decision not in DEAD


def state_of(posting: Posting, decisions: Iterable[Attestation]) -> State:
    """The state of `posting` after `decisions` (those about others are ignored), oldest first."""
    state = State(posting.level)
    for made in decisions:
        if made.posting_id != posting.id:
            continue
        if made.decision is Decision.ATTESTED:
            state = State(made.level, made.decision)
        elif made.decision is Decision.DISPUTED:
            state = State(min(state.level, Level.REPORTED), made.decision)
        else:
            state = State(Level.DRAFT, made.decision)
    return state


class Ledger:
    """A project's postings, rows and decisions, and every figure that can be folded from them.

    Each sequence is in order of recording. The rows of postings that are not given are not looked at.
    """

    def __init__(self, postings: Sequence[Posting], rows: Sequence[Row], decisions: Sequence[Attestation]) -> None:
        self.postings, self.rows, self.decisions = postings, rows, decisions
        self._by_id = {posting.id: posting for posting in postings}
        self._counts: dict[tuple[int, Level], bool] = {}

    def as_of(self, moment: datetime) -> "Ledger":
        """The ledger as it was known at `moment` (UTC, inclusive)."""
        postings = [posting for posting in self.postings if posting.recorded_at <= moment]
        known = {posting.id for posting in postings}
        rows = [row for row in self.rows if row.posting_id in known]
        return Ledger(postings, rows, [made for made in self.decisions if made.recorded_at <= moment])

    @cached_property
    def states(self) -> dict[int, State]:
        """Each posting's state by its id."""
        about: dict[int, list[Attestation]] = {}
        for made in self.decisions:
            about.setdefault(made.posting_id, []).append(made)
        return {posting.id: state_of(posting, about.get(posting.id, [])) for posting in self.postings}

    @cached_property
    def reversed_ids(self) -> frozenset[int]:
        """Postings that were cancelled as errors."""
        return frozenset(p.follows_id for p in self.postings if p.kind in CANCELLING and p.follows_id is not None)

    def counts_at(self, posting: Posting, level: Level) -> bool:
        """Whether the rows of a claim, of an amendment or of what follows one count at `level`."""
        key = posting.id, level
        if key not in self._counts:
            self._counts[key] = self._follows_at(posting, level) if posting.kind in FOLLOWING else self._claims_at(*key)
        return self._counts[key]

    def _follows_at(self, posting: Posting, level: Level) -> bool:
        followed = self._by_id.get(posting.follows_id or 0)
        if followed is None or (posting.kind is EntryKind.FINANCE_ADJUST and level < Level.VERIFIED):
            return False
        gone = posting.kind not in CANCELLING and followed.id in self.reversed_ids
        return not gone and self.counts_at(followed, level)

    def _claims_at(self, posting_id: int, level: Level) -> bool:
        posting, state = self._by_id[posting_id], self.states[posting_id]
        if posting.kind not in CLAIMED or not state.is_alive:
            return False
        if posting.kind is EntryKind.CLAIM:
            return state.level >= level
        claim = self.claim_of(posting)
        if claim is None or not self.counts_at(claim, level):
            return False
        return state.level >= level or (state.level >= Level.REPORTED and self.is_downward(posting))

    def claim_of(self, amendment: Posting) -> Posting | None:
        """The claim that an amendment changes: the newest one of its line before it, unless that was cancelled."""
        before = [p for p in self.postings if p.kind is EntryKind.CLAIM and p.line_id == amendment.line_id]
        found = [p for p in before if p.id < amendment.id]
        return found[-1] if found and found[-1].id not in self.reversed_ids else None

    def standing_claim(self, line_id: int) -> Posting | None:
        """The newest claim of a line that stands, at whatever level."""
        claims = [p for p in self.postings if p.kind is EntryKind.CLAIM and p.line_id == line_id and self.stands(p)]
        return claims[-1] if claims else None

    def claimed_postings(self, line_id: int) -> list[Posting]:
        """The standing claim of a line and the amendments to it that stand, oldest first."""
        claim = self.standing_claim(line_id)
        if claim is None:
            return []
        return [
            posting
            for posting in self.postings
            if posting.line_id == line_id
            and posting.kind in CLAIMED
            and self.stands(posting)
            and (posting is claim or self.claim_of(posting) is claim)
        ]

    def stands(self, posting: Posting) -> bool:
        """Whether a posting is neither dead by a decision nor cancelled."""
        return self.states[posting.id].is_alive and posting.id not in self.reversed_ids

    def is_downward(self, posting: Posting) -> bool:
        """Whether an amendment lowers the headline (or, leaving that alone, the total); such a one counts at once."""
        rows = self.rows_of(posting.id)
        headline = sum(row.amount_minor for row in rows if row.benefit_class in COUNTED)
        return headline < 0 or (headline == 0 and sum(row.amount_minor for row in rows) < 0)

    @cached_property
    def _rows_by_posting(self) -> dict[int, list[Row]]:
        found: dict[int, list[Row]] = {}
        for row in self.rows:
            found.setdefault(row.posting_id, []).append(row)
        return found

    def rows_of(self, posting_id: int) -> Sequence[Row]:
        """The rows that one posting wrote."""
        return self._rows_by_posting.get(posting_id, ())

    def benefit_rows(self, level: Level, where: Callable[[Posting], bool] = lambda _: True) -> list[Row]:
        """Every benefit row that counts at `level`, of any class; `where` narrows the postings."""
        return [
            row
            for posting in self.postings
            if where(posting) and self.counts_at(posting, level)
            for row in self.rows_of(posting.id)
            if row.benefit_class is not None
        ]

    def headline(self, level: Level) -> int:
        """First-year net benefit of the counted classes at `level`; dis-benefits are in it."""
        return sum(row.amount_minor for row in self.benefit_rows(level) if row.benefit_class in COUNTED)

    def headline_by_line(self, level: Level) -> dict[int, int]:
        """What of the headline each line brings; lines of which nothing counts are missing."""
        found: dict[int, int] = {}
        for posting in self.postings:
            rows = self.rows_of(posting.id) if self.counts_at(posting, level) else ()
            for row in rows:
                if row.benefit_class in COUNTED and posting.line_id is not None:
                    found[posting.line_id] = found.get(posting.line_id, 0) + row.amount_minor
        return found

    def by_class(self, level: Level) -> dict[BenefitClass, int]:
        """What each class sums to at `level`; classes without rows are missing."""
        found: dict[BenefitClass, int] = {}
        for row in self.benefit_rows(level):
            if row.benefit_class is not None:
                found[row.benefit_class] = found.get(row.benefit_class, 0) + row.amount_minor
        return found

    def months(self, level: Level) -> dict[date, int]:
        """The headline by month, oldest first."""
        found: dict[date, int] = {}
        for row in self.benefit_rows(level):
            if row.benefit_class in COUNTED:
                found[row.period] = found.get(row.period, 0) + row.amount_minor
        return dict(sorted(found.items()))

    def line_rows(self, line_id: int, level: Level) -> list[Row]:
        """The rows of one line that count at `level`."""
        return self.benefit_rows(level, lambda posting: posting.line_id == line_id)

    def version_at(self, line_id: int, level: Level) -> int | None:
        """The version of a line that its figure at `level` rests on; None if nothing of it counts there."""
        for posting in reversed(self.postings):
            claimed = posting.line_id == line_id and posting.kind in CLAIMED and posting.id not in self.reversed_ids
            if claimed and self.counts_at(posting, level):
                return posting.version_id
        return None

    def costs(self) -> list[PostedCost]:
        """Every cost row, cancelled ones with what cancels them; costs have no level."""
        kinds = (EntryKind.COST, EntryKind.COST_REVERSE)
        return [
            PostedCost(row.cost_kind, row.payer, row.amount_minor, row.period)
            for posting in self.postings
            if posting.kind in kinds
            for row in self.rows_of(posting.id)
            if row.cost_kind is not None and row.payer is not None
        ]

    def planned(self, kind: EntryKind) -> int:
        """What the newest target or forecast of each line sums to, in the counted classes."""
        newest = {posting.line_id: posting.id for posting in self.postings if posting.kind is kind}
        rows = [row for posting_id in newest.values() for row in self.rows_of(posting_id)]
        return sum(row.amount_minor for row in rows if row.benefit_class in COUNTED)
