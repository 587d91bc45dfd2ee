"""Which courses come before which: what is wrong with it in a version. Pure.

A prerequisite is a course of the same version that is to be passed first. Weeks are cohort weeks.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from lms.hub.catalog.kinds import CourseKind
from lms.hub.catalog.rules import CoursePlan, Finding, Severity
from lms.kernel.text import N_, say

PREREQUISITES = "prerequisites"


class Ordered(CoursePlan, Protocol):
    """A course with the codes of those that come before it."""

    @property
    def prerequisites(self) -> Sequence[str]: ...


def node_of(code: str) -> str:
    """How a waiver names the prerequisites of a course: it stays with the student when they migrate."""
    return f"{PREREQUISITES}:{code}"


def faults_of(courses: Sequence[Ordered]) -> Iterator[Finding]:
    """Prerequisites that do not exist, stand twice, name the course itself or go round in a circle; warnings too."""
    by_code = {course.code: course for course in courses}
    for course in courses:
        for code in dict.fromkeys(course.prerequisites):
            yield from _one(course, code, by_code)
        if len(set(course.prerequisites)) < len(course.prerequisites):
            message = N_("Course %(code)s names a prerequisite twice. Keep it once.")
            yield _finding(Severity.ERROR, course, message, code=course.code)
    yield from _circles(courses, by_code)


def _one(course: Ordered, code: str, by_code: Mapping[str, Ordered]) -> Iterator[Finding]:
    other = by_code.get(code)
    if other is None:
        message = N_("Course %(course)s asks for %(code)s first, which is not a course of this version.")
        yield _finding(Severity.ERROR, course, message, course=course.code, code=code)
    elif other is course:
        message = N_("Course %(code)s asks for itself first. Take it out of its prerequisites.")
        yield _finding(Severity.ERROR, course, message, code=code)
    else:
        yield from _doubts(course, other)


def _doubts(course: Ordered, other: Ordered) -> Iterator[Finding]:
    """What an author may mean, but rarely does: a spoke that not everybody has, a course that begins too early."""
    if other.kind is CourseKind.SPOKE and course.kind is not CourseKind.SPOKE:
        message = N_("Course %(course)s asks for the spoke %(code)s first, which only some students have.")
        yield _finding(Severity.WARNING, course, message, course=course.code, code=other.code)
    if not course.units or not other.units:
        return
    begins, ends = min(unit.first_week for unit in course.units), max(unit.last_week for unit in other.units)
    if begins <= ends:
        message = N_(
            "Course %(course)s begins in week %(begins)s, before its prerequisite %(code)s ends in week %(ends)s."
        )
        values = {"course": course.code, "begins": begins, "code": other.code, "ends": ends}
        yield _finding(Severity.WARNING, course, message, **values)


def _circles(courses: Sequence[Ordered], by_code: Mapping[str, Ordered]) -> Iterator[Finding]:
    """One error for each circle, at its first course, with the whole way round in words."""
    told: set[frozenset[str]] = set()
    for course in courses:
        circle = _way_back(course.code, by_code)
        if len(circle) > 1 and frozenset(circle) not in told:
            told.add(frozenset(circle))
            way = " → ".join((*circle, course.code))
            message = N_(
                "The prerequisites go round in a circle, so nobody could begin: %(way)s. Take one of them out."
            )
            yield _finding(Severity.ERROR, course, message, way=way)


def _way_back(start: str, by_code: Mapping[str, Ordered]) -> tuple[str, ...]:
    """The shortest way from a course over its prerequisites back to itself, without the end; empty if there is none."""
    ways: list[tuple[str, ...]] = [(start,)]
    seen: set[str] = set()
    while ways:
        way = ways.pop(0)
        for code in by_code[way[-1]].prerequisites:
            if code == start:
                return way
            if code in by_code and code not in seen:
                seen.add(code)
                ways.append((*way, code))
    return ()


def _finding(severity: Severity, at: Ordered, message: str, **values: object) -> Finding:
    return Finding(severity, (at.code, PREREQUISITES), say(message, **values))
