"""Writing postings: numbered under the project's lock, chained, and followed by the project's summary row."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import select

from lms.capstone.lines.queries import versions_of
from lms.capstone.lines.rules.kinds import CostKind, Payer
from lms.capstone.projects.models import Project
from lms.capstone.projects.services import chain_name
from lms.capstone.savings.models import Posting, ProjectSummary, SavingsEntry, Verification
from lms.capstone.savings.queries import ledger_of, next_number
from lms.capstone.savings.rules.kinds import Decision, EntryKind, Level
from lms.capstone.savings.rules.rows import NewRow
from lms.capstone.savings.summary import summarize
from lms.kernel import chain
from lms.kernel.db import session
from lms.kernel.facts import Fact
from lms.kernel.prose import keep
from lms.people.scope import policy_day, within

REQUEST_KEY_LENGTH = 64


@dataclass(frozen=True, slots=True)
class NewCost:
    """A cost to be written. fx_*: how a foreign amount was converted."""

    period: date
    cost_kind: CostKind
    payer: Payer
    amount_minor: int
    enrollment_id: int | None = None
    fx_rate: str | None = None
    fx_on: date | None = None
    fx_source: str | None = None


class Scribe:
    """Writes facts of one command to one project's ledger; `done` chains them and brings the summary up to date.

    The caller holds the project's lock.
    """

    def __init__(self, project: Project) -> None:
        self.project = project
        self.facts: list[Fact] = []
        self.number = next_number(project)

    def post(
        self,
        kind: EntryKind,
        rows: Sequence[NewRow | NewCost],
        *,
        level: Level = Level.DRAFT,
        line_id: int | None = None,
        version_id: int | None = None,
        follows: Posting | None = None,
        reverses: bool = False,
        reason: str | None = None,
        effective_on: date | None = None,
        request_key: str | None = None,
        note: str = "",
    ) -> Posting:
        """A posting with one entry for each row. follows: what it cancels (`reverses`), adjusts or cuts."""
        posting = Posting(
            project_id=self.project.id,
            number=self.number,
            kind=kind,
            line_id=line_id,
            version_id=version_id,
            level=level,
            follows_id=follows.id if follows else None,
            reverses_id=follows.id if follows and reverses else None,
            reason=reason,
            effective_on=effective_on or policy_day(),
            request_key=request_key,
        )
        self.number += 1
        session.add(posting)
        session.flush()  # the entries need its number
        keep(posting, note=note)
        entries = [self._entry(posting, number, row) for number, row in enumerate(rows, 1)]
        session.add_all(entries)
        session.flush()
        self.facts += [posting, *entries]
        return posting

    def decide(
        self,
        posting: Posting,
        decision: Decision,
        level: Level,
        *,
        reason: str | None = None,
        amount_minor: int | None = None,
        is_owner_attested: bool = False,
        **texts: str,
    ) -> Verification:
        """A decision about a posting; texts: its prose."""
        made = Verification(
            posting_id=posting.id,
            project_id=self.project.id,
            decision=decision,
            level=level,
            reason=reason,
            amount_minor=amount_minor,
            is_owner_attested=is_owner_attested,
        )
        session.add(made)
        keep(made, **texts)
        self.facts.append(made)
        return made

    def done(self) -> None:
        """Chain what was written and rebuild the summary. Call it last."""
        chain.append(chain_name(self.project.id), *self.facts)
        refresh_summary(self.project)

    def _entry(self, posting: Posting, number: int, row: NewRow | NewCost) -> SavingsEntry:
        return SavingsEntry(
            posting_id=posting.id,
            project_id=self.project.id,
            number=number,
            currency=self.project.currency,
            **asdict(row),
        )


def refresh_summary(project: Project) -> ProjectSummary:
    """Fold the ledger anew into the project's summary row."""
    folded = summarize(ledger_of(project), versions_of([project]))
    row = session.scalar(within(select(ProjectSummary), project))
    if row is None:
        row = ProjectSummary(project_id=project.id, **asdict(folded))
        session.add(row)
    for name, value in asdict(folded).items():
        setattr(row, name, value)
    session.flush()
    return row
