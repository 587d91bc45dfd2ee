"""What waits for somebody of the firm: charters to agree to, claims to report or verify, amendments to accept."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flask import Response, url_for

from lms.capstone.lines.models import BenefitLine
from lms.capstone.projects.models import Project
from lms.capstone.projects.rules import ProjectState
from lms.capstone.queries import FirmFigures, ProjectFigures, firm_figures
from lms.capstone.savings.models import Posting
from lms.capstone.savings.rules.kinds import Level
from lms.capstone.savings.rules.rows import line_total, waiting_amendments
from lms.capstone.savings.rules.sustained import last_word
from lms.guard import current_actor, requires
from lms.kernel.money import Money
from lms.kernel.text import N_
from lms.people.access import Action, Actor, Relation
from lms.people.scope import policy_day
from lms.web.employer import bp
from lms.web.employer.finding import own_firm
from lms.web.pages import page
from lms.web.savings.claims import year_of
from lms.web.savings.lines import line_view


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing to do. amount: of the line's first year, where it is about money."""

    what: str
    title: str
    project: Project
    url: str
    since: datetime | None
    amount: Money | None
    is_mine: bool


@bp.get("/waiting")
@requires(Action.PORTFOLIO_READ)
def waiting() -> Response:
    actor = current_actor()
    figures = firm_figures(own_firm(actor))
    return page("employer/waiting.html", firm=figures.firm, waiting=things_waiting(actor, figures))


def things_waiting(actor: Actor, figures: FirmFigures) -> list[Waiting]:
    """Everything that waits in the firm's projects, one's own things first, then the oldest."""
    found = [each for one in figures.projects for each in _of_project(actor, one)]
    return sorted(found, key=lambda each: (not each.is_mine, each.since is None, each.since))


def _of_project(actor: Actor, figures: ProjectFigures) -> Iterator[Waiting]:
    project = figures.project
    reports = project.firm_id in actor.places(Relation.SPONSOR)
    verifies = project.firm_id in actor.places(Relation.FINANCE)
    if figures.state is ProjectState.PROPOSED:
        url = url_for("employer.charter", project=project.public_id)
        yield Waiting(N_("Agree to the charter"), project.title, project, url, None, None, reports)
    for line in figures.lines:
        claim = figures.ledger.standing_claim(line.id)
        amount = Money(line_total(figures.ledger, line.id, Level.DRAFT), project.currency)
        if isinstance(claim, Posting):
            url = url_for("employer.claim", posting=claim.public_id)
            level = figures.ledger.states[claim.id].level
            if level is Level.DRAFT:
                yield Waiting(N_("Report the saving"), line.title, project, url, claim.recorded_at, amount, reports)
            elif level is Level.REPORTED or waiting_amendments(figures.ledger, line.id):
                yield Waiting(N_("Verify the saving"), line.title, project, url, claim.recorded_at, amount, verifies)
            if _may_be_judged(figures, line, claim):
                url_year = url_for("employer.after_a_year", posting=claim.public_id)
                yield Waiting(N_("Say whether it lasts"), line.title, project, url_year, None, amount, verifies)
            yield from _amendments(figures, line.id, line.title, url, reports)


def _may_be_judged(figures: ProjectFigures, line: BenefitLine, claim: Posting) -> bool:
    """Whether the first year of a reviewed saving is over and finance has not said yet whether it lasts."""
    if figures.ledger.states[claim.id].level is not Level.REVIEWED or last_word(claim, figures.ledger.decisions):
        return False
    view = line_view(figures, line)
    year = year_of(figures, view) if view else None
    return year is not None and year.ended_after is None and policy_day() >= year.due_on


def _amendments(figures: ProjectFigures, line_id: int, title: str, url: str, is_mine: bool) -> Iterator[Waiting]:
    used = {posting.version_id for posting in figures.ledger.postings}
    for version in figures.versions.values():
        if version.line_id == line_id and version.is_amendment and version.id not in used:
            yield Waiting(N_("Accept the amendment"), title, figures.project, url, version.recorded_at, None, is_mine)
