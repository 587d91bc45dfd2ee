"""Reads of a project's plan, and which files artifacts count on."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from lms.capstone.plans.models import Artifact, GateSubmission, Milestone, PlanTemplate
from lms.capstone.plans.rules import Gate, Template, gates_of
from lms.capstone.projects.models import GateDecision, Project
from lms.kernel.db import session
from lms.kernel.errors import NotFound
from lms.kernel.facts import known
from lms.kernel.prose import all_prose_of
from lms.kernel.storage import names_files
from lms.people.access import Action, Actor
from lms.people.scope import scoped, unscoped, within


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


def plan_of(project: Project) -> Plan:
    """The plan of a project that the caller has found. Six queries."""
    chosen = session.scalar(within(known(select(PlanTemplate), PlanTemplate, None), project))
    submissions = list(session.scalars(within(select(GateSubmission), project).order_by(GateSubmission.id)))
    decisions = list(session.scalars(within(select(GateDecision), project).order_by(GateDecision.id)))
    milestones = session.scalars(
        within(known(select(Milestone), Milestone, None), project)
        .where(Milestone.is_removed.is_(False))
        .order_by(Milestone.due_on, Milestone.id)
    ).all()
    artifacts = session.scalars(
        within(known(select(Artifact), Artifact, None), project)
        .where(Artifact.is_removed.is_(False))
        .order_by(Artifact.id.desc())
    ).all()
    return Plan(
        template=chosen.template if chosen else Template.DMAIC,
        gates=gates_of(submissions, decisions),
        submissions=submissions,
        decisions=decisions,
        milestones=list(milestones),
        artifacts=list(artifacts),
        words=all_prose_of([*submissions, *decisions, *milestones, *artifacts]),
    )


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
