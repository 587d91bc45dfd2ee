"""Reads of a project's plan, and which files artifacts count on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Select, select

from lms.capstone.plans.models import (
    Artifact,
    CohortTemplate,
    GateOverride,
    GateSubmission,
    Milestone,
    PlanTemplate,
)
from lms.capstone.plans.rules import GATES_BEFORE, Gate, Template, gates_of, held_by
from lms.capstone.projects.models import GateDecision, Project
from lms.capstone.projects.rules import ProjectState
from lms.kernel.db import session
from lms.kernel.errors import NotFound, RuleBroken
from lms.kernel.facts import known
from lms.kernel.prose import all_prose_of
from lms.kernel.storage import names_files
from lms.people.access import Action, Actor
from lms.people.scope import ask_read, scoped, unscoped, within_a


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything about a project's plan. words: of each fact, by public id and name."""

    template: Template
    gates: list[Gate]
    submissions: list[GateSubmission]
    decisions: list[GateDecision]
    milestones: list[Milestone]
    artifacts: list[Artifact]
    words: dict[str, dict[str, str]]
    is_binding: bool
    overrides: list[GateOverride]


def plan_of(project: Project) -> Plan:
    """The plan of a project that the caller has found. Seven queries."""
    templates, *others = (
        [row for (row,) in ask_read(_hanging(model), project)]
        for model in (PlanTemplate, GateSubmission, GateDecision, Milestone, Artifact)
    )
    chosen = templates[0] if templates else None
    submissions, decisions, milestones, artifacts = others
    overrides = overrides_of([project])[project.id]
    return Plan(
        template=chosen.template if chosen else Template.DMAIC,
        gates=gates_of(submissions, decisions, {row.gate for row in overrides}),
        submissions=submissions,
        decisions=decisions,
        milestones=milestones,
        artifacts=artifacts,
        words=all_prose_of([*submissions, *decisions, *milestones, *artifacts, *overrides]),
        is_binding=chosen is not None and chosen.is_binding,
        overrides=overrides,
    )


@cache
def _hanging(model: Any) -> Select[Any]:
    """What stands of one kind and hangs from a project, in its order."""
    if model in (GateSubmission, GateDecision):  # none replaces another
        return within_a(select(model), Project).order_by(model.id)
    standing = within_a(known(select(model), model, None), Project)
    if model is PlanTemplate:
        return standing
    if model is GateOverride:
        return standing.where(model.is_taken_back.is_(False)).order_by(model.id)
    order = (model.due_on, model.id) if model is Milestone else (model.id.desc(),)
    return standing.where(model.is_removed.is_(False)).order_by(*order)


@dataclass(frozen=True, slots=True)
class Holding:
    """The gates of one project, and whether they hold it."""

    template: Template
    is_binding: bool
    gates: list[Gate]
    overrides: list[GateOverride]


def holdings_of(projects: Sequence[Project]) -> dict[int, Holding]:
    """Where the gates of each project stand, by its row number. Four queries."""
    chosen = {row.project_id: row for (row,) in ask_read(_hanging(PlanTemplate), projects)}
    submissions: dict[int, list[GateSubmission]] = {project.id: [] for project in projects}
    for (sent,) in ask_read(_hanging(GateSubmission), projects):
        submissions[sent.project_id].append(sent)
    decisions: dict[int, list[GateDecision]] = {project.id: [] for project in projects}
    for (made,) in ask_read(_hanging(GateDecision), projects):
        decisions[made.project_id].append(made)
    opened = overrides_of(projects)
    return {
        project.id: Holding(
            template=chosen[project.id].template if project.id in chosen else Template.DMAIC,
            is_binding=project.id in chosen and chosen[project.id].is_binding,
            gates=gates_of(submissions[project.id], decisions[project.id], {row.gate for row in opened[project.id]}),
            overrides=opened[project.id],
        )
        for project in projects
    }


def held_before(project: Project, wanted: ProjectState) -> list[RuleBroken]:
    """What keeps a project from becoming `wanted`, in words; nothing where its charter agreed on no steps."""
    if wanted not in GATES_BEFORE:
        return []
    holding = holdings_of([project])[project.id]
    return held_by(holding.gates, holding.template, wanted) if holding.is_binding else []


def overrides_of(projects: Sequence[Project]) -> dict[int, list[GateOverride]]:
    """The gates of each project that the office has opened, by its row number. One query."""
    found: dict[int, list[GateOverride]] = {project.id: [] for project in projects}
    for (row,) in ask_read(_hanging(GateOverride), projects):
        found[row.project_id].append(row)
    return found


def find_override(actor: Actor, public_id: str) -> GateOverride:
    """One that stands. Raises NotFound. One query."""
    statement = known(select(GateOverride).where(GateOverride.public_id == public_id), GateOverride, None)
    found = session.scalar(scoped(statement, actor, Action.GATE_OVERRIDE))
    if found is None or found.is_taken_back:
        raise NotFound()
    return found


def template_of_cohort(cohort_id: int) -> Template:
    """Which steps the charters of a cohort begin with: DMAIC if nobody has said otherwise. One query."""
    statement = known(select(CohortTemplate.template), CohortTemplate, None).where(
        CohortTemplate.cohort_id == cohort_id
    )
    return session.scalar(unscoped(statement, "the steps with which a charter begins")) or Template.DMAIC


def find_milestone(actor: Actor, public_id: str, action: Action) -> Milestone:
    """One milestone that stands. Raises NotFound. One query."""
    statement = known(select(Milestone).where(Milestone.public_id == public_id), Milestone, None)
    found = session.scalar(scoped(statement, actor, action))
    if found is None or found.is_removed:
        raise NotFound()
    return found


def find_artifact(actor: Actor, public_id: str, action: Action = Action.PROJECT_READ) -> Artifact:
    """One artifact that stands. Raises NotFound. One query."""
    statement = known(select(Artifact).where(Artifact.public_id == public_id), Artifact, None)
    found = session.scalar(scoped(statement, actor, action))
    if found is None or found.is_removed:
        raise NotFound()
    return found


@names_files
def files_of_artifacts() -> Iterable[str]:
    """The SHA-256 of every file that an artifact names. One query."""
    return session.scalars(unscoped(select(Artifact.sha256), "which files to keep"))
