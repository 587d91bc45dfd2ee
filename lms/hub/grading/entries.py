"""One cell of a gradebook: the score that stands, or why there is none, and its "why?"."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from fractions import Fraction
from typing import NamedTuple

from lms.hub.coursework.kinds import Counts
from lms.hub.coursework.models import Activity
from lms.hub.grading import rules
from lms.hub.grading.gradebook import Category, Cell
from lms.hub.grading.rules import LatePolicy, MissingPolicy, ScoreKind, Status
from lms.hub.grading.rules.policies import Grading, say_policy, say_source
from lms.kernel.explain import Explained, FactRef, Step
from lms.kernel.jsonrows import instant_in
from lms.kernel.text import N_, say

WHOLE = "all"


class Item(NamedTuple):
    """Columns of `Activity` as plain values, since a gradebook reads them for thousands of cells."""

    id: int
    public_id: str
    code: str
    title: str
    category: str
    points: int
    weight: int | None
    counts: Counts
    grace_minutes: int
    window_days: int

    @classmethod
    def of(cls, activity: Activity) -> "Item":
        """Of an activity that was read."""
        return cls(*(getattr(activity, name) for name in cls._fields))


class ScoreView(NamedTuple):
    """A score as the fold needs it. recorded: the instant as the database writes it, read only for a "why?".

    policy: the version it was given under, see `Score.policy_number`; read only for a "why?" too.
    """

    public_id: str
    attempt: int
    kind: ScoreKind
    points: int | None
    late_seconds: int
    recorded: str
    is_released: bool
    policy: int | None = None

    @property
    def ref(self) -> FactRef:
        """How an explanation points at it."""
        return FactRef("score", self.public_id, instant_in(self.recorded))


class Entry(NamedTuple):
    """One cell of a gradebook with what it was made from. submission_id: of the last attempt; None if nothing is in."""

    activity: Item
    cell: Cell
    score: ScoreView | None
    submission_id: str | None
    due_at: datetime | None


class Marker:
    """Makes the entries of one gradebook: the score that stands after lateness, or why there is none.

    at: now, or as of when. Cells are kept, because many students have the same points or nothing in yet.
    """

    def __init__(
        self, late: LatePolicy, missing: MissingPolicy, at: datetime, extra: frozenset[str] = frozenset()
    ) -> None:
        self.late, self.missing, self.at, self.extra = late, missing, at, extra
        self._blank: dict[tuple[int, datetime | None, bool], Cell] = {}
        self._scored: dict[tuple[int, int | None, int], Cell] = {}

    def entry(
        self, item: Item, scores: Sequence[ScoreView], submission_id: str | None, due_at: datetime | None
    ) -> Entry:
        """One cell. due_at None: not scheduled."""
        score = scores[0] if len(scores) == 1 else self._which(item, scores)
        if score is None:
            blank = (item.id, due_at, submission_id is not None)
            cell = self._blank.get(blank) or self._make_blank(blank, item)
        else:
            scored = (item.id, score.points, score.late_seconds)
            cell = self._scored.get(scored) or self._make_scored(scored, item, score)
        return Entry(item, cell, score, submission_id, due_at)

    def _which(self, item: Item, scores: Sequence[ScoreView]) -> ScoreView | None:
        return rules.which_stands(scores, item.counts, item.points, self.late) if scores else None

    def _make_scored(self, key: tuple[int, int | None, int], item: Item, score: ScoreView) -> Cell:
        status = rules.status_of(self.at, self.at, item.grace_minutes, self.missing, score.kind, is_in=True)
        self._scored[key] = self._cell(item, status, _plain(rules.counted_points(score, item.points, self.late)))
        return self._scored[key]

    def _make_blank(self, key: tuple[int, datetime | None, bool], item: Item) -> Cell:
        status = self._status(item, *key[1:])
        zero = Fraction(item.points * self.missing.counts_bp, rules.BP)
        self._blank[key] = self._cell(item, status, _plain(zero) if status is Status.ZERO else None)
        return self._blank[key]

    def _cell(self, item: Item, status: Status, earned: Fraction | int | None) -> Cell:
        is_extra = item.code in self.extra
        if is_extra and status is Status.ZERO:  # what can only add takes nothing where it is missing
            status, earned = Status.MISSING, None
        return Cell(item.public_id, item.category, item.points, status, earned, item.weight, is_extra)

    def _status(self, item: Item, due_at: datetime | None, is_in: bool) -> Status:
        if due_at is None:
            return Status.IN if is_in else Status.NOT_DUE
        return rules.status_of(self.at, due_at, item.grace_minutes, self.missing, None, is_in=is_in)


def _plain(points: Fraction | None) -> Fraction | int | None:
    """Whole hundredths as an int, with which a class is folded much faster."""
    return points.numerator if points is not None and points.denominator == 1 else points


def cells_of(categories: Sequence[Category], entries: Sequence[Entry]) -> list[Cell]:
    """The cells as the fold takes them: a course without categories of its own has one for everything."""
    if len(categories) == 1 and categories[0].code == WHOLE:
        plain = [entry.cell for entry in entries]
        return [Cell(c.activity, WHOLE, c.possible, c.status, c.earned, c.weight, c.is_extra) for c in plain]
    return [entry.cell for entry in entries]


def explain_entry(entry: Entry, grading: Grading) -> Explained[Fraction | None]:
    """Why one cell counts what it counts, by the policy that holds."""
    if entry.score is None or entry.score.points is None:
        return Explained(
            value=None if entry.cell.earned is None else Fraction(entry.cell.earned),
            rule=say(STATUS_RULES[entry.cell.status]),
            source=say(N_("Program policy, missing and exempt work")),
            facts=(entry.score.ref,) if entry.score else (),
        )
    found = rules.explain_score(
        entry.score.points, entry.activity.points, entry.score.late_seconds, grading.late, (entry.score.ref,)
    )
    given_under = Step(say(N_("policy when the points were given")), say_policy(entry.score.policy))
    return Explained(found.value, found.rule, say_source(grading.number), found.facts, (given_under, *found.steps))


def with_policies(found: Explained[Fraction | None], entries: Sequence[Entry], now: int) -> Explained[Fraction | None]:
    """The "why?" of a grade, saying first how many of its scores were given under another version of the policy.

    now: the version with which all of them are folded.
    """
    given_under = [entry.score.policy for entry in entries if entry.score is not None]
    others = sum(number is not None and number != now for number in given_under)
    if not others:
        return found
    step = Step(say(N_("scores given under another version of the policy; all are folded with this one")), others)
    return replace(found, steps=(step, *found.steps))


STATUS_RULES: Mapping[Status, str] = {
    Status.NOT_DUE: N_("This activity has no date in this cohort yet, so it does not count."),
    Status.OPEN: N_("It is not due yet, so it does not count."),
    Status.IN: N_("It was handed in and waits to be graded or released; it does not count yet."),
    Status.GRADED: N_("It counts with its points."),
    Status.EXEMPT: N_("This student is exempt from it, so it does not count."),
    Status.MISSING: N_("Nothing was handed in. It does not count as zero yet."),
    Status.ZERO: N_("Nothing was handed in, and the time in which it could be has passed."),
}
