"""Whether a saving is still there after its first year (V4). Pure; amounts in minor units.

Source: the method, level V4: in the last three months of the year at least 80 % of the verified run-rate is realized.
Finance says so from its books; then a reviewer of the program confirms it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from lms.capstone.flows import kept_part
from lms.capstone.lines.rules.kinds import COUNTED, LineKind
from lms.capstone.lines.rules.worth import WINDOW_MONTHS, Line, run_rate
from lms.capstone.projects.rules import Outcome
from lms.capstone.savings.rules.kinds import EntryKind, Level
from lms.capstone.savings.rules.ledger import Attestation, Ledger, Posting
from lms.kernel.errors import RuleBroken
from lms.kernel.explain import Explained, FactRef, Step
from lms.kernel.money import BASIS_POINTS, MONTHS_A_YEAR, Money, hround
from lms.kernel.months import add_months
from lms.kernel.text import N_, say
from lms.kernel.units import Share

SUSTAINED_BP = 8000
"""A saving is sustained while at least 80 % of its verified run-rate is realized. Source: the method, level V4."""

SUSTAINED_MONTHS = 3
"""Judged over the last three months of the first year."""

SUSTAIN = "sustain"
"""The reason that marks finance's word that a saving lasts; the level follows when the program confirms it."""

LAPSE = "lapse"
"""The reason that marks a saving that did not last; its level stays, and what was realized stays."""


@dataclass(frozen=True, slots=True)
class AfterYear:
    """The last months of a line's first year. realized: those that finance has confirmed. due_on: when it is judged.

    expected: what these months bring at the verified run-rate; of a one-time saving, the whole of it.
    """

    currency: str
    months: tuple[date, ...]
    realized: Mapping[date, int]
    expected: Fraction
    due_on: date
    ended_after: int | None = None
    facts: tuple[FactRef, ...] = ()

    @property
    def missing(self) -> tuple[date, ...]:
        """The months that finance has not confirmed."""
        return tuple(month for month in self.months if month not in self.realized)

    @property
    def realized_minor(self) -> int:
        """What the confirmed months brought together."""
        return sum(self.realized[month] for month in self.months if month in self.realized)

    @property
    def share_bp(self) -> int | None:
        """Realized of expected; None where a cost or nothing was expected, which cannot lapse."""
        return hround(self.realized_minor * BASIS_POINTS / self.expected) if self.expected > 0 else None

    @property
    def is_kept(self) -> bool:
        """Whether enough was realized. A running cost is kept whatever it came to: it counts in full as it is."""
        return self.expected <= 0 or self.realized_minor * BASIS_POINTS >= self.expected * SUSTAINED_BP

    def check_due(self, today: date) -> None:
        """Raises RuleBroken before the year is over, without finance's months, or for a saving that was to end."""
        if self.ended_after is not None:
            message = N_("This saving was meant to end after %(months)s months, so there is nothing to sustain.")
            raise RuleBroken(message, months=self.ended_after)
        if today < self.due_on:
            raise RuleBroken(N_("The first year ends on %(day)s. Come back then."), day=self.due_on)
        if self.missing:
            message = N_("Confirm first what %(month)s brought.")
            raise RuleBroken(message, month=self.missing[0])

    def check_kept(self) -> None:
        """Raises RuleBroken where less than 80 % was realized: V4 is refused."""
        if not self.is_kept:
            raise RuleBroken(
                N_("%(realized)s of %(expected)s was realized in the last %(months)s months, less than %(share)s."),
                realized=Money(self.realized_minor, self.currency),
                expected=Money(hround(self.expected), self.currency),
                months=len(self.months),
                share=Share(SUSTAINED_BP),
            )

    @property
    def _each(self) -> list[Step]:
        return [
            Step(say(N_("%(month)s, confirmed by finance"), month=month), Money(self.realized[month], self.currency))
            for month in self.months
            if month in self.realized
        ]

    def explain_realized(self) -> Explained[Money]:
        """Why so much counts as realized in the last months of the year."""
        total = Money(self.realized_minor, self.currency)
        return Explained(
            total,
            say(N_("The last months of the first year that finance has confirmed; others count as nothing.")),
            say(N_("Capstone method, level V4: at least 80 % is still realized")),
            self.facts,
            (*self._each, Step(say(N_("Together")), total)),
        )

    def explain(self) -> Explained[Share | None]:
        """Why so much of it is still there."""
        share = None if self.share_bp is None else Share(self.share_bp)
        return Explained(
            share,
            say(N_("What the last months of the first year brought, of what they bring at the verified run-rate.")),
            say(N_("Capstone method, level V4: at least 80 % is still realized")),
            self.facts,
            (
                *self._each,
                Step(say(N_("Together")), Money(self.realized_minor, self.currency)),
                Step(say(N_("At the verified run-rate")), Money(hround(self.expected), self.currency)),
                Step(say(N_("Still realized")), share if share is not None else say(N_("n/a"))),
            ),
        )


