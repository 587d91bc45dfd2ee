"""Dates of capstone projects in calendars: milestones, gates, and when the firm is asked what lasted after go-live."""

from collections.abc import Sequence

from sqlalchemy import Select, select

from lms.capstone.followups.rules import follow_up_dates, milestones
from lms.capstone.plans.dates import plan_items
from lms.capstone.projects.models import Project, ProjectStep, TeamMember
from lms.capstone.projects.rules import ProjectState
from lms.capstone.savings.queries import with_capital
from lms.hub.calendar.kinds import ItemKind
from lms.hub.calendar.queries.more import Side, calendar_source
from lms.hub.calendar.rules.items import Item, revision, whole_days
from lms.hub.enrollment.models import Placement
from lms.kernel.db import Base, session
from lms.kernel.facts import runs_on, stands
from lms.kernel.text import N_, say
from lms.people.access import Action, Actor, Relation
from lms.people.orgs.models import Firm
from lms.people.scope import policy_day, scoped, unscoped, within

GIVEN_UP = frozenset({ProjectState.TRANSFERRED, ProjectState.CANCELLED})
OF_FIRM = (Relation.SPONSOR, Relation.FINANCE, Relation.FIRM_VIEWER)


@calendar_source
def follow_ups(actor: Actor, side: Side, rows: Sequence[Base]) -> list[Item]:
    """Follow-ups, milestones, gates of the projects that concern `actor` on this side. Eight queries; one for none."""
    projects = session.execute(_projects(actor, side, rows)).all()
    if not projects:
        return []
    numbers = [project.id for project, _ in projects]
    steps = select(ProjectStep).where(ProjectStep.project_id.in_(numbers), stands(ProjectStep)).order_by(ProjectStep.id)
    live: dict[int, ProjectStep] = {}
    ended: set[int] = set()
    for step in session.scalars(unscoped(steps, "steps of projects that were found in scope")):
        if step.state in GIVEN_UP:
            live.pop(step.project_id, None)
            ended.add(step.project_id)
        elif step.state is ProjectState.IMPLEMENTED:
            live[step.project_id] = step
    capital = with_capital(numbers)
    asked = [
        _item(project, firm, live[project.id], milestone)
        for project, firm in projects
        if project.id in live
        for milestone in milestones(has_capital=project.id in capital)
    ]
    return asked + plan_items([(project, firm) for project, firm in projects if project.id not in ended])


def _projects(actor: Actor, side: Side, rows: Sequence[Base]) -> Select[Project, Firm]:
    statement = select(Project, Firm).join(Firm, Firm.id == Project.firm_id).order_by(Project.id)
    statement = scoped(statement, actor, Action.PROJECT_READ, on=Project)
    if side is Side.FIRM:
        firms = {number for relation in OF_FIRM for number in actor.places(relation)}
        return statement.where(Project.firm_id.in_(sorted(firms)))
    team = select(TeamMember.project_id).where(stands(TeamMember))
    if side is Side.STUDENT:
        return statement.where(Project.id.in_(within(team, rows, on=TeamMember)))
    placed = within(select(Placement.enrollment_id), rows, on=Placement)
    placed = placed.where(stands(Placement), runs_on(Placement, policy_day()))
    return statement.where(Project.id.in_(team.where(TeamMember.enrollment_id.in_(placed))))


def _item(project: Project, firm: Firm, step: ProjectStep, milestone: int) -> Item:
    due = follow_up_dates(step.effective_on, milestone).due
    starts_at, ends_at = whole_days(due, due, firm.zone)
    return Item(
        uid=f"follow-up-{milestone}-{project.public_id}",
        kind=ItemKind.REVIEW,
        title=say(N_("What lasted after %(months)s months: %(project)s"), months=milestone, project=project.title),
        starts_at=starts_at,
        ends_at=ends_at,
        zone=firm.zone,
        changed_at=step.recorded_at,
        sequence=revision(step.recorded_at),
        detail=firm.name,
        first_day=due,
        last_day=due,
        key=project.public_id,
    )
