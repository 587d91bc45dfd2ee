"""Capstone projects and their benefit lines."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from lms.api.finding import part_of
from lms.api.kit import operation
from lms.api.shapes import Amount, AsOf, Paged, Shape
from lms.capstone.lines.models import BenefitLine, LineVersion
from lms.capstone.lines.queries import lines_of, newest, versions_of
from lms.capstone.lines.rules.worth import schedule
from lms.capstone.projects.models import Project
from lms.capstone.projects.queries import find_project, go_live_of, steps_of
from lms.capstone.savings.queries import ledger_of
from lms.capstone.savings.rules.kinds import Level
from lms.capstone.savings.rules.ledger import Ledger
from lms.people.access import Action, Actor
from lms.people.scope import scoped

PROJECT = "/projects/<public_id:project>"


class ProjectOut(Shape):
    """`state`: proposed, chartered, ... closed. `go_live`: the day on which the change went into use; null before.

    `source`: where the figures of a sample project come from.
    """

    id: str
    title: str
    problem: str
    state: str
    go_live: date | None
    currency: str
    source: str
    is_sample: bool


class ProjectsOut(Shape):
    """`next`: send it as `after` for the following page; null on the last one."""

    items: list[ProjectOut]
    next: str | None


class LineOut(Shape):
    """What the newest version of a line says. `worth`: over its first twelve months; null for a line without one.

    `level`: how far its claim is attested, V0 to V4; null without a claim that stands.
    """

    id: str
    title: str
    benefit_class: str | None
    kind: str | None
    worth: Amount | None
    level: str | None


class LinesOut(Shape):
    """In the order of the project's page."""

    items: list[LineOut]


@operation("GET /projects", Action.PROJECT_READ, gives=ProjectsOut, query=Paged)
def list_projects(actor: Actor, query: Paged) -> ProjectsOut:
    """The projects that you may see: your own, your section's, your firm's."""
    page = part_of(scoped(select(Project), actor, Action.PROJECT_READ), Project.id, query)
    return ProjectsOut(items=_out(page.items), next=page.after)


@operation(f"GET {PROJECT}", Action.PROJECT_READ, gives=ProjectOut)
def get_project(actor: Actor, project: str) -> ProjectOut:
    """One project."""
    return project_out(find_project(actor, project))


@operation(f"GET {PROJECT}/lines", Action.SAVINGS_READ, gives=LinesOut, query=AsOf)
def list_lines(actor: Actor, project: str, query: AsOf) -> LinesOut:
    """What the project saves, line by line, and how far each is attested."""
    found = find_project(actor, project, Action.SAVINGS_READ)
    versions, ledger = versions_of([found], query.as_of).values(), ledger_of(found, query.as_of)
    items = [_line(line, newest(versions, line.id), ledger, found.currency) for line in lines_of([found])]
    return LinesOut(items=items)


def project_out(project: Project) -> ProjectOut:
    """One project as it now stands."""
    return _out([project])[0]


def level_name(level: Level) -> str:
    """A level as people write it: V0 to V4."""
    return f"V{int(level)}"


def _out(projects: Sequence[Project]) -> list[ProjectOut]:
    steps = steps_of(projects)
    return [
        ProjectOut(
            id=project.public_id,
            title=project.title,
            problem=project.problem,
            state=steps[project.id][-1].state,
            go_live=go_live_of(steps[project.id]),
            currency=project.currency,
            source=project.source,
            is_sample=project.is_sample,
        )
        for project in projects
    ]


def _line(line: BenefitLine, version: LineVersion | None, ledger: Ledger, currency: str) -> LineOut:
    claim = ledger.standing_claim(line.id)
    worth = sum(part.minor for part in schedule(version)) if version else None
    return LineOut(
        id=line.public_id,
        title=line.title,
        benefit_class=version.benefit_class if version else None,
        kind=version.kind if version else None,
        worth=None if worth is None else Amount.of(worth, currency),
        level=level_name(ledger.states[claim.id].level) if claim else None,
    )
