"""Today: what waits for this person's signature, and what the firm's projects have saved so far."""

from dataclasses import dataclass

from flask import Response

from lms.capstone.projects.models import Project
from lms.capstone.projects.queries import list_projects
from lms.capstone.savings.models import ProjectSummary
from lms.capstone.savings.queries import summaries_of
from lms.guard import current_actor, requires
from lms.hub.hours.queries.waiting import parts_waiting
from lms.kernel.errors import NotAllowed
from lms.kernel.text import N_
from lms.people.access import Action, Relation
from lms.web.employer import bp
from lms.web.pages import page

FIRM = (Relation.SPONSOR, Relation.FINANCE, Relation.FIRM_VIEWER, Relation.SUPERVISOR)


@dataclass(frozen=True, slots=True)
class Saved:
    """First-year net of counted classes in one currency: reported by sponsors, and of that verified by finance."""

    currency: str
    reported_minor: int
    verified_minor: int


@bp.get("/")
@requires(Action.FIRM_READ)
def home() -> Response:
    actor = current_actor()
    if not actor.holds(*FIRM):
        raise NotAllowed(N_("This page is not for your role."))
    projects = list_projects(actor, Action.PORTFOLIO_READ)
    summaries = summaries_of(projects)
    return page(
        "employer/home.html",
        parts=parts_waiting(actor),
        projects=[(project, summaries.get(project.id)) for project in projects],
        saved=saved_of(projects, summaries),
        to_verify=sum(1 for summary in summaries.values() if summary.waiting_since),
        is_finance=actor.holds(Relation.FINANCE),
    )


def saved_of(projects: list[Project], summaries: dict[int, ProjectSummary]) -> list[Saved]:
    """One line a currency; sums of stored rows."""
    found: dict[str, Saved] = {}
    for project in projects:
        row, had = summaries.get(project.id), found.get(project.currency, Saved(project.currency, 0, 0))
        if row:
            found[project.currency] = Saved(
                project.currency, had.reported_minor + row.reported_minor, had.verified_minor + row.verified_minor
            )
    return list(found.values())
