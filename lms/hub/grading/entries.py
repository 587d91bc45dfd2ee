"""One cell of a gradebook: the score that stands, or why there is none, and its "why?"."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from lms.hub.coursework.models import Activity
from lms.hub.grading import rules
from lms.hub.grading.gradebook import Category, Cell
from lms.hub.grading.rules import LatePolicy, MissingPolicy, ScoreKind, Status
from lms.kernel.explain import Explained, FactRef
from lms.kernel.text import N_, say

WHOLE = "all"


@dataclass(frozen=True, slots=True)
class ScoreView:
    """A score as the fold needs it."""

    public_id: str
    attempt: int
    kind: ScoreKind
    points: int | None
    late_seconds: int
    recorded_at: datetime
    is_released: bool

    @property
    def ref(self) -> FactRef:
        """How an explanation points at it."""
        return FactRef("score", self.public_id, self.recorded_at)


@dataclass(frozen=True, slots=True)
class Entry:
    """One cell of a gradebook with what it was made from. submission_id: of the last attempt; None if nothing is in."""

    activity: Activity
    cell: Cell
    score: ScoreView | None
    submission_id: str | None
    due_at: datetime | None


def entry_of(
    activity: Activity,
    scores: Sequence[ScoreView],
    submission_id: str | None,
    due_at: datetime | None,
    late: LatePolicy,
    missing: MissingPolicy,
    at: datetime,
) -> Entry:
    """One cell: the score that stands after lateness, or why there is none.

    due_at None: not scheduled. at: now, or as of when.
    """
    score = rules.which_stands(scores, activity.counts, activity.points, late)
    if due_at is None and score is None:
        status = Status.IN if submission_id else Status.NOT_DUE
    else:
        status = rules.status_of(
            at,
            due_at or at,
            activity.grace_minutes,
            missing,
            score.kind if score else None,
            is_in=submission_id is not None,
        )
    earned: Fraction | None = None
    if score is not None:
        earned = rules.counted_points(score, activity.points, late)
    elif status is Status.ZERO:
        earned = Fraction(activity.points * missing.counts_bp, rules.BP)
    cell = Cell(activity.public_id, activity.category, activity.points, status, earned, activity.weight)
    return Entry(activity, cell, score, submission_id, due_at)


def cells_of(categories: Sequence[Category], entries: Sequence[Entry]) -> list[Cell]:
    """The cells as the fold takes them: a course without categories of its own has one for everything."""
    if len(categories) == 1 and categories[0].code == WHOLE:
        plain = [entry.cell for entry in entries]
        return [Cell(c.activity, WHOLE, c.possible, c.status, c.earned, c.weight) for c in plain]
    return [entry.cell for entry in entries]


def explain_entry(entry: Entry, late: LatePolicy) -> Explained[Fraction | None]:
    """Why one cell counts what it counts."""
    if entry.score is None or entry.score.points is None:
        return Explained(
            value=entry.cell.earned,
            rule=say(STATUS_RULES[entry.cell.status]),
            source=say(N_("Program policy, missing and exempt work")),
            facts=(entry.score.ref,) if entry.score else (),
        )
    found = rules.explain_score(
        entry.score.points, entry.activity.points, entry.score.late_seconds, late, (entry.score.ref,)
    )
    return Explained(found.value, found.rule, found.source, found.facts, found.steps)


STATUS_RULES: Mapping[Status, str] = {
    Status.NOT_DUE: N_("This activity has no date in this cohort yet, so it does not count."),
    Status.OPEN: N_("It is not due yet, so it does not count."),
    Status.IN: N_("It was handed in and waits to be graded or released; it does not count yet."),
    Status.GRADED: N_("It counts with its points."),
    Status.EXEMPT: N_("This student is exempt from it, so it does not count."),
    Status.MISSING: N_("Nothing was handed in. It does not count as zero yet."),
    Status.ZERO: N_("Nothing was handed in, and the time in which it could be has passed."),
}
