"""How far graders of an assessment that all sites share are from each other. Pure; marks are hundredths of points."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from lms.hub.grading.rules.statistics import median
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_

SAMPLES = 5  # product.md 8: the same five samples graded by all
FEWEST = 5  # students of a site below which nothing is said of it
WHOLE = ""  # the criterion of an activity without a rubric


@dataclass(frozen=True, slots=True)
class Given:
    """One grader's mark for one criterion of one sample."""

    grader: int
    sample: int
    criterion: str
    mark: int


@dataclass(frozen=True, slots=True)
class Drift:
    """How far from the middle of all graders, in parts of the criterion's points: mean, with its sign, and without.

    grader 0: of all graders, where only `spread` says something.
    """

    grader: int
    criterion: str
    lean: Fraction
    spread: Fraction
    marks: int


def check_samples(samples: Sequence[tuple[str, str]]) -> None:
    """Raises RuleBroken unless there are exactly five samples, each with a title and words to grade."""
    if len(samples) != SAMPLES or not all(title.strip() and text.strip() for title, text in samples):
        raise RuleBroken(N_("Give %(count)s samples, each with a title and its text."), field="samples", count=SAMPLES)


def drifts(given: Iterable[Given], possible: Mapping[str, int]) -> list[Drift]:
    """By criterion: each grader's, then that of all. The middle is the median of all graders' marks on a sample.

    possible: the points of each criterion. Who has not marked a sample takes no part in it.
    """
    marks: dict[tuple[int, str], list[int]] = {}
    rows = list(given)
    for one in rows:
        marks.setdefault((one.sample, one.criterion), []).append(one.mark)
    middle = {key: median([Fraction(mark) for mark in sorted(found)]) for key, found in marks.items()}
    apart: dict[tuple[str, int], list[Fraction]] = {}
    for one in rows:
        distance = Fraction(one.mark - (middle[one.sample, one.criterion] or Fraction(0))) / possible[one.criterion]
        apart.setdefault((one.criterion, one.grader), []).append(distance)
        apart.setdefault((one.criterion, 0), []).append(distance)
    return [
        Drift(
            grader,
            criterion,
            sum(found, Fraction(0)) / len(found),
            sum(map(abs, found), Fraction(0)) / len(found),
            len(found),
        )
        for (criterion, grader), found in sorted(apart.items(), key=lambda item: (item[0][0], item[0][1] == 0, item[0]))
    ]
