"""Projects that nobody has carried out yet: looked at once a year, and after three years not implemented (E33).

The sweep writes where a project stands and tells its sponsor; it posts no money.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from lms.capstone.lines.rules.kinds import CostKind
from lms.capstone.projects.models import Project, ProjectStep
from lms.capstone.projects.queries import firm_of, people_of_firm, steps_of
from lms.capstone.projects.rules import (
    ImplementationStatus,
    Outcome,
    ProjectState,
    is_pending,
    pending_may_stay,
    pending_months,
)
from lms.capstone.projects.services import chain_name, lock, move
from lms.capstone.savings.models import SavingsEntry
from lms.kernel import chain
from lms.kernel.claims import take
from lms.kernel.db import session
from lms.messages.services import notify_many
from lms.people.access import Action, Actor, Relation
from lms.people.commands import command
from lms.people.scope import policy_day, unscoped

MONTHS_A_YEAR = 12
NO_IMPLEMENTATION = (CostKind.TUITION, CostKind.WAGES, CostKind.INCENTIVE)
"""What is paid for learning and not for the change."""

WHY = "the sweep of pending projects looks at every project"


@dataclass(frozen=True, slots=True)
class Pending:
    """A project that is due to be looked at. months: since its charter. cost_minor: what the change has cost so far."""

    project: Project
    months: int
    cost_minor: int

    @property
    def year(self) -> int:
        """Which yearly look it is."""
        return self.months // MONTHS_A_YEAR


def pending_now() -> list[Pending]:
    """The projects that have been pending for a year or more. Three queries, however many."""
    chartered = select(ProjectStep.project_id).where(ProjectStep.state == ProjectState.CHARTERED)
    statement = select(Project).where(Project.id.in_(chartered)).order_by(Project.id)
    projects = list(session.scalars(unscoped(statement, WHY)))
    steps, day = steps_of(projects), policy_day()
    waits = [project for project in projects if is_pending(steps[project.id][-1].state)]
    costs = _costs(waits)
    found = [
        Pending(project, pending_months(_since(steps[project.id]), day), costs.get(project.id, 0)) for project in waits
    ]
    return [one for one in found if one.year >= 1]


@command(Action.PENDING_SETTLE)
def settle_pending(actor: Actor, project: Project, pending: Pending) -> ProjectStep | None:
    """Write down that it is still pending, once a year, or end it as not implemented; None if that was done before."""
    if not take("pending-project", project.public_id, str(pending.year)):
        return None
    lock(project)
    state = steps_of([project])[project.id][-1].state
    if not is_pending(state):
        return None
    if pending_may_stay(pending.cost_minor, pending.months):
        step = ProjectStep(
            project_id=project.id, state=state, effective_on=policy_day(), status=ImplementationStatus.PENDING
        )
        session.add(step)
        session.flush()
        chain.append(chain_name(project.id), step)
    else:
        step = move(project, ProjectState.CLOSED, policy_day(), outcome=Outcome.NOT_IMPLEMENTED)
    _tell_sponsors(project, step)
    return step


def _tell_sponsors(project: Project, step: ProjectStep) -> None:
    values = {"project": project.title, "path": f"/employer/projects/{project.public_id}"}
    template = "project-pending" if step.status is ImplementationStatus.PENDING else "project-not-implemented"
    people = people_of_firm(firm_of(project), Relation.SPONSOR)
    notify_many(template, [(person.id, step.public_id, values) for person in people])


def _since(steps: Sequence[ProjectStep]) -> date:
    return next(step.effective_on for step in steps if step.state is ProjectState.CHARTERED)


def _costs(projects: Sequence[Project]) -> dict[int, int]:
    statement = (
        select(SavingsEntry.project_id, func.sum(SavingsEntry.amount_minor))
        .where(
            SavingsEntry.project_id.in_([project.id for project in projects]),
            SavingsEntry.cost_kind.is_not(None),
            SavingsEntry.cost_kind.not_in(NO_IMPLEMENTATION),
        )
        .group_by(SavingsEntry.project_id)
    )
    return {number: int(minor) for number, minor in session.execute(unscoped(statement, WHY))}
