"""How the questions of a quiz did: difficulty, discrimination, what was answered. Exact; rounded where it is shown.

Counted is each student's first handed-in attempt that has points: a retake is no independent answer. Below `LEAST`
attempts nothing is said about a question.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from lms.hub.grading.rules import round_half_away
from lms.kernel.explain import Explained, Step
from lms.kernel.text import N_, say

LEAST = 5
PLACES = 2


@dataclass(frozen=True, slots=True)
class Marked:
    """One answer. points, possible: hundredths, of the question; rest: of the other questions of that attempt."""

    points: int
    possible: int
    rest: int
    rest_possible: int

    @property
    def share(self) -> Fraction:
        return Fraction(self.points, self.possible)

    @property
    def rest_share(self) -> Fraction:
        """0 where the question was the only one."""
        return Fraction(self.rest, self.rest_possible) if self.rest_possible else Fraction(0)


def marked(marks: Mapping[str, int], possible: Mapping[str, int], slot: str) -> Marked:
    """The answer in `slot` of an attempt with these points and these possible ones by slot."""
    return Marked(
        marks[slot],
        possible[slot],
        sum(marks.values()) - marks[slot],
        sum(points for code, points in possible.items() if code in marks) - possible[slot],
    )


def difficulty(answers: Sequence[Marked]) -> Fraction | None:
    """The mean share of the points; 1 is a question that everybody knows. None below `LEAST` answers."""
    if len(answers) < LEAST:
        return None
    return sum((one.share for one in answers), Fraction(0)) / len(answers)


def discrimination(answers: Sequence[Marked]) -> Decimal | None:
    """The correlation of the question's share with that of the rest of the quiz, from -1 to 1, to two decimals.

    For all-or-nothing questions this is the point-biserial correlation. None below `LEAST` answers, and where either
    side is the same for everybody.
    """
    if len(answers) < LEAST:
        return None
    together, item, rest = _sums(answers)
    if not item or not rest:
        return None
    squared = together * together / (item * rest)
    root = (Decimal(squared.numerator) / Decimal(squared.denominator)).sqrt()
    return round_half_away(Fraction(-root if together < 0 else root), PLACES)


def _sums(answers: Sequence[Marked]) -> tuple[Fraction, Fraction, Fraction]:
    """Sums of products and of squares of the deviations from the mean."""
    count = len(answers)
    item_mean = sum((one.share for one in answers), Fraction(0)) / count
    rest_mean = sum((one.rest_share for one in answers), Fraction(0)) / count
    pairs = [(one.share - item_mean, one.rest_share - rest_mean) for one in answers]
    zero = Fraction(0)
    return (
        sum((a * b for a, b in pairs), zero),
        sum((a * a for a, _ in pairs), zero),
        sum((b * b for _, b in pairs), zero),
    )


def explain_difficulty(answers: Sequence[Marked]) -> Explained[Fraction | None]:
    """`difficulty` with its steps."""
    value = difficulty(answers)
    return Explained(
        value,
        say(N_("The mean share of the points over all first attempts; nothing below %(least)s of them."), least=LEAST),
        say(N_("Classical item analysis")),
        steps=(
            Step(say(N_("first attempts")), len(answers)),
            Step(say(N_("sum of the shares")), _shown(sum((one.share for one in answers), Fraction(0)))),
            Step(say(N_("difficulty")), _shown(value)),
        ),
    )


def explain_discrimination(answers: Sequence[Marked]) -> Explained[Decimal | None]:
    """`discrimination` with its steps."""
    value = discrimination(answers)
    steps = [Step(say(N_("first attempts")), len(answers))]
    if len(answers) >= LEAST:
        together, item, rest = _sums(answers)
        steps += [
            Step(say(N_("sum of (share - mean) x (rest - mean)")), _shown(together)),
            Step(say(N_("sum of (share - mean) squared")), _shown(item)),
            Step(say(N_("sum of (rest - mean) squared")), _shown(rest)),
        ]
    return Explained(
        value,
        say(
            N_(
                "r = sum((x - mean x)(y - mean y)) / root(sum((x - mean x) squared) sum((y - mean y) squared)), x the "
                "share of this question, y that of the rest of the quiz. Nothing below %(least)s first attempts, or "
                "where one side is the same for all."
            ),
            least=LEAST,
        ),
        say(N_("Point-biserial correlation of a question with the rest of the quiz")),
        steps=(*steps, Step(say(N_("discrimination")), "\u2013" if value is None else value)),
    )


def _shown(value: Fraction | None) -> object:
    return "\u2013" if value is None else round_half_away(value, 4)


def distribution(answers: Iterable[str]) -> list[tuple[str, int]]:
    """How often each answer was given, the most frequent first."""
    counts: dict[str, int] = {}
    for one in answers:
        counts[one] = counts.get(one, 0) + 1
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
