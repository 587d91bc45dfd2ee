"""What is decided about scores: points from a rubric, lateness, what is missing, which score stands, what is shown.

Points are whole hundredths (`int`); what a policy makes of them is an exact Fraction of hundredths, rounded only when
shown. Rates are basis points.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from typing import Any, Protocol, TypeVar

from lms.hub.coursework.kinds import Counts, GradingMode
from lms.hub.coursework.rules import late_intervals
from lms.kernel.errors import NotAllowed, RuleBroken, raise_all
from lms.kernel.explain import Explained, FactRef, Step
from lms.kernel.text import N_, say

BP = 10_000
DAY_SECONDS = 86_400
MAX_POINTS = 100_000  # hundredths: 1,000 points in one activity
MIN_REASON_CHARACTERS = 5


class ScoreKind(StrEnum):
    """What a score says: points, an exemption of this student, or that nothing was given after all.

    What was taken back keeps its place in the line of scores, and is otherwise as if there were none.
    """

    POINTS = "points"
    EXEMPT = "exempt"
    TAKEN_BACK = "taken_back"


class Status(StrEnum):
    """What one cell of the gradebook is. Only `GRADED` and `ZERO` count; `ZERO` is a missing one whose policy fired."""

    NOT_DUE = "not_due"
    OPEN = "open"
    IN = "in"
    GRADED = "graded"
    EXEMPT = "exempt"
    MISSING = "missing"
    ZERO = "zero"

    __hash__ = str.__hash__  # a gradebook looks things up by these for thousands of cells


@dataclass(frozen=True, slots=True)
class LatePolicy:
    """What lateness costs: `rate_bp` of the possible points for each interval begun, never below `floor_bp` of them."""

    rate_bp: int = 1_000  # product.md D24: 10 percent a day, floor 50 percent
    interval_seconds: int = DAY_SECONDS
    floor_bp: int = 5_000


@dataclass(frozen=True, slots=True)
class MissingPolicy:
    """What nothing handed in counts as. after_days: days past the due date before it fires; None never does."""

    after_days: int | None = 14
    counts_bp: int = 0


class CriterionLike(Protocol):
    """A rubric's line: its code and the most points it can give, in hundredths."""

    @property
    def code(self) -> str: ...
    @property
    def points(self) -> int: ...


class ScoreLike(Protocol):
    """A stored score, by shape."""

    @property
    def attempt(self) -> int: ...
    @property
    def kind(self) -> ScoreKind: ...
    @property
    def points(self) -> int | None: ...
    @property
    def late_seconds(self) -> int: ...


ScoreT = TypeVar("ScoreT", bound=ScoreLike)


@dataclass(frozen=True, slots=True)
class Penalty:
    """What lateness took. points: what is left, in hundredths; deducted: what was taken; intervals: begun."""

    points: Fraction
    deducted: Fraction
    intervals: int
    by_rate: Fraction = field(default=Fraction(0))


def points_from_marks(criteria: Sequence[CriterionLike], marks: Mapping[str, int]) -> int:
    """The score in hundredths: the sum of one mark per criterion. marks: hundredths by criterion code.

    Raises RuleBroken, with everything found, for a mark that is missing, unknown, negative or above its criterion.
    """
    broken = []
    known = {criterion.code: criterion for criterion in criteria}
    for code in sorted(set(marks) - set(known)):
        message = N_("This rubric has no criterion %(code)s. Reload the page.")
        broken.append(RuleBroken(message, field=f"mark-{code}", code=code))
    for code, criterion in known.items():
        if code not in marks:
            message = N_("Give points for every criterion; %(code)s has none yet.")
            broken.append(RuleBroken(message, field=f"mark-{code}", code=code))
        elif not 0 <= marks[code] <= criterion.points:
            message = N_("Give between 0 and %(most)s points.")
            broken.append(RuleBroken(message, field=f"mark-{code}", most=shown_points(criterion.points)))
    raise_all(broken)
    return sum(marks.values())


def check_points(points: int | None, possible: int) -> int:
    """`points` for an activity without rubric, in hundredths. Raises RuleBroken outside 0 to `possible`; None too."""
    if points is None or not 0 <= points <= possible:
        message = N_("Give between 0 and %(most)s points.")
        raise RuleBroken(message, field="points", most=shown_points(possible))
    return points


