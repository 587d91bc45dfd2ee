"""Reads of projects: one, those of a student or a firm, and where they stand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from sqlalchemy import Select, bindparam, select

from lms.capstone.projects.models import (
    Baseline,
    BaselineLock,
    Charter,
    Project,
    ProjectStep,
    TeamMember,
)
from lms.capstone.projects.rules import ProjectState, Readiness
from lms.hub.enrollment.models import Enrollment, Placement
from lms.kernel.columns import Day
from lms.kernel.db import session
from lms.kernel.errors import NotFound
from lms.kernel.facts import kept_for_now, known, runs_on
from lms.people.access import Action, Actor, Relation
from lms.people.accounts.models import Person
from lms.people.grants.models import GrantRow
from lms.people.orgs.models import Firm
from lms.people.scope import ask_read, policy_day, scoped, unscoped, within, within_a


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a team with the name that everybody in the project knows."""

    row: TeamMember
    person_id: int
    name: str


def find_project(actor: Actor, public_id: str, action: Action = Action.PROJECT_READ) -> Project:
    """One project. Raises NotFound. One query."""
    project = session.scalar(scoped(select(Project).where(Project.public_id == public_id), actor, action))
    if project is None:
        raise NotFound()
    return project


def list_projects(actor: Actor, action: Action = Action.PROJECT_READ) -> list[Project]:
    """Every project that the actor may read, oldest first. One query."""
    return list(session.scalars(scoped(select(Project), actor, action).order_by(Project.id)))


def projects_of_firm(firm: Firm) -> list[Project]:
    """Every project of a firm that the caller has found, oldest first. One query."""
    return list(session.scalars(within(select(Project), firm).order_by(Project.id)))


def firm_of(project: Project) -> Firm:
    """The firm of a project that the caller has found. One query."""
    statement = select(Firm).where(Firm.id == project.firm_id)
    return session.scalars(unscoped(statement, "the firm of a project that was found")).one()


def firm_of_each(projects: Sequence[Project]) -> dict[int, str]:
    """The name of the firm of each project that the caller has found, by the project's row number. One query."""
    statement = select(Firm.id, Firm.name).where(Firm.id.in_({project.firm_id for project in projects}))
    names = {row.id: row.name for row in session.execute(unscoped(statement, "firms of projects that were found"))}
    return {project.id: names[project.firm_id] for project in projects}


def projects_of_enrollment(enrollment: Enrollment) -> list[Project]:
    """The projects on which an enrollment that the caller has found works or worked, newest first. One query."""
    mine = within(known(select(TeamMember.project_id), TeamMember, None), enrollment, on=TeamMember)
    statement = select(Project).where(Project.id.in_(mine)).order_by(Project.id.desc())
    return list(session.scalars(unscoped(statement, "projects of an enrollment that was found")))


def steps_of(projects: Sequence[Project], as_of: datetime | None = None) -> dict[int, list[ProjectStep]]:
    """The steps of each project by its row number, oldest first. One query."""
    found: dict[int, list[ProjectStep]] = {project.id: [] for project in projects}
    for (row,) in ask_read(_steps(as_of), projects):
        found[row.project_id].append(row)
    return found


@kept_for_now
def _steps(as_of: datetime | None) -> Select[ProjectStep]:
    return within_a(known(select(ProjectStep), ProjectStep, as_of), Project).order_by(ProjectStep.id)


def state_of(project: Project, as_of: datetime | None = None) -> ProjectState:
    """Where a project stands. One query."""
    return steps_of([project], as_of)[project.id][-1].state


def go_live_of(steps: Iterable[ProjectStep]) -> date | None:
    """The day on which the change went live; None before."""
    return next((step.effective_on for step in steps if step.state is ProjectState.IMPLEMENTED), None)


def team_of(projects: Sequence[Project], day: date | None = None) -> dict[int, list[Member]]:
    """Who works on each project on `day` (None: ever), by its row number. One query."""
    found: dict[int, list[Member]] = {project.id: [] for project in projects}
    asked = {} if day is None else {"day": day}
    for row, person_id, name in ask_read(_team(on_a_day=day is not None), projects, **asked):
        found[row.project_id].append(Member(row, person_id, name))
    return found


@cache
def _team(*, on_a_day: bool) -> Select[TeamMember, int, str]:
    statement = (
        known(select(TeamMember, Person.id, Person.name), TeamMember, None)
        .join(Enrollment, Enrollment.id == TeamMember.enrollment_id)
        .join(Person, Person.id == Enrollment.person_id)
        .order_by(TeamMember.id)
    )
    if on_a_day:
        statement = statement.where(runs_on(TeamMember, bindparam("day", type_=Day)))
    return within_a(statement, Project, on=TeamMember)


def charter_of(project: Project, as_of: datetime | None = None) -> Charter | None:
    """The charter that stands. One query."""
    return session.scalar(within(known(select(Charter), Charter, as_of), project))


def baseline_of(project: Project) -> tuple[Baseline | None, BaselineLock | None]:
    """The baseline that stands and the lock on it. Two queries."""
    baseline = session.scalar(within(known(select(Baseline), Baseline, None), project))
    lock = session.scalar(within(select(BaselineLock), project).order_by(BaselineLock.id.desc()))
    return baseline, lock


def readiness_of(project: Project, go_live: date | None = None) -> Readiness:
    """What the project has for its next step. Three queries."""
    charter = charter_of(project)
    _, lock = baseline_of(project)
    return Readiness(
        has_sponsor=charter is not None,
        has_coach=charter is not None,
        has_finance_contact=charter is not None,
        terms_accepted=charter is not None,
        has_wage_source=charter is not None,
        baseline_locked=lock is not None,
        go_live=go_live,
    )


def people_of_firm(firm: Firm, relation: str) -> list[Person]:
    """Who holds `relation` ("sponsor", "finance") over a firm today, by name. For pickers; one query."""
    held = select(GrantRow.person_id).where(
        GrantRow.relation == relation, GrantRow.place_id == firm.id, runs_on(GrantRow, policy_day())
    )
    statement = select(Person).where(Person.id.in_(held)).order_by(Person.name)
    return list(session.scalars(unscoped(statement, "names of a firm's own people for its pickers")))


def coaches_for(project: Project) -> list[Person]:
    """Who may coach a project: the instructors of the sections in which its team sits today, by name. Two queries."""
    team = within(known(select(TeamMember.enrollment_id), TeamMember, None), project, on=TeamMember)
    sections = known(select(Placement.section_id), Placement, None).where(
        Placement.enrollment_id.in_(team), runs_on(Placement, policy_day())
    )
    held = select(GrantRow.person_id).where(
        GrantRow.relation == Relation.INSTRUCTOR, GrantRow.place_id.in_(sections), runs_on(GrantRow, policy_day())
    )
    statement = select(Person).where(Person.id.in_(held)).order_by(Person.name)
    return list(session.scalars(unscoped(statement, "names of those who may coach a project that was found")))
