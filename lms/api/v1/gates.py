"""Gates of a project: handed in by the team, decided by coach and sponsor, opened by the office with a reason."""

from typing import Literal

from lms.api.kit import Answer, operation
from lms.api.shapes import Prose, Shape
from lms.api.v1.projects import PROJECT
from lms.capstone.plans.queries import find_override, plan_of, template_of_cohort
from lms.capstone.plans.rules import GATE_NAMES, GATES_BEFORE, GateState, Template
from lms.capstone.plans.services import (
    decide_gate,
    override_gate,
    set_cohort_template,
    submit_gate,
    take_override_back,
)
from lms.capstone.projects.models import Project
from lms.capstone.projects.queries import find_project, state_of
from lms.capstone.projects.rules import GateKind, GateRole, after
from lms.hub.cohorts.queries import find_cohort
from lms.kernel.errors import NotFound
from lms.people.access import Action, Actor
from lms.web.language import tell

GATE = f"{PROJECT}/gates/<string:step>"


class GateIn(Shape):
    """What the team found and did."""

    text: Prose


class GateVerdict(Shape):
    """`role`: as whom you decide. `approved`: false sends it back, with what to change in `comment`."""

    role: Literal["coach", "sponsor"]
    approved: bool
    comment: Prose = ""


class GateReason(Shape):
    """Why the office opens it."""

    reason: Prose


class TemplateIn(Shape):
    """The steps with which charters begin."""

    template: Template


class OverrideOut(Shape):
    """A gate that the office has opened."""

    id: str
    gate: GateKind
    reason: str


class GateOut(Shape):
    """`version`: of what was handed in last, 0 for nothing. `coach`, `sponsor`: their word about it, null before it.

    `holds_now`: it keeps the project from its next step.
    """

    gate: GateKind
    name: str
    state: GateState
    version: int
    coach: bool | None
    sponsor: bool | None
    is_opened: bool
    holds_now: bool


class GatesOut(Shape):
    """The gates in their order. `is_binding`: agreed in the charter, so they hold the project."""

    template: Template
    is_binding: bool
    gates: list[GateOut]
    overrides: list[OverrideOut]


@operation(f"GET {PROJECT}/gates", Action.PROJECT_READ, gives=GatesOut)
def list_gates(actor: Actor, project: str) -> GatesOut:
    """Where each gate stands, and which of them holds the project now."""
    return _out(find_project(actor, project))


@operation(f"POST {GATE}/submissions", Action.PROJECT_WRITE, gives=GatesOut, body=GateIn, status=201)
def submit_at_gate(actor: Actor, project: str, step: str, body: GateIn) -> GatesOut:
    """The team hands in, or hands in a new version; coach and sponsor decide anew."""
    found = find_project(actor, project, Action.PROJECT_WRITE)
    submit_gate(actor, found, _kind(step), body.text)
    return _out(found)


@operation(f"POST {GATE}/decisions", Action.PROJECT_GATE, gives=GatesOut, body=GateVerdict, status=201)
def decide_at_gate(actor: Actor, project: str, step: str, body: GateVerdict) -> GatesOut:
    """The project's coach or its sponsor lets it through, or sends it back with what to change."""
    found = find_project(actor, project, Action.PROJECT_GATE)
    decide_gate(actor, found, _kind(step), GateRole(body.role), body.approved, body.comment)
    return _out(found)


@operation(f"POST {GATE}/overrides", Action.GATE_OVERRIDE, gives=GatesOut, body=GateReason, status=201)
def override_at_gate(actor: Actor, project: str, step: str, body: GateReason) -> GatesOut:
    """The coordinator opens a gate that holds the project; the reason stays on record."""
    found = find_project(actor, project, Action.GATE_OVERRIDE)
    override_gate(actor, found, _kind(step), body.reason)
    return _out(found)


@operation("DELETE /gate-overrides/<public_id:override>", Action.GATE_OVERRIDE, gives=None, status=204)
def take_back_override(actor: Actor, override: str) -> Answer:
    """The gate holds again for the steps to come."""
    take_override_back(actor, find_override(actor, override))
    return Answer(None)


@operation("PUT /cohorts/<public_id:cohort>/capstone-template", Action.GATE_TEMPLATE, gives=TemplateIn, body=TemplateIn)
def put_capstone_template(actor: Actor, cohort: str, body: TemplateIn) -> TemplateIn:
    """With which steps the charters of a cohort begin from now on."""
    found = find_cohort(actor, cohort)
    set_cohort_template(actor, found, body.template)
    return TemplateIn(template=template_of_cohort(found.id))


def _kind(word: str) -> GateKind:
    if word not in set(GateKind):
        raise NotFound()
    return GateKind(word)


def _out(project: Project) -> GatesOut:
    plan = plan_of(project)
    needed = GATES_BEFORE.get(after(state_of(project)), ())
    return GatesOut(
        template=plan.template,
        is_binding=plan.is_binding,
        gates=[
            GateOut(
                gate=gate.kind,
                name=tell(GATE_NAMES[plan.template][gate.kind]),
                state=gate.state,
                version=gate.number,
                coach=gate.by.get(GateRole.COACH),
                sponsor=gate.by.get(GateRole.SPONSOR),
                is_opened=gate.is_opened,
                holds_now=plan.is_binding and gate.holds and gate.kind in needed,
            )
            for gate in plan.gates
        ],
        overrides=[
            OverrideOut(id=row.public_id, gate=row.gate, reason=plan.words[row.public_id].get("reason", ""))
            for row in plan.overrides
        ],
    )