def after_year(
    ledger: Ledger, line_id: int, version: Line, currency: str, facts: tuple[FactRef, ...] = ()
) -> AfterYear | None:
    """How a verified line stands after its first year; None if nothing of it is verified."""
    rows = ledger.line_rows(line_id, Level.VERIFIED)
    if not rows:
        return None
    periods = sorted({row.period for row in rows})
    months = tuple(periods[-SUSTAINED_MONTHS:])
    if version.kind is LineKind.ONE_TIME:
        expected = Fraction(sum(row.amount_minor for row in rows))
    else:
        yearly = run_rate(version) * kept_part(ledger, line_id, version, Level.VERIFIED)
        expected = Fraction(yearly * len(months), MONTHS_A_YEAR)
    ends = version.life_months if version.life_months and version.life_months < WINDOW_MONTHS else None
    return AfterYear(
        currency, months, _realized(ledger, line_id), expected, add_months(periods[0], WINDOW_MONTHS), ends, facts
    )


def _realized(ledger: Ledger, line_id: int) -> dict[date, int]:
    found: dict[date, int] = {}
    for posting in ledger.postings:
        if posting.kind is EntryKind.REALIZE and posting.line_id == line_id and ledger.stands(posting):
            for row in ledger.rows_of(posting.id):
                found[row.period] = found.get(row.period, 0) + row.amount_minor
    return found


def last_word(posting: Posting, decisions: Iterable[Attestation]) -> str | None:
    """SUSTAIN or LAPSE if that is the last that was said about a claim, else None."""
    said = [getattr(made, "reason", None) for made in decisions if made.posting_id == posting.id]
    return said[-1] if said and said[-1] in (SUSTAIN, LAPSE) else None


def open_word(level: Level, said: str | None, year: AfterYear) -> str | None:
    """What finance may still say of a saving whose first year is over: SUSTAIN, LAPSE, or None for nothing.

    said: what it said last, of `last_word`. Where months are missing, this is what those that are there allow.
    """
    if year.is_kept:
        return SUSTAIN if level is Level.REVIEWED and said != SUSTAIN else None
    return LAPSE if Level.VERIFIED <= level < Level.SUSTAINED and said != LAPSE else None


def outcome_of(ledger: Ledger) -> Outcome | None:
    """How a project ended, once each of its hard savings is sustained or has lapsed; None while one is open."""
    claims = [
        p
        for p in ledger.postings
        if p.kind is EntryKind.CLAIM
        and ledger.stands(p)
        and any(row.benefit_class in COUNTED for row in ledger.rows_of(p.id))
    ]
    lasting = [claim for claim in claims if ledger.states[claim.id].level is Level.SUSTAINED]
    lapsed = [claim for claim in claims if last_word(claim, ledger.decisions) == LAPSE]
    if not claims or len(lasting) + len(lapsed) < len(claims):
        return None
    if not lapsed:
        return Outcome.SUSTAINED
    return Outcome.PARTIAL if lasting else Outcome.LAPSED
