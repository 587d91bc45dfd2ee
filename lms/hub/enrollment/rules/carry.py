"""What a student takes along into another cohort: hours, and the courses that the new program version has too. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from lms.kernel.explain import Explained, FactRef, Step
from lms.kernel.text import N_, Sentence, say
from lms.kernel.units import Span


@dataclass(frozen=True, slots=True)
class Done:
    """One course of the enrollment that ends. grade_bp: None before the first released score."""

    code: str
    name: str
    grade_bp: Fraction | None
    open_items: int
    facts: tuple[FactRef, ...] = ()


@dataclass(frozen=True, slots=True)
class CarriedCourse:
    """One course with what becomes of it."""

    code: str
    name: str
    grade_bp: Fraction | None
    open_items: int
    is_kept: bool


@dataclass(frozen=True, slots=True)
class Carried:
    """minutes: approved ones by (hours kind, evidence level), all of them kept. missing: codes that are only there."""

    minutes: Mapping[tuple[str, int], int]
    courses: tuple[CarriedCourse, ...]
    missing: tuple[str, ...]

    @property
    def total_minutes(self) -> int:
        """All approved minutes that go along."""
        return sum(self.minutes.values())


def carry_over(
    done: Sequence[Done], minutes: Mapping[tuple[str, int], int], codes: Sequence[str]
) -> Explained[Carried]:
    """Approved hours go along whole; a course goes along if the new version has one with the same code.

    codes: the courses of the version to which the student goes, in its order. A course without a released grade has
    nothing to take along.
    """
    known = set(codes)
    courses = tuple(
        CarriedCourse(one.code, one.name, one.grade_bp, one.open_items, one.code in known and one.grade_bp is not None)
        for one in done
    )
    kept = {course.code for course in courses if course.is_kept}
    value = Carried(dict(minutes), courses, tuple(code for code in codes if code not in kept))
    return Explained(
        value,
        rule=say(
            N_("Approved hours go along. A graded course goes along if the new version has one of the same code.")
        ),
        source=say(N_("Program handbook, transfer to another cohort")),
        facts=tuple(fact for one in done for fact in one.facts),
        steps=(
            *(Step(_said(course), say(KEPT if course.is_kept else NOT_KEPT)) for course in courses),
            Step(say(N_("Courses that go along")), len(kept)),
            Step(say(N_("Approved hours that go along")), Span(value.total_minutes)),
        ),
    )


KEPT, NOT_KEPT = N_("goes along"), N_("stays with the old enrollment")


def _said(course: CarriedCourse) -> Sentence:
    return say(N_("%(code)s %(name)s"), code=course.code, name=course.name)
