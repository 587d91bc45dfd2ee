"""Is a student on pace: hours, coursework and grades in one verdict, the worst of the three. Pure.

Minutes are whole minutes since the student's own start, leave and breaks already taken off the expected ones.
Thresholds are those of the starter rules in the product's documents: 480 of 600 min is red (H13), two missing items
are a call (A4), a grade under the pass mark speaks after three graded items (A6).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from lms.kernel.explain import Explained, FactRef, Step
from lms.kernel.text import N_, Sentence, say
from lms.kernel.units import Span

BEHIND_SHARE = Fraction(480, 600)  # below this share of the expected minutes a student is behind
MISSING_IS_BEHIND = 2
GRADED_BEFORE_SPEAKING = 3


class Pace(StrEnum):
    """From best to worst."""

    ON_PACE = "on_pace"
    WATCH = "watch"
    BEHIND = "behind"


PACE_NAMES = {
    Pace.ON_PACE: N_("on pace"),
    Pace.WATCH: N_("almost on pace"),
    Pace.BEHIND: N_("behind"),
}
WORST_FIRST = (Pace.BEHIND, Pace.WATCH, Pace.ON_PACE)


@dataclass(frozen=True, slots=True)
class CourseMark:
    """A course that has begun: its grade so far against its pass mark, both in basis points."""

    name: str
    grade_bp: Fraction | None
    pass_bp: int
    graded_items: int


@dataclass(frozen=True, slots=True)
class PaceFacts:
    """What the verdict looks at. missing_items: past due, not handed in, not excused."""

    expected_minutes: int
    logged_minutes: int
    missing_items: int
    courses: Sequence[CourseMark] = ()
    facts: tuple[FactRef, ...] = ()


def pace(facts: PaceFacts) -> Explained[Pace]:
    """The verdict with one step per subject."""
    parts = [_hours(facts), _coursework(facts), *(_grade(course) for course in facts.courses)]
    value = worst(part for part, _ in parts)
    parts.append((value, say(N_("The worst of these"))))
    return Explained(
        value=value,
        rule=say(N_("The verdict is the worst of hours, coursework and grades.")),
        source=say(N_("Pace rule of the program: hours below 80 percent of the expected ones, or two missing items.")),
        facts=facts.facts,
        steps=tuple(Step(sentence, say(PACE_NAMES[part])) for part, sentence in parts),
    )


def worst(parts: Iterable[Pace]) -> Pace:
    """The worst verdict of `parts`; on pace if there is none."""
    found = set(parts)
    return next((p for p in WORST_FIRST if p in found), Pace.ON_PACE)


def _hours(facts: PaceFacts) -> tuple[Pace, Sentence]:
    values = {"logged": Span(facts.logged_minutes), "expected": Span(facts.expected_minutes)}
    if facts.logged_minutes >= facts.expected_minutes:
        return Pace.ON_PACE, say(N_("%(logged)s of %(expected)s expected so far."), **values)
    left = facts.expected_minutes - facts.logged_minutes
    sentence = say(N_("%(logged)s of %(expected)s expected so far: %(left)s to catch up."), left=Span(left), **values)
    is_behind = facts.logged_minutes < facts.expected_minutes * BEHIND_SHARE
    return (Pace.BEHIND if is_behind else Pace.WATCH), sentence


def _coursework(facts: PaceFacts) -> tuple[Pace, Sentence]:
    count = facts.missing_items
    if not count:
        return Pace.ON_PACE, say(N_("Nothing that was due is missing."))
    return (
        Pace.BEHIND if count >= MISSING_IS_BEHIND else Pace.WATCH,
        say(N_("Activities that were due and are missing: %(count)s."), count=count),
    )


def _grade(course: CourseMark) -> tuple[Pace, Sentence]:
    if course.grade_bp is None or course.graded_items < GRADED_BEFORE_SPEAKING:
        return Pace.ON_PACE, say(N_("Too few grades yet in %(name)s."), name=course.name)
    if course.grade_bp < course.pass_bp:
        return Pace.BEHIND, say(N_("The grade in %(name)s is below the pass mark."), name=course.name)
    return Pace.ON_PACE, say(N_("The grade in %(name)s is at or above the pass mark."), name=course.name)
