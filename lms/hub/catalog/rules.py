"""A program version is complete and consistent: every fault at once, so that an author mends all of them in one go.

Minutes are planned minutes of one student; weeks are cohort weeks, 1 to `weeks`; marks are basis points. Pure.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from lms.hub.catalog.kinds import GROUPS, NAMED, CourseKind, Kind, RequirementKind
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_, Sentence, say

FULL_BP = 10_000  # 100 %
MAX_DEPTH = 8  # of the requirement tree; a deeper one is a mistake and would be unreadable


class UnitPlan(Protocol):
    """A planned piece of a course; `last_week` belongs to it."""

    @property
    def code(self) -> str: ...
    @property
    def kind(self) -> Kind: ...
    @property
    def first_week(self) -> int: ...
    @property
    def last_week(self) -> int: ...
    @property
    def minutes_a_week(self) -> int: ...


class CoursePlan(Protocol):
    """A hub course, a spoke or the capstone with its units."""

    @property
    def code(self) -> str: ...
    @property
    def kind(self) -> CourseKind: ...
    @property
    def pass_bp(self) -> int: ...
    @property
    def units(self) -> Sequence[UnitPlan]: ...


@dataclass(frozen=True, slots=True)
class Need:
    """A node of the requirement tree; `needs` are its children, `course` is a course's code.

    hours_kind: None means any. evidence: the lowest evidence level (0 to 3) at which minutes count. code: of a
    competency ("framework/competency") or a credential. level: the lowest level of a competency that counts.
    """

    kind: RequirementKind
    title: str
    n: int | None = None
    minutes: int | None = None
    hours_kind: str | None = None
    evidence: int = 0
    course: str | None = None
    needs: tuple["Need", ...] = ()
    key: str = ""
    code: str = ""
    level: int = 1


def identity(need: Need) -> str:
    """What a node asks for, whatever version names it: a credit or a waiver stays with it when a student migrates."""
    asked = need.course or need.code or need.hours_kind or ""
    if need.kind in GROUPS:
        asked = need.title
    return (
        f"{need.kind}:{asked}:{need.evidence}" if need.kind is RequirementKind.MIN_MINUTES else f"{need.kind}:{asked}"
    )


@dataclass(frozen=True, slots=True)
class VersionPlan:
    """A program version as its rules see it. The week band is in minutes for a full week."""

    weeks: int
    week_min_minutes: int
    week_max_minutes: int
    courses: tuple[CoursePlan, ...]
    needs: Need | None


class Severity(StrEnum):
    """An error keeps a version from being published; a warning is for the author to judge."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong. where: codes from the outside in, ("PC", "PC3") or ("requirement", "0", "2")."""

    severity: Severity
    where: tuple[str, ...]
    sentence: Sentence


def _error(where: tuple[str, ...], message: str, **values: object) -> Finding:
    return Finding(Severity.ERROR, where, say(message, **values))


def _warning(where: tuple[str, ...], message: str, **values: object) -> Finding:
    return Finding(Severity.WARNING, where, say(message, **values))


def planned_minutes(courses: Iterable[CoursePlan], week: int) -> int:
    """Minutes that `courses` together plan for one cohort week."""
    return sum(u.minutes_a_week for c in courses for u in c.units if u.first_week <= week <= u.last_week)


def paths(courses: Iterable[CoursePlan]) -> Iterator[tuple[str | None, tuple[CoursePlan, ...]]]:
    """Each way through the program: the spoke's code and the courses a student with that spoke meets.

    One path with None where the program has no spokes.
    """
    listed = tuple(courses)
    shared = tuple(c for c in listed if c.kind is not CourseKind.SPOKE)
    spokes = [c for c in listed if c.kind is CourseKind.SPOKE]
    if not spokes:
        yield None, shared
    for spoke in spokes:
        yield spoke.code, (*shared, spoke)


def findings(plan: VersionPlan) -> list[Finding]:
    """Everything that is wrong with a version, errors first; an empty list for a sound one."""
    found = [*_courses(plan), *_units(plan), *_tree(plan), *_week_band(plan)]
    return sorted(found, key=lambda f: f.severity is not Severity.ERROR)


def check_publishable(plan: VersionPlan) -> list[Finding]:
    """The warnings of a version that may be published. Raises RuleBroken with every error of one that may not."""
    found = findings(plan)
    refuse_errors(found)
    return found


def refuse_errors(found: Iterable[Finding]) -> None:
    """Raises RuleBroken with every error among `found`."""
    errors = [f for f in found if f.severity is Severity.ERROR]
    if errors:
        raise _broken(errors[0], also=tuple(_broken(f) for f in errors[1:]))


def _broken(finding: Finding, also: tuple[RuleBroken, ...] = ()) -> RuleBroken:
    return RuleBroken(N_("%(what)s"), field=".".join(finding.where) or None, also=also, what=finding.sentence)


def _courses(plan: VersionPlan) -> Iterator[Finding]:
    kinds = Counter(c.kind for c in plan.courses)
    if not kinds[CourseKind.HUB]:
        yield _error((), N_("The program has no hub course. Add at least one."))
    if kinds[CourseKind.CAPSTONE] > 1:
        yield _error((), N_("The program has %(count)s capstones. Keep one."), count=kinds[CourseKind.CAPSTONE])
    for code, times in Counter(c.code for c in plan.courses).items():
        if times > 1:
            yield _error(
                (code,), N_("The course code %(code)s stands %(times)s times. Use each once."), code=code, times=times
            )
    for course in plan.courses:
        if not 0 < course.pass_bp <= FULL_BP:
            yield _error(
                (course.code,),
                N_("The pass mark of %(code)s has to be above 0 and at most 100 percent."),
                code=course.code,
            )
        if not course.units:
            yield _error(
                (course.code,), N_("Course %(code)s has no units, so nothing is planned for it."), code=course.code
            )


