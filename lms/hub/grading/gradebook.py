"""Folds scores into a course grade: categories and weights, what is dropped, what does not count yet. Pure.

A grade is an exact Fraction (1 is everything), None while nothing counts; it is rounded once, when shown (one decimal
of a percent) or frozen (hundredths of a percent). Pass marks compare it unrounded. Sources: product.md D24, D25.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import NamedTuple

from lms.hub.grading.rules import BP, Status, exact_points, round_half_away, shown_points
from lms.kernel.errors import RuleBroken
from lms.kernel.explain import Explained, FactRef, Step
from lms.kernel.text import N_, Sentence, say

COUNTED = frozenset({Status.GRADED, Status.ZERO})
PROGRAM = say(N_("Program policy, grading"))


@dataclass(frozen=True, slots=True)
class Category:
    """A group of activities. drop_lowest and keep_highest (None: all) exclude each other.

    is_extra: extra credit, its weight comes on top of the others' 100 percent.
    """

    code: str
    title: str
    weight_bp: int
    drop_lowest: int = 0
    keep_highest: int | None = None
    is_extra: bool = False


class Cell(NamedTuple):
    """One student's one activity. earned: hundredths after lateness, exact; None where nothing was given.

    possible: hundredths. status says whether it counts; a `ZERO` counts with what the missing policy gives.
    weight: beside the others of its category; None counts by its points. is_extra: it gains and costs nothing.
    """

    activity: str
    category: str
    possible: int
    status: Status
    earned: Fraction | int | None = None
    weight: int | None = None
    is_extra: bool = False

    @property
    def worth(self) -> Fraction:
        """What it counts at most: its weight, or its points."""
        return Fraction(self.possible, 100) if self.weight is None else Fraction(self.weight)

    @property
    def gained(self) -> Fraction:
        """What it counts: its part of `worth`."""
        return self.worth * (self.earned or 0) / self.possible


@dataclass(frozen=True, slots=True)
class CategoryGrade:
    """One category's part: what counted, what was dropped, and the quotient of the sums.

    gained, worth: hundredths of points or weights, both times `scale`, so that they are whole but for extra work.
    """

    category: Category
    counted: tuple[Cell, ...]
    dropped: tuple[Cell, ...]
    gained: Fraction | int
    worth: int
    scale: int

    @property
    def grade(self) -> Fraction | None:
        """None while nothing counts."""
        return Fraction(self.gained, self.worth) if self.worth else None


@dataclass(frozen=True, slots=True)
class CourseGrade:
    """The folded grade and the parts it was folded from."""

    grade: Fraction | None
    parts: tuple[CategoryGrade, ...]
    weight_bp: int


def check_categories(categories: Sequence[Category]) -> None:
    """Raises RuleBroken unless weights come to 100 percent and no category both drops and keeps."""
    codes = [category.code for category in categories]
    if not codes or len(set(codes)) != len(codes):
        raise RuleBroken(N_("Every category needs a code of its own."), field="categories")
    for category in categories:
        if category.drop_lowest and category.keep_highest is not None:
            message = N_("%(title)s cannot both drop the lowest and keep the highest. Choose one.")
            raise RuleBroken(message, field="categories", title=category.title)
        if category.drop_lowest < 0 or (category.keep_highest is not None and category.keep_highest < 1):
            message = N_("%(title)s has to drop 0 or more, or keep 1 or more.")
            raise RuleBroken(message, field="categories", title=category.title)
    usual = [category.weight_bp for category in categories if not category.is_extra]
    if any(category.weight_bp < 0 for category in categories) or sum(usual) != BP:
        raise RuleBroken(N_("The weights have to come to 100 percent."), field="categories")


def fold_course(cells: Iterable[Cell], categories: Sequence[Category]) -> CourseGrade:
    """The course grade. Categories in which nothing counts yet take no part; the others' weights are scaled up.

    Every cell's category must be one of `categories`; raises ValueError otherwise.
    """
    by_category: dict[str, list[Cell]] = {category.code: [] for category in categories}
    for cell in cells:
        if cell.category not in by_category:
            raise ValueError(f"activity {cell.activity} is in no known category: {cell.category}")
        # `in COUNTED` would hash an enumeration, which Python does slowly, for every cell of a class.
        if (cell.status is Status.GRADED or cell.status is Status.ZERO) and cell.weight != 0:
            by_category[cell.category].append(cell)
    parts = tuple(fold_category(category, by_category[category.code]) for category in categories)
    weighed = [(part.category, grade) for part in parts if (grade := part.grade) is not None]
    weight = sum(category.weight_bp for category, _ in weighed if not category.is_extra)
    if not weight:
        return CourseGrade(None, parts, 0)
    usual = _weighted([one for one in weighed if not one[0].is_extra], weight)
    extra = [one for one in weighed if one[0].is_extra]
    return CourseGrade(usual + _weighted(extra, BP) if extra else usual, parts, weight)


def _weighted(grades: Sequence[tuple[Category, Fraction]], of: int) -> Fraction:
    """The sum of the grades times their weights, in parts of `of`; in whole numbers until its end, as in `Parts`."""
    common = lcm(*{grade.denominator for _, grade in grades})
    total = sum(one.weight_bp * grade.numerator * (common // grade.denominator) for one, grade in grades)
    return Fraction(total, common * of)


def fold_category(category: Category, cells: Sequence[Cell]) -> CategoryGrade:
    """One category's part of cells that count: the best ones kept, as many as the category says.

    Extra work is never dropped, takes nobody's place and adds to what was gained only.
    """
    extra = [cell for cell in cells if cell.is_extra]
    if extra:
        usual = fold_category(category, [cell for cell in cells if not cell.is_extra])
        gained = usual.gained + usual.scale * sum((cell.gained for cell in extra), Fraction(0))
        return CategoryGrade(category, (*usual.counted, *extra), usual.dropped, gained, usual.worth, usual.scale)
    return _fold_usual(category, cells)


def _fold_usual(category: Category, counted: Sequence[Cell]) -> CategoryGrade:
    parts = Parts.of(counted)
    keep = how_many_kept(category, len(counted))
    if keep == len(counted):
        return CategoryGrade(category, tuple(counted), (), sum(parts.gained), sum(parts.worth), parts.scale)
    kept = parts.best(keep)
    numbers = set(kept)
    return CategoryGrade(
        category,
        tuple(counted[place] for place in kept),
        tuple(cell for place, cell in enumerate(counted) if place not in numbers),
        sum(parts.gained[place] for place in kept),
        sum(parts.worth[place] for place in kept),
        parts.scale,
    )


def how_many_kept(category: Category, counted: int) -> int:
    """Dropping never takes the last one that counts."""
    if category.keep_highest is not None:
        return min(category.keep_highest, counted)
    return min(counted, max(counted - category.drop_lowest, 1))


class Parts(NamedTuple):
    """What cells gain and are worth, all times `scale` and so whole: a class has no time for adding fractions."""

    gained: list[int]
    worth: list[int]
    scale: int

    @classmethod
    def of(cls, cells: Sequence[Cell]) -> "Parts":
        """Those of `cells`, exactly."""
        if any(cell.weight is not None for cell in cells):
            gained, worth = [cell.gained for cell in cells], [cell.worth for cell in cells]
            scale = lcm(*{part.denominator for part in (*gained, *worth)})
            return cls(_whole(gained, scale), _whole(worth, scale), scale)
        earned = [cell.earned or 0 for cell in cells]
        bottom = lcm(*{part.denominator for part in earned})
        return cls(_whole(earned, bottom), [cell.possible * bottom for cell in cells], bottom * 100)

    def best(self, keep: int) -> list[int]:
        """The places of the `keep` cells with the greatest quotient of summed points, in their given order.

        With unequal possible points the lowest percentages are not always the right ones to drop, so the choice is
        improved until the quotient no longer grows (Dinkelbach's method; exact, a handful of rounds).
        """
        places = range(len(self.gained))
        if keep >= len(places):
            return list(places)
        if len(set(self.worth)) == 1:
            return sorted(sorted(places, key=self.gained.__getitem__, reverse=True)[:keep])
        of_gained, of_worth = -1, 1
        chosen: list[int] = []
        while True:
            line = max(of_gained, 0)
            excess = [gain * of_worth - line * most for gain, most in zip(self.gained, self.worth, strict=True)]
            best = sorted(places, key=excess.__getitem__, reverse=True)[:keep]
            gained, worth = sum(self.gained[place] for place in best), sum(self.worth[place] for place in best)
            if gained * of_worth <= of_gained * worth:
                return sorted(chosen)
            of_gained, of_worth, chosen = gained, worth, best


def _whole(parts: Sequence[Fraction | int], scale: int) -> list[int]:
    return [part.numerator * (scale // part.denominator) for part in parts]


def explain_course(
    cells: Sequence[Cell],
    categories: Sequence[Category],
    titles: Mapping[str, str],
    facts: tuple[FactRef, ...] = (),
    source: Sentence = PROGRAM,
) -> Explained[Fraction | None]:
    """`fold_course` with its steps: each cell that counts or was dropped, each category, the grade.

    titles: what to call each activity. source: which version of the policy it is folded with.
    """
    folded = fold_course(cells, categories)
    steps: list[Step] = []
    for part in folded.parts:
        steps += [cell_step(cell, titles, is_dropped=False) for cell in part.counted]
        steps += [cell_step(cell, titles, is_dropped=True) for cell in part.dropped]
        if part.grade is not None:
            values = {"title": part.category.title, "weight": Decimal(part.category.weight_bp) / 100}
            text = (
                N_("%(title)s in percent, on top with weight %(weight)s %%")
                if part.category.is_extra
                else N_("%(title)s in percent, weight %(weight)s %%")
            )
            steps.append(Step(say(text, **values), shown_percent(part.grade)))
    if folded.grade is not None:
        steps.append(Step(say(N_("grade in percent")), shown_percent(folded.grade)))
    return Explained(
        value=folded.grade,
        rule=say(
            N_(
                "Each category counts with its weight; categories without a score yet are left out. "
                "Exempt and not yet graded work does not count."
            )
        ),
        source=source,
        facts=facts,
        steps=tuple(steps),
    )


def cell_step(cell: Cell, titles: Mapping[str, str], *, is_dropped: bool) -> Step:
    """One activity's line in an explanation."""
    values: dict[str, object] = {
        "activity": titles.get(cell.activity, cell.activity),
        "possible": shown_points(cell.possible),
    }
    if cell.is_extra:
        message = N_("%(activity)s, extra credit")
    elif is_dropped:
        message = N_("%(activity)s, of %(possible)s: dropped")
    elif cell.weight is None:
        message = N_("%(activity)s, of %(possible)s")
    else:
        message, values["counts"] = N_("%(activity)s, of %(possible)s, counts %(counts)s times"), cell.weight
    return Step(say(message, **values), exact_points(cell.earned or 0))


def has_passed(grade: Fraction | None, pass_bp: int) -> bool:
    """True if the unrounded grade reaches the pass mark; nothing counted is not passed."""
    return grade is not None and grade >= Fraction(pass_bp, BP)


def shown_percent(grade: Fraction) -> Decimal:
    """The grade as people see it: percent with one decimal, halves away from zero."""
    return round_half_away(grade * 100, 1)


def frozen_percent(grade: Fraction) -> int:
    """The grade as a record keeps it: hundredths of a percent, halves away from zero."""
    return int(round_half_away(grade * BP, 0))
