"""What the program still asks of a student: the requirement tree folded over facts. Pure.

Minutes are approved minutes; marks are basis points, compared unrounded. A node answers with a state and a reason in
words, so that "missing" always says what to do.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from lms.hub.catalog.kinds import NOT_YET, RequirementKind
from lms.hub.catalog.rules import Need
from lms.kernel.explain import Explained, FactRef, Step
from lms.kernel.text import N_, Sentence, say

LEVELS = range(4)  # evidence levels 0 to 3, `product.md` D14


class State(StrEnum):
    """How far a requirement is met."""

    MET = "met"
    IN_PROGRESS = "in_progress"
    MISSING = "missing"


STATE_NAMES = {
    State.MET: N_("met"),
    State.IN_PROGRESS: N_("in progress"),
    State.MISSING: N_("missing"),
}


@dataclass(frozen=True, slots=True)
class CourseFacts:
    """One course of one student. grade_bp: released grade so far, unrounded; None before the first released score.

    open_items: activities that still need a released score. name: for the sentence.
    """

    name: str
    pass_bp: int
    grade_bp: Fraction | None = None
    graded_items: int = 0
    open_items: int = 0
    is_planned: bool = True  # the course stands in the student's plan: a hub course, the capstone, the chosen spoke
    facts: tuple[FactRef, ...] = ()


@dataclass(frozen=True, slots=True)
class CapstoneFacts:
    """The project beside the capstone's grade. is_delivered: reported out or later. Savings play no part."""

    stage: Sentence
    is_delivered: bool
    facts: tuple[FactRef, ...] = ()


