"""Bare values in the shape of lines, postings, rows and decisions, and a small ledger to write them into."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from lms.capstone.lines.rules.kinds import (
    BenefitClass,
    CostKind,
    HoursProof,
    Isolation,
    LineKind,
    Payer,
    Stream,
)
from lms.capstone.lines.rules.worth import SCALE, schedule
from lms.capstone.savings.rules.kinds import Decision, EntryKind, Level
from lms.capstone.savings.rules.ledger import Ledger
from lms.capstone.savings.rules.rows import (
    NewRow,
    amendment_rows,
    ceased_rows,
    claim_rows,
    finance_rows,
    to_cease,
    waiting_amendments,
)

GO_LIVE = date(2026, 3, 1)
START = datetime(2026, 4, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Line:
    """A line of one unit a year, worth `minor`."""

    minor: int = 1_200_000
    benefit_class: BenefitClass = BenefitClass.HARD_PL
    kind: LineKind = LineKind.RECURRING
    stream: Stream = Stream.OTHER
    quantity_e4: int = SCALE
    margin_bp: int | None = None
    attribution_bp: int = 10_000
    confidence_bp: int = 10_000
    ramp_bp: tuple[int, ...] = ()
    life_months: int | None = None
    go_live: date | None = GO_LIVE
    isolation_method: Isolation | None = Isolation.TREND_LINE
    hours_proof: HoursProof | None = None

    @property
    def unit_value_e4(self):
        return self.minor * SCALE


@dataclass(frozen=True)
class Posting:
    id: int
    kind: EntryKind
    line_id: int | None
    version_id: int | None
    level: Level
    follows_id: int | None
    reason: str | None
    recorded_at: datetime


@dataclass(frozen=True)
class Row:
    posting_id: int
    period: date
    amount_minor: int
    benefit_class: BenefitClass | None = None
    cost_kind: CostKind | None = None
    payer: Payer | None = None


@dataclass(frozen=True)
class Made:
    posting_id: int
    decision: Decision
    level: Level
    recorded_at: datetime


@dataclass
class Book:
    """A ledger that is written to as the commands do; each write is one day after the one before."""

    postings: list = field(default_factory=list)
    rows: list = field(default_factory=list)
    decisions: list = field(default_factory=list)
    versions: dict = field(default_factory=dict)
    now: datetime = START

    @property
    def ledger(self):
        return Ledger(tuple(self.postings), tuple(self.rows), tuple(self.decisions))

    def post(self, kind, rows, *, line=None, version=None, level=Level.DRAFT, follows=None, reason=None):
        self.now += timedelta(days=1)
        posting = Posting(len(self.postings) + 1, kind, line, version, level, follows, reason, self.now)
        self.postings.append(posting)
        for row in rows:
            self.rows.append(Row(posting.id, row.period, row.amount_minor, row.benefit_class))
        return posting

    def decide(self, posting, decision, level=Level.DRAFT):
        self.now += timedelta(days=1)
        self.decisions.append(Made(posting.id, decision, level, self.now))

    def version(self, line):
        self.versions[len(self.versions) + 1] = line
        return len(self.versions)

    def claim(self, line_id, line, level=Level.DRAFT):
        rows = claim_rows(schedule(line), line.benefit_class)
        posting = self.post(EntryKind.CLAIM, rows, line=line_id, version=self.version(line))
        for reached in range(1, level + 1):
            self.decide(posting, Decision.ATTESTED, Level(reached))
        return posting

    def amend(self, line_id, line):
        for waiting in waiting_amendments(self.ledger, line_id):
            self.decide(waiting, Decision.SUPERSEDED)
        rows = amendment_rows(self.ledger, line_id, schedule(line), line.benefit_class)
        return self.post(EntryKind.AMEND, rows, line=line_id, version=self.version(line), level=Level.REPORTED)

    def verify(self, line_id, amount=None, reason=None):
        standing = self.ledger.claimed_postings(line_id)
        for posting in standing:
            if self.ledger.states[posting.id].level < Level.VERIFIED:
                self.decide(posting, Decision.ATTESTED, Level.VERIFIED)
        if amount is not None:
            rows = finance_rows(self.ledger, line_id, amount)
            if rows:
                self.post(
                    EntryKind.FINANCE_ADJUST,
                    rows,
                    line=line_id,
                    level=Level.VERIFIED,
                    follows=standing[-1].id,
                    reason=reason,
                )

    def reverse(self, posting):
        rows = [NewRow(r.period, r.benefit_class, -r.amount_minor) for r in self.ledger.rows_of(posting.id)]
        return self.post(EntryKind.REVERSE, rows, line=posting.line_id, level=posting.level, follows=posting.id)

    def cost(self, kind, minor, payer=Payer.FIRM):
        posting = self.post(EntryKind.COST, [])
        self.rows.append(Row(posting.id, GO_LIVE, minor, None, kind, payer))
        return posting

    def cease(self, last_month):
        ledger = self.ledger
        for posting in to_cease(ledger):
            rows = ceased_rows(ledger, posting, last_month)
            if rows:
                self.post(EntryKind.FIRM_CEASED, rows, line=posting.line_id, level=posting.level, follows=posting.id)


__all__ = ["GO_LIVE", "START", "Book", "Line", "replace"]
