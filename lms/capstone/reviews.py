"""What waits for the program: verified savings to review, and those that finance says are still there after a year."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select

from lms.capstone.lines.rules.bands import Unusual, unusual
from lms.capstone.lines.rules.worth import adjusted
from lms.capstone.projects.models import Charter, Project
from lms.capstone.projects.queries import list_projects, team_of
from lms.capstone.queries import ProjectFigures, figures_of
from lms.capstone.savings.models import Posting
from lms.capstone.savings.queries import first_reviewers
from lms.capstone.savings.rules.kinds import Level
from lms.capstone.savings.rules.review import needs_second
from lms.capstone.savings.rules.rows import line_total
from lms.capstone.savings.rules.sustained import LAPSE, SUSTAIN, last_word
from lms.kernel.db import session
from lms.kernel.facts import known
from lms.kernel.money import Money
from lms.people.access import Action, Actor
from lms.people.orgs.models import Firm
from lms.people.scope import unscoped, within


class Task(StrEnum):
    """What a reviewer is to do."""

    REVIEW = "review"
    SECOND = "second"
    """One person has reviewed it; it is large or unusual, so another has to."""
    CONFIRM = "confirm"
    """Finance says that it lasts."""


@dataclass(frozen=True, slots=True)
class ToReview:
    """A saving that waits. since: of finance's last decision. is_mine: the reader is apart from it."""

    task: Task
    claim: Posting
    title: str
    project: Project
    firm: str
    amount: Money
    unusual: Sequence[Unusual]
    needs_two: bool
    since: datetime
    is_mine: bool


def list_to_review(actor: Actor) -> list[ToReview]:
    """Everything in the actor's programs that waits for a review, one's own to do first, then the oldest.

    Ten queries, however many.
    """
    projects = list_projects(actor, Action.SAVINGS_REVIEW)
    coaches, teams = _coaches(projects), team_of(projects)
    statement = select(Firm.id, Firm.name).where(Firm.id.in_({project.firm_id for project in projects}))
    firms = {row.id: row.name for row in session.execute(unscoped(statement, "firms of projects that were found"))}
    found: list[ToReview] = []
    for figures in figures_of(projects):
        project = figures.project
        apart = {coaches.get(project.id), *(member.person_id for member in teams[project.id])}
        found += _of_project(actor, figures, firms[project.firm_id], is_part=actor.person_id in apart)
    return sorted(found, key=lambda one: (not one.is_mine, one.since, one.claim.id))


def _of_project(actor: Actor, figures: ProjectFigures, firm: str, *, is_part: bool) -> Iterator[ToReview]:
    ledger, currency = figures.ledger, figures.project.currency
    for line in figures.lines:
        claim = ledger.standing_claim(line.id)
        version_id = ledger.version_at(line.id, Level.VERIFIED) if claim else None
        if not isinstance(claim, Posting) or version_id is None:
            continue
        version = figures.versions[version_id]
        word, reviewers = last_word(claim, ledger.decisions), first_reviewers(ledger, claim)
        level = ledger.states[claim.id].level
        if level is Level.VERIFIED and word != LAPSE:
            task = Task.SECOND if reviewers else Task.REVIEW
        elif level is Level.REVIEWED and word == SUSTAIN:
            task, reviewers = Task.CONFIRM, set()
        else:
            continue
        amount = line_total(ledger, line.id, Level.VERIFIED)
        flags = unusual(version.stream, adjusted(version), currency)
        yield ToReview(
            task=task,
            claim=claim,
            title=line.title,
            project=figures.project,
            firm=firm,
            amount=Money(amount, currency),
            unusual=flags,
            needs_two=task is not Task.CONFIRM and needs_second(amount, bool(flags)),
            since=max(made.recorded_at for made in ledger.decisions if made.posting_id == claim.id),
            is_mine=not is_part and actor.person_id not in reviewers,
        )


def _coaches(projects: Sequence[Project]) -> dict[int, int]:
    rows = session.scalars(within(known(select(Charter), Charter, None), projects))
    return {row.project_id: row.coach_id for row in rows}
