"""What the requirement tree is asked with and how a node answers. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction

from lms.hub.catalog.kinds import RequirementKind
from lms.hub.catalog.rules import Need
from lms.hub.competencies.rules import Held, Outside
from lms.hub.credits.rules import Credit, Ruling
from lms.kernel.explain import FactRef
from lms.kernel.text import N_, Sentence


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


class How(StrEnum):
    """By what a node is met, or kept from it."""

    WORK = "work"
    PRIOR_LEARNING = "prior_learning"
    WAIVER = "waiver"
    HOLD = "hold"


HOW_NAMES = {
    How.PRIOR_LEARNING: N_("prior learning"),
    How.WAIVER: N_("waived"),
    How.HOLD: N_("on hold"),
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
    carried_from: str = ""  # the cohort of an earlier enrollment from which the grade was taken along
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
    """All that the tree asks about. minutes: approved minutes by (hours kind, evidence level). courses: by code.

    carried_minutes: of these, the ones from earlier enrollments, in the cohorts of carried_from.

    competencies: by "framework/competency". credentials: by code. credits, rulings: by `catalog.rules.identity`.
    day: on which it is asked, for what expires.
    """

    courses: Mapping[str, CourseFacts] = field(default_factory=dict)
    minutes: Mapping[tuple[str, int], int] = field(default_factory=dict)
    capstone: CapstoneFacts | None = None
    minutes_facts: tuple[FactRef, ...] = ()
    carried_minutes: Mapping[tuple[str, int], int] = field(default_factory=dict)
    carried_from: str = ""
    competencies: Mapping[str, Held] = field(default_factory=dict)
    credentials: Mapping[str, Outside] = field(default_factory=dict)
    credits: Mapping[str, Credit] = field(default_factory=dict)
    rulings: Mapping[str, Ruling] = field(default_factory=dict)
    day: date = date.min


@dataclass(frozen=True, slots=True)
class Verdict:
    """One node's answer, with its children's. prior_minutes: of `min_minutes`, what prior learning gave."""

    need: Need
    state: State
    reason: Sentence
    parts: tuple["Verdict", ...] = ()
    facts: tuple[FactRef, ...] = ()
    how: How = How.WORK
    prior_minutes: int = 0

    @property
    def missing(self) -> tuple["Verdict", ...]:
        """The leaves that still keep this node from being met, in the tree's order."""
        if self.state is State.MET:
            return ()
        if not self.parts or self.how is How.HOLD:
            return (self,)
        unmet = [part for part in self.parts if part.state is not State.MET]
        if self.need.kind is RequirementKind.MIN_N_OF:
            wanted = (self.need.n or 1) - (len(self.parts) - len(unmet))
            unmet = [part for part in unmet if part.state is State.IN_PROGRESS][:wanted]
            if len(unmet) < wanted:
                return (self,)  # not even begun: which of the choices it will be is open
        return tuple(leaf for part in unmet for leaf in part.missing)

    @property
    def leaves(self) -> tuple["Verdict", ...]:
        """Every leaf below, in the tree's order."""
        return tuple(leaf for part in self.parts for leaf in part.leaves) if self.parts else (self,)