def check_mode(points: int, possible: int, mode: GradingMode) -> None:
    """Raises RuleBroken for something between all and nothing where the activity is passed or not."""
    if mode is GradingMode.PASS and points not in (0, possible):
        message = N_("This activity is passed or not: give 0 or %(most)s points.")
        raise RuleBroken(message, field="points", most=shown_points(possible))


def late_policy(policy: Mapping[str, Any]) -> LatePolicy:
    """The late policy of a program version, from its stored policy; what it leaves out is the product's default."""
    standard = LatePolicy()
    return LatePolicy(
        rate_bp=policy.get("late_rate_bp", standard.rate_bp),
        interval_seconds=policy.get("late_interval_minutes", standard.interval_seconds // 60) * 60,
        floor_bp=policy.get("late_floor_bp", standard.floor_bp),
    )


def missing_policy(policy: Mapping[str, Any]) -> MissingPolicy:
    """The missing policy of a program version; one that does not say when never fires."""
    return MissingPolicy(policy.get("missing_after_days"), policy.get("missing_counts_bp", 0))


def check_rubric(criteria: Sequence[CriterionLike], possible: int) -> None:
    """Raises RuleBroken unless the criteria have codes of their own and come to exactly the activity's points."""
    codes = [criterion.code for criterion in criteria]
    if not codes or len(set(codes)) != len(codes):
        raise RuleBroken(N_("A rubric needs at least one criterion, each with a code of its own."), field="criteria")
    if any(criterion.points <= 0 for criterion in criteria):
        raise RuleBroken(N_("Every criterion needs points above 0."), field="criteria")
    total = sum(criterion.points for criterion in criteria)
    if total != possible:
        raise RuleBroken(
            N_("The criteria come to %(total)s points, the activity has %(possible)s. Make them equal."),
            field="criteria",
            total=shown_points(total),
            possible=shown_points(possible),
        )


@lru_cache(maxsize=4096)  # a class has few different scores, and a gradebook thousands of cells
def penalize(points: int, possible: int, late_seconds: int, policy: LatePolicy) -> Penalty:
    """What is left of `points` when the work came `late_seconds` late.

    intervals = ceil(late / interval); deducted = possible x min(rate x intervals, max(score% - floor%, 0)): a score
    already under the floor loses nothing. Source: product.md D24, the formula that Canvas publishes.
    """
    intervals = late_intervals(late_seconds, policy.interval_seconds)
    if not intervals or not possible:
        return Penalty(Fraction(points), Fraction(0), intervals)
    by_rate = Fraction(policy.rate_bp * intervals, BP)
    above_floor = max(Fraction(points, possible) - Fraction(policy.floor_bp, BP), Fraction(0))
    deducted = possible * min(by_rate, above_floor)
    return Penalty(points - deducted, deducted, intervals, by_rate)


def explain_score(
    points: int, possible: int, late_seconds: int, policy: LatePolicy, facts: tuple[FactRef, ...] = ()
) -> Explained[Fraction]:
    """`penalize` with its steps; the value is in hundredths of a point."""
    penalty = penalize(points, possible, late_seconds, policy)
    steps = [Step(say(N_("points given, of %(possible)s"), possible=shown_points(possible)), shown_points(points))]
    if penalty.intervals:
        steps.append(Step(say(N_("late, in hours and minutes")), shown_duration(late_seconds)))
        steps.append(Step(say(N_("late intervals begun")), penalty.intervals))
        steps.append(Step(say(N_("taken for lateness, in points")), -exact_points(penalty.deducted)))
    steps.append(Step(say(N_("points that count")), exact_points(penalty.points)))
    return Explained(
        value=penalty.points,
        rule=say(
            N_("Late work loses %(rate)s %% of the possible points for each interval begun, down to %(floor)s %%."),
            rate=Decimal(policy.rate_bp) / 100,
            floor=Decimal(policy.floor_bp) / 100,
        ),
        source=say(N_("Program policy, late work")),
        facts=facts,
        steps=tuple(steps),
    )


def missing_counts(now: datetime, due_at: datetime, grace_minutes: int, policy: MissingPolicy) -> bool:
    """True once nothing handed in counts as `policy.counts_bp`; until then it is missing but counts as nothing."""
    if policy.after_days is None:
        return False
    return now > due_at + timedelta(minutes=grace_minutes) + timedelta(days=policy.after_days)


def status_of(
    now: datetime, due_at: datetime, grace_minutes: int, policy: MissingPolicy, score: ScoreKind | None, *, is_in: bool
) -> Status:
    """What a cell is. score: kind of the score that the reader may see; is_in: something was handed in."""
    if score is not None:
        return Status.EXEMPT if score is ScoreKind.EXEMPT else Status.GRADED
    if is_in:
        return Status.IN
    if now <= due_at + timedelta(minutes=grace_minutes):
        return Status.OPEN
    return Status.ZERO if missing_counts(now, due_at, grace_minutes, policy) else Status.MISSING


def counted_points(score: ScoreLike, possible: int, policy: LatePolicy) -> Fraction | None:
    """What a score counts in hundredths after lateness; None for an exemption."""
    if score.kind is ScoreKind.EXEMPT or score.points is None:
        return None
    return penalize(score.points, possible, score.late_seconds, policy).points


def which_stands(scores: Iterable[ScoreT], counts: Counts, possible: int, policy: LatePolicy) -> ScoreT | None:
    """The one score that counts among those of a student's attempts; an exemption beats all; None if there is none.

    scores: one per attempt, none of them superseded. LATEST: the last attempt scored. HIGHEST: most points after
    lateness, of equal ones the earliest attempt.
    """
    found = sorted(scores, key=lambda score: score.attempt)
    if len(found) == 1:
        return found[0]
    exempt = next((score for score in found if score.kind is ScoreKind.EXEMPT), None)
    if exempt is not None or not found:
        return exempt
    if counts is Counts.LATEST:
        return found[-1]
    return max(found, key=lambda score: counted_points(score, possible, policy) or Fraction(0))


def is_released(released_at: datetime | None, as_of: datetime) -> bool:
    """True if the student could see the score at `as_of`."""
    return released_at is not None and released_at <= as_of


def check_change(reason: str, *, was_released: bool) -> None:
    """Raises RuleBroken for a change of a score that the student has seen, without a reason to tell them."""
    if was_released and len(reason.strip()) < MIN_REASON_CHARACTERS:
        message = N_("The student has already seen this score. Say why it changes; they will read it.")
        raise RuleBroken(message, field="reason")


def check_late_override(late_seconds: int | None, reason: str) -> None:
    """Raises RuleBroken for a lateness set by hand that is negative or has no reason. None: nothing was set."""
    if late_seconds is None:
        return
    if late_seconds < 0:
        raise RuleBroken(N_("Lateness cannot be negative."), field="late_hours")
    if len(reason.strip()) < MIN_REASON_CHARACTERS:
        raise RuleBroken(N_("Say why the lateness is set by hand."), field="late_reason")


def check_not_self(grader_id: int | None, student_id: int) -> None:
    """Raises NotAllowed if somebody would grade their own work, whatever roles they hold (P25)."""
    if grader_id == student_id:
        raise NotAllowed(N_("You cannot grade your own work."))


def round_half_away(value: Fraction | int, places: int) -> Decimal:
    """`value` with `places` decimals, halves away from zero. The only place where points and grades are rounded."""
    scaled = abs(Fraction(value)) * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(whole if value >= 0 else -whole).scaleb(-places)


def shown_points(hundredths: Fraction | int) -> Decimal:
    """Points as they are shown: two decimals."""
    return round_half_away(Fraction(hundredths) / 100, 2)


@lru_cache(maxsize=4096)  # as above
def exact_points(hundredths: Fraction | int) -> Decimal:
    """Points to the last decimal: policies in basis points leave at most six."""
    exact = round_half_away(Fraction(hundredths) / 100, 6)
    return exact.quantize(Decimal("0.01")) if exact == exact.quantize(Decimal("0.01")) else exact.normalize()


def shown_duration(seconds: int) -> str:
    """Hours and minutes as h:mm, a begun minute counting whole."""
    minutes = -(-seconds // 60)
    return f"{minutes // 60}:{minutes % 60:02d}"
