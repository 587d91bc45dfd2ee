"""Gates by template, milestones and artifacts of a project. Pure.

DMAIC and A3 ask the same five things in the same order under other names, so a project may change its template without
losing a gate. A gate is passed when coach and sponsor have both let through what was handed in last. Where the charter
agreed on the steps, a gate that is not passed holds the project, until the office opens it with a reason.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from lms.capstone.projects.rules import GateKind, GateRole, ProjectState
from lms.kernel.errors import RuleBroken, raise_all
from lms.kernel.text import N_, say


class Template(StrEnum):
    DMAIC = "dmaic"
    A3 = "a3"


class ArtifactKind(StrEnum):
    PLAN = "plan"
    A3 = "a3"
    DATA = "data"
    REPORT = "report"
    PRESENTATION = "presentation"
    PHOTO = "photo"
    OTHER = "other"


TEMPLATE_NAMES: Mapping[Template, str] = {
    Template.DMAIC: N_("DMAIC: define, measure, analyze, improve, control"),
    Template.A3: N_("A3: background, current condition, root cause, countermeasures, check"),
}
GATE_NAMES: Mapping[Template, Mapping[GateKind, str]] = {
    Template.DMAIC: {
        GateKind.CHARTER: N_("Define: problem, goal and charter"),
        GateKind.BASELINE: N_("Measure: the baseline"),
        GateKind.ANALYZE: N_("Analyze: the causes"),
        GateKind.IMPROVE: N_("Improve: the change"),
        GateKind.CONTROL: N_("Control: how it lasts"),
    },
    Template.A3: {
        GateKind.CHARTER: N_("Background and goal"),
        GateKind.BASELINE: N_("Current condition"),
        GateKind.ANALYZE: N_("Root cause"),
        GateKind.IMPROVE: N_("Countermeasures"),
        GateKind.CONTROL: N_("Check, and make it the standard"),
    },
}
"""Source of the steps: American Society for Quality (DMAIC); Shook, Managing to Learn (A3)."""

GATES_BEFORE: Mapping[ProjectState, tuple[GateKind, ...]] = {
    ProjectState.BASELINED: (GateKind.CHARTER,),
    ProjectState.IN_PROGRESS: (GateKind.CHARTER, GateKind.BASELINE),
    ProjectState.IMPLEMENTED: (GateKind.CHARTER, GateKind.BASELINE, GateKind.ANALYZE, GateKind.IMPROVE),
    ProjectState.REPORTED_OUT: tuple(GateKind),
}
"""What has to be passed before a project becomes this. Source: the method, section 4.3, and the steps of DMAIC."""

REASON_LEAST, REASON_MOST = 10, 1_000
TEXT_MOST = 8_000
TITLE_MOST = 200


class GateState(StrEnum):
    OPEN = "open"
    HANDED_IN = "handed_in"
    RETURNED = "returned"
    PASSED = "passed"


class Submission(Protocol):
    """What the team handed in at a gate. number: 1, 2, 3 for each gate."""

    @property
    def gate(self) -> GateKind: ...
    @property
    def number(self) -> int: ...
    @property
    def recorded_at(self) -> datetime: ...


class Decision(Protocol):
    """Coach or sponsor about the submission that was the last one then."""

    @property
    def gate(self) -> GateKind: ...
    @property
    def role(self) -> GateRole: ...
    @property
    def approved(self) -> bool: ...
    @property
    def recorded_at(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Gate:
    """Where one gate stands. by: the last word of each role about what was handed in last. is_opened: by the office."""

    kind: GateKind
    number: int
    state: GateState
    by: Mapping[GateRole, bool]
    is_opened: bool = False

    @property
    def holds(self) -> bool:
        """Whether it keeps a project from going on."""
        return self.state is not GateState.PASSED and not self.is_opened

    def waits_for(self, role: GateRole) -> bool:
        """Whether this role has not decided about what was handed in."""
        return self.state is GateState.HANDED_IN and role not in self.by


def gates_of(
    submissions: Sequence[Submission], decisions: Iterable[Decision], opened: Collection[GateKind] = ()
) -> list[Gate]:
    """Every gate in its order. Both in order of recording; a decision before the last submission counts no more.

    opened: the gates that the office has opened.
    """
    last: dict[GateKind, Submission] = {}
    for submission in submissions:
        last[submission.gate] = submission
    words: dict[GateKind, dict[GateRole, bool]] = {}
    for decision in decisions:
        about = last.get(decision.gate)
        if about is not None and decision.recorded_at >= about.recorded_at:
            words.setdefault(decision.gate, {})[decision.role] = decision.approved
    return [_gate(kind, last.get(kind), words.get(kind, {}), kind in opened) for kind in GateKind]


def _gate(kind: GateKind, handed_in: Submission | None, by: Mapping[GateRole, bool], is_opened: bool) -> Gate:
    if handed_in is None:
        return Gate(kind, 0, GateState.OPEN, by, is_opened)
    if not all(by.values()):
        return Gate(kind, handed_in.number, GateState.RETURNED, by, is_opened)
    state = GateState.PASSED if len(by) == len(GateRole) else GateState.HANDED_IN
    return Gate(kind, handed_in.number, state, by, is_opened)


def held_by(gates: Sequence[Gate], template: Template, wanted: ProjectState) -> list[RuleBroken]:
    """For each gate that keeps a project from becoming `wanted`: why, and the way out."""
    needed = GATES_BEFORE.get(wanted, ())
    return [
        RuleBroken(_why_held(gate), field="gate", gate=say(GATE_NAMES[template][gate.kind]))
        for gate in gates
        if gate.kind in needed and gate.holds
    ]


def _why_held(gate: Gate) -> str:
    if gate.state is GateState.OPEN:
        return N_(
            "The gate “%(gate)s” comes before this step, and nothing is handed in there yet. Hand it in on the plan;"
            " coach and sponsor decide. If that cannot be, the coordinator opens it with a reason."
        )
    if gate.state is GateState.RETURNED:
        return N_(
            "The gate “%(gate)s” comes before this step and was sent back. Hand in a new version on the plan. If that"
            " cannot be, the coordinator opens it with a reason."
        )
    if GateRole.COACH in gate.by:
        return N_(
            "The gate “%(gate)s” comes before this step and waits for the sponsor. Ask the sponsor to decide; if that"
            " cannot be, the coordinator opens it with a reason."
        )
    if GateRole.SPONSOR in gate.by:
        return N_(
            "The gate “%(gate)s” comes before this step and waits for the coach. Ask the coach to decide; if that"
            " cannot be, the coordinator opens it with a reason."
        )
    return N_(
        "The gate “%(gate)s” comes before this step and waits for coach and sponsor. Ask them to decide; if that cannot"
        " be, the coordinator opens it with a reason."
    )


def check_override(gate: Gate, reason: str) -> None:
    """Raises RuleBroken if there is nothing to open, or no reason is given."""
    if not gate.holds:
        raise RuleBroken(N_("This gate holds nothing: it is passed or open already."), field="reason")
    if not REASON_LEAST <= len(reason.strip()) <= REASON_MOST:
        raise RuleBroken(
            N_("Why is it opened? Write a reason of %(least)s to %(most)s letters; it stays on record."),
            field="reason",
            least=REASON_LEAST,
            most=REASON_MOST,
        )


def check_submission(gates: Sequence[Gate], kind: GateKind, text: str) -> None:
    """Raises RuleBroken if the team may not hand in at this gate now, or says nothing."""
    before = [gate for gate in gates if list(GateKind).index(gate.kind) < list(GateKind).index(kind)]
    if any(gate.state is GateState.OPEN for gate in before):
        raise RuleBroken(N_("Hand in the gates before this one first."), field="text")
    if next(gate for gate in gates if gate.kind is kind).state is GateState.PASSED:
        raise RuleBroken(N_("Coach and sponsor have let this gate through. It stays as it is."), field="text")
    if not 20 <= len(text.strip()) <= TEXT_MOST:
        message = N_("Write what you found and did, in 20 to %(most)s letters.")
        raise RuleBroken(message, field="text", most=TEXT_MOST)


def check_decision(gate: Gate, *, approved: bool, comment: str) -> None:
    """Raises RuleBroken if nothing was handed in, or something is sent back without a word."""
    if gate.state is GateState.OPEN:
        raise RuleBroken(N_("The team has not handed in anything at this gate yet."), field="comment")
    if not approved and not comment.strip():
        raise RuleBroken(N_("Say what the team should change."), field="comment")


def check_milestone(title: str, due_on: date | None) -> None:
    """Raises RuleBroken with what is missing."""
    faults = []
    if not 3 <= len(title.strip()) <= TITLE_MOST:
        faults.append(RuleBroken(N_("Name the milestone, in 3 to %(most)s letters."), field="title", most=TITLE_MOST))
    if due_on is None:
        faults.append(RuleBroken(N_("By which day?"), field="due_on"))
    raise_all(faults)
