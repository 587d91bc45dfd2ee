"""A benefit line as pages show it: what it is worth, where its claim stands, what was proposed since."""

from collections.abc import Sequence
from dataclasses import dataclass

from lms.capstone.lines.models import BenefitLine, LineVersion
from lms.capstone.lines.queries import newest
from lms.capstone.lines.rules.bands import Unusual, unusual
from lms.capstone.lines.rules.worth import adjusted, explain_adjusted, explain_gross
from lms.capstone.queries import ProjectFigures
from lms.capstone.savings.models import Posting
from lms.capstone.savings.queries import refs_of_line
from lms.capstone.savings.rules.explained import explain_line
from lms.capstone.savings.rules.kinds import Level
from lms.capstone.savings.rules.ledger import State
from lms.capstone.savings.rules.rows import waiting_amendments
from lms.kernel.explain import Explained
from lms.kernel.money import Money


@dataclass(frozen=True, slots=True)
class LineView:
    """A line with the version it rests on: the claimed one, else the newest draft.

    first_year: by level. proposed: amendments that the sponsor has not accepted yet.
    """

    line: BenefitLine
    version: LineVersion
    claim: Posting | None
    state: State | None
    first_year: dict[Level, Explained[Money]]
    proposed: Sequence[LineVersion]
    waits_for_finance: bool
    gross: Explained[Money]
    adjusted: Explained[Money]
    unusual: Sequence[Unusual]

    @property
    def level(self) -> Level:
        """How far its claim is attested; DRAFT before it is claimed."""
        return self.state.level if self.state else Level.DRAFT


def line_views(figures: ProjectFigures) -> list[LineView]:
    """The lines of a project that have a version."""
    return [view for line in figures.lines if (view := line_view(figures, line)) is not None]


def line_view(figures: ProjectFigures, line: BenefitLine) -> LineView | None:
    """One line; None while it has no version."""
    ledger, currency = figures.ledger, figures.project.currency
    claim = ledger.standing_claim(line.id)
    number = ledger.version_at(line.id, Level.DRAFT) if claim else None
    version = figures.versions[number] if number else newest(figures.versions.values(), line.id)
    if version is None:
        return None
    facts = refs_of_line(ledger, line.id)
    used = {posting.version_id for posting in ledger.postings}
    return LineView(
        line=line,
        version=version,
        claim=claim if isinstance(claim, Posting) else None,
        state=ledger.states[claim.id] if claim else None,
        first_year={level: explain_line(ledger, line.id, level, currency, facts) for level in Level},
        proposed=[v for v in figures.versions.values() if v.line_id == line.id and v.is_amendment and v.id not in used],
        waits_for_finance=bool(waiting_amendments(ledger, line.id)),
        gross=explain_gross(version, currency, (version.ref,)),
        adjusted=explain_adjusted(version, currency, (version.ref,)),
        unusual=unusual(version.stream, adjusted(version), currency),
    )
