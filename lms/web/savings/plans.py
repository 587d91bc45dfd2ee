"""The plan of a project as student, coach and sponsor see it: gates, milestones, artifacts."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Response, request
from wtforms import SelectField, StringField, TextAreaField

from lms.capstone.plans.models import Artifact
from lms.capstone.plans.queries import Plan, plan_of
from lms.capstone.plans.rules import GATE_NAMES, TEMPLATE_NAMES, ArtifactKind, Gate, GateState, Template
from lms.capstone.plans.services import add_milestone, decide_gate
from lms.capstone.projects.models import Project
from lms.capstone.projects.rules import GateKind, GateRole
from lms.kernel.errors import NotFound, RuleBroken
from lms.kernel.prose import prose_of
from lms.kernel.text import N_
from lms.people.access import Actor
from lms.people.scope import policy_day
from lms.web.downloads import attachment
from lms.web.fields import DayField
from lms.web.forms import ProductForm, choice
from lms.web.language import tell
from lms.web.pages import broken_into, page

ARTIFACT_NAMES = {
    ArtifactKind.PLAN: N_("Plan"),
    ArtifactKind.A3: N_("A3 sheet"),
    ArtifactKind.DATA: N_("Data"),
    ArtifactKind.REPORT: N_("Report"),
    ArtifactKind.PRESENTATION: N_("Presentation"),
    ArtifactKind.PHOTO: N_("Photo"),
    ArtifactKind.OTHER: N_("Something else"),
}
STATES = {
    GateState.OPEN: (N_("not handed in"), "muted"),
    GateState.HANDED_IN: (N_("waits for coach or sponsor"), "warn"),
    GateState.RETURNED: (N_("sent back"), "bad"),
    GateState.PASSED: (N_("passed"), "good"),
}
ROLES = {GateRole.COACH: N_("Coach"), GateRole.SPONSOR: N_("Sponsor")}


@dataclass(frozen=True, slots=True)
class GateView:
    """One gate in words. said: who said what about the version that was handed in last. waits: for the reader.

    opened: why the office opened it, if it did.
    """

    gate: Gate
    name: str
    state: str
    tone: str
    text: str
    said: list[tuple[str, bool, str]]
    waits: bool
    opened: list[str]


class PlanForms:
    """The forms of the page; the one that was sent holds what was typed and what is wrong with it."""

    def __init__(self, plan: Plan, broken: ProductForm | None = None) -> None:
        self.template = TemplateForm(formdata=None, template=plan.template.value).offer()
        self.milestone = broken if isinstance(broken, MilestoneForm) else MilestoneForm(formdata=None)
        self.artifact = broken if isinstance(broken, ArtifactForm) else ArtifactForm(formdata=None).offer()
        self.gate = broken if isinstance(broken, GateForm) else GateForm(formdata=None)
        self.decision = broken if isinstance(broken, DecisionForm) else DecisionForm(formdata=None)


class TemplateForm(ProductForm):
    """DMAIC or A3."""

    template = SelectField(N_("Steps of the project"))

    def offer(self) -> "TemplateForm":
        """Fill the choices."""
        self.template.choices = [choice(kind.value, tell(name)) for kind, name in TEMPLATE_NAMES.items()]
        return self


class MilestoneForm(ProductForm):
    """Something to be reached."""

    title = StringField(N_("Milestone"))
    due_on = DayField(N_("By which day?"))


class ArtifactForm(ProductForm):
    """A file of the team."""

    kind = SelectField(N_("What is it?"))
    title = StringField(N_("Title"))
    file = StringField(N_("File"))

    def offer(self) -> "ArtifactForm":
        """Fill the choices."""
        self.kind.choices = [choice(kind.value, tell(name)) for kind, name in ARTIFACT_NAMES.items()]
        return self


class GateForm(ProductForm):
    """What the team hands in."""

    text = TextAreaField(N_("What did you find and do?"))


class DecisionForm(ProductForm):
    """What coach or sponsor says."""

    comment = TextAreaField(N_("What do you want to say about it?"))


def plan_page(
    template: str,
    project: Project,
    role: GateRole | None,
    broken: ProductForm | None = None,
    at: GateKind | None = None,
    **values: Any,
) -> Response:
    """The plan. role: as whom the reader decides, None for the team. broken, at: the refused form and its gate."""
    plan = plan_of(project)
    return page(
        template,
        422 if broken else 200,
        project=project,
        plan=plan,
        gates=[_gate_view(plan, gate, role) for gate in plan.gates],
        forms=PlanForms(plan, broken),
        at=at,
        role=role,
        milestones=[(row, plan.words[row.public_id].get("title", "")) for row in plan.milestones],
        artifacts=[(row, tell(ARTIFACT_NAMES[row.kind]), plan.words[row.public_id]) for row in plan.artifacts],
        today=policy_day(),
        **values,
    )


def _gate_view(plan: Plan, gate: Gate, role: GateRole | None) -> GateView:
    state, tone = STATES[gate.state]
    handed_in = [row for row in plan.submissions if row.gate is gate.kind]
    last = handed_in[-1] if handed_in else None
    said = [
        (tell(ROLES[made.role]), made.approved, plan.words[made.public_id].get("comment", ""))
        for made in plan.decisions
        if made.gate is gate.kind and last is not None and made.recorded_at >= last.recorded_at
    ]
    text = plan.words[last.public_id].get("text", "") if last else ""
    name = tell(GATE_NAMES[plan.template][gate.kind])
    opened = [plan.words[row.public_id].get("reason", "") for row in plan.overrides if row.gate is gate.kind]
    waits = role is not None and gate.waits_for(role)
    return GateView(gate, name, tell(state), tone, text, said, waits, opened)


def take_decision(actor: Actor, project: Project, gate: GateKind, role: GateRole) -> DecisionForm | None:
    """Decide as the form says; None if it was done, else the form with what is wrong."""
    form = DecisionForm()
    try:
        approved = request.form.get("verdict") == "pass"
        decide_gate(actor, project, gate, role, approved, form.comment.data or "")
    except RuleBroken as broken:
        broken_into(form, broken)
        return form
    return None


def take_milestone(actor: Actor, project: Project) -> MilestoneForm | None:
    """Add the milestone that was sent; None if it was done, else the form with what is wrong."""
    form = MilestoneForm()
    due_on: date | None = form.due_on.data if form.validate() else None
    if form.due_on.errors:
        return form
    try:
        add_milestone(actor, project, form.title.data or "", due_on)
    except RuleBroken as broken:
        broken_into(form, broken)
        return form
    return None


def gate_named(word: str) -> GateKind:
    """The gate of an address. Raises NotFound."""
    if word not in set(GateKind):
        raise NotFound()
    return GateKind(word)


def template_named(word: str) -> Template:
    """The template that a form names; DMAIC for anything else."""
    return Template(word) if word in set(Template) else Template.DMAIC


def artifact_response(artifact: Artifact) -> Response:
    """The file, byte for byte."""
    name = prose_of([artifact], "file_name").get(artifact.public_id, "file")
    return attachment(artifact.sha256, name, artifact.size)
