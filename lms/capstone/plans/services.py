"""Choosing a template, handing in at gates and deciding there, milestones, artifacts."""

from datetime import date

from sqlalchemy import func, select

from lms.capstone.plans.models import (
    Artifact,
    CohortTemplate,
    GateOverride,
    GateSubmission,
    Milestone,
    PlanTemplate,
)
from lms.capstone.plans.queries import plan_of
from lms.capstone.plans.rules import (
    ArtifactKind,
    Template,
    check_decision,
    check_milestone,
    check_override,
    check_submission,
)
from lms.capstone.projects.models import GateDecision, Project
from lms.capstone.projects.queries import team_of
from lms.capstone.projects.rules import GateKind, GateRole
from lms.capstone.projects.services import chain_name, lock
from lms.hub.cohorts.models import Cohort
from lms.hub.competencies.files import Proof
from lms.kernel import chain
from lms.kernel.db import session
from lms.kernel.errors import RuleBroken
from lms.kernel.facts import known
from lms.kernel.prose import keep, prose_of
from lms.kernel.text import N_
from lms.messages.services import notify_many
from lms.people.access import Action, Actor, Relation
from lms.people.commands import command
from lms.people.scope import policy_day, within


@command(Action.PROJECT_WRITE)
def choose_template(actor: Actor, project: Project, template: Template) -> PlanTemplate:
    """Under which names the gates stand; what was handed in and decided stays."""
    before = session.scalar(within(known(select(PlanTemplate), PlanTemplate, None), project))
    if before is not None and before.template is template:
        return before
    if before is not None and before.is_binding:
        raise RuleBroken(
            N_("The steps were agreed in the charter. Ask your sponsor for a new charter."), field="template"
        )
    made = PlanTemplate(project_id=project.id, template=template, supersedes_id=before.id if before else None)
    session.add(made)
    return made


@command(Action.GATE_TEMPLATE)
def set_cohort_template(actor: Actor, cohort: Cohort, template: Template) -> CohortTemplate:
    """With which steps the charters of a cohort begin from now on; charters that are agreed keep theirs."""
    statement = known(select(CohortTemplate), CohortTemplate, None).where(CohortTemplate.cohort_id == cohort.id)
    before = session.scalar(within(statement, cohort))
    if before is not None and before.template is template:
        return before
    made = CohortTemplate(cohort_id=cohort.id, template=template, supersedes_id=before.id if before else None)
    session.add(made)
    return made


@command(Action.GATE_OVERRIDE)
def override_gate(actor: Actor, project: Project, gate: GateKind, reason: str) -> GateOverride:
    """The coordinator opens a gate that holds the project, with a reason; the team hears of it. Raises RuleBroken."""
    lock(project)
    check_override(next(each for each in plan_of(project).gates if each.kind is gate), reason)
    made = GateOverride(project_id=project.id, gate=gate)
    session.add(made)
    keep(made, reason=reason.strip())
    chain.append(chain_name(project.id), made)
    _tell_team(project, made)
    return made


@command(Action.GATE_OVERRIDE)
def take_override_back(actor: Actor, override: GateOverride) -> GateOverride:
    """The gate holds again for the steps to come; what the project became meanwhile it stays."""
    made = GateOverride(
        project_id=override.project_id, gate=override.gate, is_taken_back=True, supersedes_id=override.id
    )
    session.add(made)
    chain.append(chain_name(override.project_id), made)
    return made


@command(Action.PROJECT_WRITE)
def submit_gate(actor: Actor, project: Project, gate: GateKind, text: str) -> GateSubmission:
    """The team hands in at a gate; a new version asks coach and sponsor anew. Raises RuleBroken."""
    lock(project)
    check_submission(plan_of(project).gates, gate, text)
    last = select(func.max(GateSubmission.number)).where(GateSubmission.gate == gate)
    number = (session.scalar(within(last, project, on=GateSubmission)) or 0) + 1
    made = GateSubmission(project_id=project.id, gate=gate, number=number)
    session.add(made)
    keep(made, text=text.strip())
    chain.append(chain_name(project.id), made)
    return made


@command(Action.PROJECT_GATE)
def decide_gate(
    actor: Actor, project: Project, gate: GateKind, role: GateRole, approved: bool, comment: str = ""
) -> GateDecision:
    """The project's coach or a sponsor of its firm lets what was handed in through, or sends it back.

    Raises RuleBroken if the person has not that role in this project.
    """
    lock(project)
    own = {
        GateRole.COACH: project.id in actor.places(Relation.COACH),
        GateRole.SPONSOR: project.firm_id in actor.places(Relation.SPONSOR),
    }
    if not own[role]:
        raise RuleBroken(N_("Only the project's coach and its sponsor decide at gates."), field="comment")
    found = next(each for each in plan_of(project).gates if each.kind is gate)
    check_decision(found, approved=approved, comment=comment)
    made = GateDecision(project_id=project.id, gate=gate, role=role, approved=approved)
    session.add(made)
    keep(made, comment=comment.strip())
    chain.append(chain_name(project.id), made)
    _tell_team(project, made)
    return made


def _tell_team(project: Project, made: GateDecision | GateOverride) -> None:
    values = {"project": project.title, "path": "/student/capstone"}
    team = team_of([project], policy_day())[project.id]
    notify_many("project-gate", [(member.person_id, made.public_id, values) for member in team])


@command(Action.MILESTONE_SET)
def add_milestone(actor: Actor, project: Project, title: str, due_on: date | None) -> Milestone:
    """Something to be reached by a day. Raises RuleBroken with what is missing."""
    check_milestone(title, due_on)
    made = Milestone(project_id=project.id, due_on=due_on, done_on=None)
    session.add(made)
    keep(made, title=title.strip())
    return made


@command(Action.MILESTONE_SET)
def settle_milestone(actor: Actor, milestone: Milestone, *, is_done: bool) -> Milestone:
    """It is reached today, or open again."""
    return _next(milestone, done_on=policy_day() if is_done else None)


@command(Action.MILESTONE_SET)
def remove_milestone(actor: Actor, milestone: Milestone) -> Milestone:
    """It is no longer wanted; that it was stays on record."""
    return _next(milestone, is_removed=True)


def _next(milestone: Milestone, *, done_on: date | None = None, is_removed: bool = False) -> Milestone:
    made = Milestone(
        project_id=milestone.project_id,
        due_on=milestone.due_on,
        done_on=done_on,
        is_removed=is_removed,
        supersedes_id=milestone.id,
    )
    session.add(made)
    keep(made, title=prose_of([milestone], "title").get(milestone.public_id, ""))
    return made


@command(Action.ARTIFACT_ADD)
def add_artifact(actor: Actor, project: Project, kind: ArtifactKind, title: str, file: Proof | None) -> Artifact:
    """A file that the team made. Raises RuleBroken without one."""
    if file is None:
        raise RuleBroken(N_("Choose the file."), field="file")
    made = Artifact(project_id=project.id, kind=kind, sha256=file.sha256, size=file.size)
    session.add(made)
    keep(made, title=title.strip() or file.name, file_name=file.name)
    return made


@command(Action.ARTIFACT_ADD)
def remove_artifact(actor: Actor, artifact: Artifact) -> Artifact:
    """Take a file back; that it was there stays on record."""
    made = Artifact(
        project_id=artifact.project_id,
        kind=artifact.kind,
        sha256=artifact.sha256,
        size=artifact.size,
        is_removed=True,
        supersedes_id=artifact.id,
    )
    session.add(made)
    return made
