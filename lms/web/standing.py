"""How pages word where a student stands: tones of states, names of ways, and the table for exports."""

from collections.abc import Iterator, Sequence
from typing import Any

from lms.capstone.standings import CohortLine
from lms.hub.standing.facts import HOW_NAMES, STATE_NAMES, State, Verdict
from lms.hub.standing.pace import PACE_NAMES, Pace
from lms.web.language import tell

STATE_TONES = {State.MET: "good", State.IN_PROGRESS: "info", State.MISSING: "muted"}
PACE_TONES = {Pace.ON_PACE: "good", Pace.WATCH: "warn", Pace.BEHIND: "bad"}
COLUMNS = ("student", "section", "requirement", "state", "counts_by", "reason")
WORDS: dict[str, Any] = {
    "state_names": STATE_NAMES,
    "state_tones": STATE_TONES,
    "how_names": HOW_NAMES,
    "pace_names": PACE_NAMES,
    "pace_tones": PACE_TONES,
}


def rows_of(lines: Sequence[CohortLine], *, only_missing: bool) -> Iterator[tuple[object, ...]]:
    """One row a student and leaf of the tree, for CSV and XLSX."""
    for line in lines:
        verdict = line.standing.verdict
        if verdict is None:
            continue
        for leaf in verdict.missing if only_missing else verdict.leaves:
            yield _row(line, leaf)


def _row(line: CohortLine, leaf: Verdict) -> tuple[object, ...]:
    section = line.member.section.name if line.member.section else ""
    return (line.member.person.name, section, leaf.need.title, leaf.state.value, leaf.how.value, tell(leaf.reason))