@dataclass(frozen=True, slots=True)
class StudentFacts:
    """All that the tree asks about. minutes: approved minutes by (hours kind, evidence level). courses: by code."""

    courses: Mapping[str, CourseFacts] = field(default_factory=dict)
    minutes: Mapping[tuple[str, int], int] = field(default_factory=dict)
    capstone: CapstoneFacts | None = None
    minutes_facts: tuple[FactRef, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """One node's answer, with its children's."""

    need: Need
    state: State
    reason: Sentence
    parts: tuple["Verdict", ...] = ()
    facts: tuple[FactRef, ...] = ()

    @property
    def missing(self) -> tuple["Verdict", ...]:
        """The leaves that still keep this node from being met, in the tree's order."""
        if self.state is State.MET:
            return ()
        if not self.parts:
            return (self,)
        return tuple(leaf for part in self.parts for leaf in part.missing)


def standing(need: Need, facts: StudentFacts) -> Explained[Verdict]:
    """What stands and what is missing for the whole tree under `need`."""
    verdict = judge(need, facts)
    return Explained(
        value=verdict,
        rule=say(N_("The program is complete when every requirement of its version is met.")),
        source=say(N_("Requirement tree of the program version that this enrollment is bound to.")),
        facts=_all_facts(verdict),
        steps=tuple(Step(part.reason, say(STATE_NAMES[part.state])) for part in (*verdict.parts, verdict)),
    )


def judge(need: Need, facts: StudentFacts) -> Verdict:
    """The plain fold that `standing` explains."""
    match need.kind:
        case RequirementKind.ALL_OF:
            return _group(need, facts, len(need.needs))
        case RequirementKind.MIN_N_OF:
            return _group(need, facts, need.n or 1)
        case RequirementKind.MIN_MINUTES:
            return _minutes(need, facts)
        case RequirementKind.COURSE:
            return _course(need, facts)
        case RequirementKind.CAPSTONE:
            return _capstone(need, facts)
        case _ if need.kind in NOT_YET:
            return Verdict(need, State.MISSING, say(N_("%(title)s cannot be recorded yet."), title=need.title))
    raise AssertionError(need.kind)


def _group(need: Need, facts: StudentFacts, wanted: int) -> Verdict:
    parts = tuple(judge(child, facts) for child in need.needs)
    met = sum(part.state is State.MET for part in parts)
    reason = say(N_("%(met)s of %(wanted)s met: %(title)s"), met=min(met, wanted), wanted=wanted, title=need.title)
    if met >= wanted:
        state = State.MET
    else:
        state = State.IN_PROGRESS if any(p.state is not State.MISSING for p in parts) else State.MISSING
    return Verdict(need, state, reason, parts)


def _minutes(need: Need, facts: StudentFacts) -> Verdict:
    wanted = need.minutes or 0
    have = counted_minutes(facts.minutes, need.hours_kind, need.evidence)
    if have >= wanted:
        reason = say(N_("%(have)s of %(wanted)s min approved."), have=have, wanted=wanted)
        return Verdict(need, State.MET, reason, facts=facts.minutes_facts)
    message = (
        N_("You still need %(left)s min at evidence level %(evidence)s or above; %(have)s of %(wanted)s are approved.")
        if need.evidence
        else N_("You still need %(left)s min; %(have)s of %(wanted)s are approved.")
    )
    reason = say(message, left=wanted - have, have=have, wanted=wanted, evidence=need.evidence)
    return Verdict(need, State.IN_PROGRESS if have else State.MISSING, reason, facts=facts.minutes_facts)


def counted_minutes(minutes: Mapping[tuple[str, int], int], hours_kind: str | None, evidence: int) -> int:
    """Minutes of `hours_kind` (None: any) at evidence level `evidence` or above."""
    return sum(m for (kind, level), m in minutes.items() if hours_kind in (None, kind) and level >= evidence)


def _course(need: Need, facts: StudentFacts) -> Verdict:
    course = facts.courses.get(need.course or "")
    if course is None or not course.is_planned:
        return Verdict(need, State.MISSING, say(N_("%(title)s is not in your plan."), title=need.title))
    return _graded(need, course)


def _graded(need: Need, course: CourseFacts) -> Verdict:
    """A course is met once every activity has a released score and the grade reaches the pass mark."""
    values = {
        "name": course.name,
        "grade": _percent(course.grade_bp),
        "pass_mark": _percent(course.pass_bp),
        "open": course.open_items,
    }
    if course.grade_bp is None:
        message = N_("%(name)s has no released grade yet; %(open)s activities are open.")
        return Verdict(need, State.MISSING, say(message, **values), facts=course.facts)
    passes = course.grade_bp >= course.pass_bp
    if passes and not course.open_items:
        message, state = N_("%(name)s passed with %(grade)s percent."), State.MET
    elif passes:
        message = N_("%(name)s stands at %(grade)s percent; %(open)s activities are open.")
        state = State.IN_PROGRESS
    else:
        message = N_("%(name)s stands at %(grade)s percent and needs %(pass_mark)s; %(open)s activities are open.")
        state = State.IN_PROGRESS
    return Verdict(need, state, say(message, **values), facts=course.facts)


def _percent(bp: Fraction | int | None) -> str:
    """Percent with one decimal, half away from zero; it is for reading, no rule compares it."""
    if bp is None:
        return "–"
    tenths = int(abs(Fraction(bp)) / 10 + Fraction(1, 2))
    return f"{tenths // 10}.{tenths % 10}"


def _capstone(need: Need, facts: StudentFacts) -> Verdict:
    graded = _course(need, facts)
    if facts.capstone is None:
        return Verdict(need, State.MISSING, say(N_("No capstone project is proposed yet.")), facts=graded.facts)
    both = graded.facts + facts.capstone.facts
    if facts.capstone.is_delivered and graded.state is State.MET:
        return Verdict(need, State.MET, graded.reason, facts=both)
    reason = say(N_("%(stage)s %(grade)s"), stage=facts.capstone.stage, grade=graded.reason)
    return Verdict(need, State.IN_PROGRESS, reason, facts=both)


def _all_facts(verdict: Verdict) -> tuple[FactRef, ...]:
    """Every fact below `verdict`, once each, in the tree's order."""
    found = dict.fromkeys(verdict.facts)
    for part in verdict.parts:
        found.update(dict.fromkeys(_all_facts(part)))
    return tuple(found)
