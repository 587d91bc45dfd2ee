"""What one student keeps, loses and newly has to do in another version of the program. Pure.

Courses and activities are the same where their codes are. Scores and hours are never taken away: what no longer counts
for an activity stays in the record. Points are hundredths, minutes are logged minutes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from lms.hub.catalog.kinds import CourseKind
from lms.kernel.errors import RuleBroken
from lms.kernel.explain import Explained, FactRef, Step
from lms.kernel.text import N_, say
from lms.kernel.units import Span

WorkKey = tuple[str, str]  # codes of course and activity


@dataclass(frozen=True, slots=True)
class CourseShape:
    """A course of a version as the move sees it."""

    code: str
    name: str
    kind: CourseKind


@dataclass(frozen=True, slots=True)
class Work:
    """An activity of a version. id: its row."""

    course: str
    code: str
    title: str
    points: int
    id: int = 0

    @property
    def key(self) -> WorkKey:
        return (self.course, self.code)


@dataclass(frozen=True, slots=True)
class Shape:
    """A version: its courses by code, its activities by the codes of course and activity."""

    courses: Mapping[str, CourseShape] = field(default_factory=dict)
    works: Mapping[WorkKey, Work] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Held:
    """What a student has: courses in the plan, activities scored or handed in, minutes by course code ("": none)."""

    planned: frozenset[str] = frozenset()
    scored: frozenset[WorkKey] = frozenset()
    handed_in: frozenset[WorkKey] = frozenset()
    minutes: Mapping[str, int] = field(default_factory=dict)
    facts: tuple[FactRef, ...] = ()

    @property
    def done(self) -> frozenset[WorkKey]:
        return self.scored | self.handed_in


@dataclass(frozen=True, slots=True)
class Preview:
    """What the move comes to for one student.

    Courses: kept and lost are all that were planned; new ones are asked of everybody. spoke_is_lost: the student has to
    choose again. Work: kept and lost are all that was done; new work is asked in the courses that will be planned;
    dropped work was asked and not done, and is not asked any more. rescaled: kept work whose full points differ.
    """

    kept_courses: tuple[str, ...]
    lost_courses: tuple[str, ...]
    new_courses: tuple[str, ...]
    spoke_is_lost: bool
    kept_work: tuple[Work, ...]
    lost_work: tuple[Work, ...]
    new_work: tuple[Work, ...]
    dropped_work: tuple[Work, ...]
    rescaled: frozenset[WorkKey]
    kept_minutes: int
    loose_minutes: int


def preview(old: Shape, new: Shape, held: Held) -> Preview:
    """What one student keeps, loses and newly has to do in `new`."""
    kept = [code for code in old.courses if code in held.planned and code in new.courses]
    lost = [code for code in old.courses if code in held.planned and code not in new.courses]
    added = [c.code for c in new.courses.values() if c.kind is not CourseKind.SPOKE and c.code not in held.planned]
    planned = {*kept, *added}
    still = {key for key in held.done if key in new.works and key[0] in planned}
    asked = [work for key, work in new.works.items() if key[0] in planned]
    return Preview(
        kept_courses=tuple(kept),
        lost_courses=tuple(lost),
        new_courses=tuple(added),
        spoke_is_lost=any(old.courses[code].kind is CourseKind.SPOKE for code in lost),
        kept_work=tuple(new.works[key] for key in new.works if key in still),
        lost_work=tuple(work for key, work in old.works.items() if key in held.done and key not in still),
        new_work=tuple(work for work in asked if work.key not in old.works),
        dropped_work=tuple(
            work
            for key, work in old.works.items()
            if key[0] in held.planned and key not in held.done and not (key in new.works and key[0] in planned)
        ),
        rescaled=frozenset(k for k in still if k in old.works and old.works[k].points != new.works[k].points),
        kept_minutes=sum(minutes for code, minutes in held.minutes.items() if code in planned),
        loose_minutes=sum(minutes for code, minutes in held.minutes.items() if code not in planned),
    )


def explain_minutes(found: Preview, held: Held, *, kept: bool) -> Explained[int]:
    """Why so many logged minutes are in courses that stay (`kept`), or elsewhere; a step for each course."""
    planned = {*found.kept_courses, *found.new_courses}
    steps = [
        Step(say(N_("%(name)s"), name=code) if code else say(N_("in no course")), Span(minutes))
        for code, minutes in sorted(held.minutes.items())
        if (code in planned) is kept
    ]
    total = found.kept_minutes if kept else found.loose_minutes
    return Explained(
        value=total,
        rule=say(N_("Courses and activities are the same where their codes are; scores and hours always stay.")),
        source=say(N_("The two versions of the program, and the student's plan, scores and hours.")),
        facts=held.facts,
        steps=(*steps, Step(say(N_("Together")), Span(total))),
    )


def explain_preview(found: Preview, held: Held) -> Explained[int]:
    """Why so much is newly asked of the student: activities that the move adds less those that it drops."""
    balance = len(found.new_work) - len(found.dropped_work)
    return Explained(
        value=balance,
        rule=say(N_("Courses and activities are the same where their codes are; scores and hours always stay.")),
        source=say(N_("The two versions of the program, and the student's plan, scores and hours.")),
        facts=held.facts,
        steps=(
            Step(say(N_("Activities that are newly asked")), len(found.new_work)),
            Step(say(N_("Activities not done that are asked no more")), -len(found.dropped_work)),
            Step(say(N_("More to do than before")), balance),
        ),
    )


@dataclass(frozen=True, slots=True)
class Binding:
    """One move that was carried out, as the student reads it. number: of the version. reason: what the office typed."""

    number: int
    from_day: date
    reason: str
    fact: FactRef


def binding_on(day: date, bindings: Sequence[Binding]) -> Binding | None:
    """The move that holds on `day`, the later recorded of two on one day; None while the cohort's version holds.

    bindings: in the order in which they were recorded.
    """
    held: Binding | None = None
    for one in bindings:
        if one.from_day <= day and (held is None or one.from_day >= held.from_day):
            held = one
    return held


def explain_version(day: date, of_cohort: int, bindings: Sequence[Binding]) -> Explained[int]:
    """Why that version of the program holds for the student on `day`. of_cohort: the number of the cohort's version."""
    held = binding_on(day, bindings)
    number = held.number if held else of_cohort
    return Explained(
        value=number,
        rule=say(N_("The version of the cohort holds, until the office binds a student to another one with a reason.")),
        source=say(N_("The cohort's version of the program, and the moves that the office recorded for the student.")),
        facts=tuple(one.fact for one in bindings),
        steps=(
            Step(say(N_("Version of the cohort")), of_cohort),
            *(Step(say(N_("Moved on %(day)s to version"), day=one.from_day), one.number) for one in bindings),
            Step(say(N_("Version that holds on %(day)s"), day=day), number),
        ),
    )


def check_move(current: int, target: int, *, is_published: bool, is_same_program: bool, is_studying: bool) -> None:
    """Raises RuleBroken unless an enrollment bound to version row `current` may move to `target`."""
    if not is_same_program:
        raise RuleBroken(N_("This version belongs to another program."), field="version")
    if not is_published:
        raise RuleBroken(N_("Publish the version first; students are bound to published versions."), field="version")
    if current == target:
        raise RuleBroken(N_("The student is bound to this version already."), field="version")
    if not is_studying:
        raise RuleBroken(N_("Only a student who is enrolled, active or on leave can be moved."), field="enrollment")
