"""The grading policy that holds for a section and course, and what another one would change. Pure; rates in bp."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from typing import Any

from lms.hub.grading.gradebook import Category, check_categories, has_passed
from lms.hub.grading.rules import BP, LatePolicy, MissingPolicy, late_policy, missing_policy
from lms.kernel.errors import RuleBroken, raise_all
from lms.kernel.text import N_, Sentence, say

MOST_DAYS = 364
MOST_INTERVAL_MINUTES = 10_080  # a week
MIN_REASON_CHARACTERS = 5


@dataclass(frozen=True, slots=True)
class Grading:
    """What a grade is folded with. categories: empty for the course's own. extra: codes of extra-credit activities.

    number: 0 is the program version's policy, 1, 2, 3 the section's own versions.
    """

    late: LatePolicy = field(default_factory=LatePolicy)
    missing: MissingPolicy = field(default_factory=lambda: MissingPolicy(None))
    categories: tuple[Category, ...] = ()
    extra: frozenset[str] = frozenset()
    number: int = 0


def grading_of(program: Mapping[str, Any], own: Sequence[Any] | None = None) -> Grading:
    """The policy of a program version, or a section's own where it has one.

    own: number, rate, interval in minutes, floor, days until missing counts, what it counts, categories, extra codes.
    """
    if own is None:
        return Grading(late_policy(program), missing_policy(program))
    number, rate_bp, minutes, floor_bp, after_days, counts_bp, categories, extra = own
    return Grading(
        LatePolicy(rate_bp, minutes * 60, floor_bp),
        MissingPolicy(after_days, counts_bp),
        tuple(Category(**one) for one in categories),
        frozenset(extra),
        number,
    )


def say_policy(number: int | None) -> Sentence:
    """What a version is called: the program's, the section's own, or not known of scores from before it was kept."""
    if number is None:
        return say(N_("not kept at that time"))
    return say(N_("the program's")) if not number else say(N_("the section's, version %(number)s"), number=number)


def say_source(number: int) -> Sentence:
    """Where a figure's rule comes from, by the version it is folded with."""
    if not number:
        return say(N_("Program policy, grading"))
    return say(N_("The section's grading policy, version %(number)s"), number=number)


def plain_categories(categories: Sequence[Category]) -> list[dict[str, Any]]:
    """As they are stored."""
    return [asdict(category) for category in categories]


def check_grading(wanted: Grading, known_categories: frozenset[str], known_activities: frozenset[str]) -> None:
    """Raises RuleBroken, with everything found, for what no grade could be folded with."""
    broken = [
        *_check_rates(wanted),
        *_check_missing(wanted),
    ]
    if unknown := sorted(wanted.extra - known_activities):
        message = N_("There is no activity %(codes)s in this course.")
        broken.append(RuleBroken(message, field="extra", codes=", ".join(unknown)))
    if wanted.categories:
        try:
            check_categories(wanted.categories)
        except RuleBroken as problem:
            broken.append(problem)
        if known_categories - {category.code for category in wanted.categories}:
            message = N_("A category in use cannot go; give it the weight 0.")
            broken.append(RuleBroken(message, field="categories"))
    raise_all(broken)


def _check_rates(wanted: Grading) -> list[RuleBroken]:
    broken = []
    message = N_("Give between 0 and 100 percent.")
    if not 0 <= wanted.late.rate_bp <= BP:
        broken.append(RuleBroken(message, field="late_rate"))
    if not 0 <= wanted.late.floor_bp <= BP:
        broken.append(RuleBroken(message, field="late_floor"))
    if not 60 <= wanted.late.interval_seconds <= MOST_INTERVAL_MINUTES * 60:
        broken.append(RuleBroken(N_("An interval is one minute to a week."), field="late_interval"))
    return broken


def _check_missing(wanted: Grading) -> list[RuleBroken]:
    broken = []
    days = wanted.missing.after_days
    if days is not None and not 0 <= days <= MOST_DAYS:
        broken.append(RuleBroken(N_("Give 0 to %(most)s days."), field="missing_days", most=MOST_DAYS))
    if not 0 <= wanted.missing.counts_bp <= BP:
        broken.append(RuleBroken(N_("Give between 0 and 100 percent."), field="missing_counts"))
    return broken


def check_reason(reason: str) -> None:
    """Raises RuleBroken where nobody could read later why it changed."""
    if len(reason.strip()) < MIN_REASON_CHARACTERS:
        raise RuleBroken(N_("Say why the policy changes; students can ask."), field="reason")


@dataclass(frozen=True, slots=True)
class Effect:
    """What another policy does to one student's grade. cells: the codes of the activities that count otherwise."""

    student: str
    enrollment_id: str
    before: Fraction | None
    after: Fraction | None
    cells: tuple[str, ...]
    pass_bp: int

    @property
    def is_changed(self) -> bool:
        """Whether the grade itself is another."""
        return self.before != self.after

    @property
    def passes_now(self) -> bool:
        """Passing only with the other policy."""
        return has_passed(self.after, self.pass_bp) and not has_passed(self.before, self.pass_bp)

    @property
    def fails_now(self) -> bool:
        """No longer passing with the other policy."""
        return has_passed(self.before, self.pass_bp) and not has_passed(self.after, self.pass_bp)