def _units(plan: VersionPlan) -> Iterator[Finding]:
    for code, times in Counter(u.code for c in plan.courses for u in c.units).items():
        if times > 1:
            yield _error(
                (code,), N_("The unit code %(code)s stands %(times)s times. Use each once."), code=code, times=times
            )
    for course in plan.courses:
        for unit in course.units:
            where = (course.code, unit.code)
            if unit.minutes_a_week <= 0:
                yield _error(where, N_("Unit %(code)s plans no minutes. Give it at least one a week."), code=unit.code)
            if not 1 <= unit.first_week <= unit.last_week <= plan.weeks:
                yield _error(
                    where,
                    N_("Unit %(code)s runs from week %(first)s to %(last)s; weeks run from 1 to %(weeks)s, in order."),
                    code=unit.code,
                    first=unit.first_week,
                    last=unit.last_week,
                    weeks=plan.weeks,
                )


def _week_band(plan: VersionPlan) -> Iterator[Finding]:
    """One warning per week outside the band and path; a path is named by its spoke."""
    low, high = plan.week_min_minutes, plan.week_max_minutes
    for spoke, courses in paths(plan.courses):
        for week in range(1, plan.weeks + 1):
            minutes = planned_minutes(courses, week)
            if low <= minutes <= high:
                continue
            message = (
                N_("Week %(week)s plans %(minutes)s min with spoke %(spoke)s; the band is %(low)s to %(high)s min.")
                if spoke
                else N_("Week %(week)s plans %(minutes)s min; the band is %(low)s to %(high)s min.")
            )
            yield _warning(
                ("week", str(week)), message, week=week, minutes=minutes, spoke=spoke or "", low=low, high=high
            )


def _tree(plan: VersionPlan) -> Iterator[Finding]:
    if plan.needs is None:
        yield _error(("requirement",), N_("The program has no requirements, so nobody could ever complete it."))
        return
    yield from _node(plan, plan.needs, ("requirement",))
    named = {need.course for need in walk(plan.needs) if need.course}
    for course in plan.courses:
        if course.code not in named:
            yield _warning(
                (course.code,), N_("No requirement names course %(code)s, so it counts for nothing."), code=course.code
            )


def walk(need: Need) -> Iterator[Need]:
    """`need` and everything below it, parents first."""
    yield need
    for child in need.needs:
        yield from walk(child)


def _node(plan: VersionPlan, need: Need, where: tuple[str, ...]) -> Iterator[Finding]:
    if len(where) > MAX_DEPTH:
        yield _error(where, N_("The requirements are nested deeper than %(depth)s levels."), depth=MAX_DEPTH - 1)
        return
    yield from _group(need, where) if need.kind in GROUPS else _leaf(plan, need, where)
    for position, child in enumerate(need.needs):
        yield from _node(plan, child, (*where, str(position)))


def _group(need: Need, where: tuple[str, ...]) -> Iterator[Finding]:
    if not need.needs:
        yield _error(where, N_("The requirement “%(title)s” asks for nothing. Add what it needs."), title=need.title)
    elif need.kind is RequirementKind.MIN_N_OF and not 1 <= (need.n or 0) <= len(need.needs):
        yield _error(
            where,
            N_("The requirement “%(title)s” has %(count)s choices; ask for 1 to %(count)s of them."),
            title=need.title,
            count=len(need.needs),
        )


def _leaf(plan: VersionPlan, need: Need, where: tuple[str, ...]) -> Iterator[Finding]:
    if need.needs:
        yield _error(
            where, N_("Only all_of and min_n_of hold other requirements; “%(title)s” may not."), title=need.title
        )
    if need.kind is RequirementKind.MIN_MINUTES:
        yield from _minutes(plan, need, where)
    elif need.kind in (RequirementKind.COURSE, RequirementKind.CAPSTONE):
        yield from _course_named(plan, need, where)
    elif need.kind in NAMED and not need.code:
        yield _error(
            where,
            N_("The requirement “%(title)s” has no code, so nothing could ever meet it. Name the one it asks for."),
            title=need.title,
        )


def _course_named(plan: VersionPlan, need: Need, where: tuple[str, ...]) -> Iterator[Finding]:
    found = [c for c in plan.courses if c.code == need.course]
    if not found:
        yield _error(
            where,
            N_("The requirement “%(title)s” names the course %(code)s, which does not exist."),
            title=need.title,
            code=need.course or "?",
        )
    elif (need.kind is RequirementKind.CAPSTONE) != (found[0].kind is CourseKind.CAPSTONE):
        yield _error(
            where, N_("The requirement “%(title)s” has to name the capstone, and only it may."), title=need.title
        )


def _minutes(plan: VersionPlan, need: Need, where: tuple[str, ...]) -> Iterator[Finding]:
    if not need.minutes or need.minutes < 0:
        yield _error(where, N_("The requirement “%(title)s” has to ask for at least one minute."), title=need.title)
        return
    for spoke, courses in paths(plan.courses):
        planned = sum(
            u.minutes_a_week * (u.last_week - u.first_week + 1)
            for c in courses
            for u in c.units
            if need.hours_kind in (None, u.kind)
        )
        if planned < need.minutes:
            yield _warning(
                where,
                N_("“%(title)s” asks for %(minutes)s min, but only %(planned)s are planned with spoke %(spoke)s."),
                title=need.title,
                minutes=need.minutes,
                planned=planned,
                spoke=spoke or "–",
            )
