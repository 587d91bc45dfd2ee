"""Reads of follow-ups: those of projects, the one behind a link, and what a sponsor is asked about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from lms.capstone.followups.models import FollowUp, FollowUpAnswer, FollowUpEnd, FollowUpLink, FollowUpLinkItem
from lms.capstone.followups.rules import MILESTONES, FollowUpDates, follow_up_dates, milestones, window_of
from lms.capstone.lines.models import BenefitLine, LineVersion
from lms.capstone.lines.queries import versions_of
from lms.capstone.lines.rules.kinds import LineKind
from lms.capstone.lines.rules.worth import adjusted
from lms.capstone.projects.models import Project
from lms.capstone.projects.queries import go_live_of, people_of_firm, steps_of
from lms.capstone.projects.rules import ENDED
from lms.capstone.savings.queries import ledgers_of, with_capital
from lms.capstone.savings.rules.kinds import Level
from lms.capstone.savings.rules.ledger import Row
from lms.kernel.clock import now
from lms.kernel.db import session
from lms.kernel.errors import NotFound
from lms.kernel.facts import known
from lms.kernel.text import N_
from lms.people.access import Action, Actor, Relation
from lms.people.accounts.models import Person
from lms.people.accounts.tokens import sha256_of
from lms.people.orgs.models import Firm
from lms.people.scope import scoped, unscoped, within

GONE = N_("This link is not valid any more.")


@dataclass(frozen=True, slots=True)
class FollowUpView:
    """One milestone of a project: planned, asked, answered or closed without an answer."""

    project: Project
    dates: FollowUpDates
    asked: FollowUp | None
    answer: FollowUpAnswer | None
    end: FollowUpEnd | None

    @property
    def state(self) -> str:
        """planned, asked, answered or unknown."""
        if self.answer is not None:
            return "answered"
        if self.end is not None:
            return "unknown"
        return "asked" if self.asked is not None else "planned"


@dataclass(frozen=True, slots=True)
class LineAsked:
    """A line that a follow-up asks about, with what was reported for the months in question."""

    line: BenefitLine
    forecast_minor: int


def follow_ups_of(projects: Sequence[Project]) -> dict[int, list[FollowUpView]]:
    """Every milestone of projects that went live, by the project's row number. Five queries."""
    asked = {(row.project_id, row.milestone): row for row in session.scalars(within(select(FollowUp), projects))}
    answers = {
        row.follow_up_id: row
        for row in session.scalars(within(known(select(FollowUpAnswer), FollowUpAnswer, None), projects))
    }
    ends = {row.follow_up_id: row for row in session.scalars(within(select(FollowUpEnd), projects))}
    steps, capital = steps_of(projects), with_capital([project.id for project in projects])
    found: dict[int, list[FollowUpView]] = {}
    for project in projects:
        live = go_live_of(steps[project.id])
        found[project.id] = []
        if live is None:
            continue
        for milestone in milestones(has_capital=project.id in capital):
            row = asked.get((project.id, milestone))
            number = row.id if row else 0
            if row is None and steps[project.id][-1].state in ENDED:
                continue
            dates = follow_up_dates(live, milestone)
            found[project.id].append(FollowUpView(project, dates, row, answers.get(number), ends.get(number)))
    return found


def find_follow_up(actor: Actor, public_id: str, action: Action = Action.FOLLOW_UP_READ) -> FollowUp:
    """One that was asked. Raises NotFound. One query."""
    found = session.scalar(scoped(select(FollowUp).where(FollowUp.public_id == public_id), actor, action))
    if found is None:
        raise NotFound()
    return found


def by_link(secret: str) -> tuple[FollowUpLink, FollowUp, Person, Project]:
    """What a link is about, if it still counts and its person still answers for the firm. Raises NotFound.

    Three queries.
    """
    statement = (
        select(FollowUpLink, FollowUp, Person, Project)
        .join(FollowUp, FollowUp.id == FollowUpLink.follow_up_id)
        .join(Person, Person.id == FollowUpLink.person_id)
        .join(Project, Project.id == FollowUp.project_id)
        .where(FollowUpLink.token_sha256 == sha256_of(secret), FollowUpLink.expires_at > now(), Person.is_active)
    )
    row = session.execute(unscoped(statement, "the link is the permission: one follow-up, expiring")).first()
    if row is None:
        raise NotFound(GONE)
    link, asked, person, project = row
    firm = session.scalars(unscoped(select(Firm).where(Firm.id == project.firm_id), "the link's firm")).one()
    if person.id not in {one.id for one in people_of_firm(firm, Relation.SPONSOR)}:
        raise NotFound(GONE)
    return link, asked, person, project


def listed_by(link: FollowUpLink, project: Project) -> list[tuple[FollowUpView, FollowUp]]:
    """What may still be answered of all that a link of `by_link` lists: open, unanswered, of the same firm.

    The list is that of the day on which the link was made; nothing joins it later. Seven queries.
    """
    items = within(select(FollowUpLinkItem.follow_up_id), link, on=FollowUpLinkItem)
    numbers = {link.follow_up_id, *session.scalars(items)}
    statement = (
        select(Project)
        .where(Project.id.in_(select(FollowUp.project_id).where(FollowUp.id.in_(numbers))))
        .where(Project.firm_id == project.firm_id)
    )
    projects = list(session.scalars(unscoped(statement, "the projects of what a link lists")))
    found = open_follow_ups(projects)
    return [(view, view.asked) for view in found if view.asked is not None and view.asked.id in numbers]


def project_of(asked: FollowUp) -> Project:
    """The project of a follow-up that was found. One query."""
    statement = select(Project).where(Project.id == asked.project_id)
    return session.scalars(unscoped(statement, "the project of a follow-up that was found")).one()


def answer_of(asked: FollowUp) -> FollowUpAnswer | None:
    """The answer that stands. One query."""
    return session.scalar(within(known(select(FollowUpAnswer), FollowUpAnswer, None), asked))


def end_of(asked: FollowUp) -> FollowUpEnd | None:
    """Whether it was closed without an answer. One query."""
    return session.scalar(within(select(FollowUpEnd), asked))


Months = tuple[date, date]


def lines_asked(asked: FollowUp, project: Project) -> tuple[list[LineAsked], Months]:
    """The lines that the firm has reported, with the amounts of the months in question; those months. Six queries."""
    return lines_asked_of([(asked, project)])[asked.id]


def lines_asked_of(pairs: Sequence[tuple[FollowUp, Project]]) -> dict[int, tuple[list[LineAsked], Months]]:
    """The same of several follow-ups, by the follow-up's row number. Six queries, however many.

    After the first year a line is expected to bring what it brings a year.
    """
    projects = list({project.id: project for _, project in pairs}.values())
    steps, ledgers, versions = steps_of(projects), ledgers_of(projects), versions_of(projects)
    lines: dict[int, list[BenefitLine]] = {project.id: [] for project in projects}
    ordered = select(BenefitLine).order_by(BenefitLine.position, BenefitLine.id)
    for line in session.scalars(within(ordered, projects)):
        lines[line.project_id].append(line)
    found: dict[int, tuple[list[LineAsked], Months]] = {}
    for asked, project in pairs:
        months = window_of(go_live_of(steps[project.id]) or asked.due_on, asked.milestone)
        ledger = ledgers[project.id]
        asks = []
        for line in lines[project.id]:
            rows = ledger.line_rows(line.id, Level.REPORTED)
            version = versions.get(ledger.version_at(line.id, Level.REPORTED) or 0)
            if rows:
                asks.append(LineAsked(line, _expected(asked, months, rows, version)))
        found[asked.id] = asks, months
    return found


def _expected(asked: FollowUp, months: Months, rows: Sequence[Row], version: LineVersion | None) -> int:
    if asked.milestone > MILESTONES[-1]:
        return adjusted(version) if version is not None and version.kind is LineKind.RECURRING else 0
    return sum(row.amount_minor for row in rows if months[0] <= row.period <= months[1])


def open_follow_ups(projects: Sequence[Project]) -> list[FollowUpView]:
    """Those that were asked and neither answered nor closed, the longest due first. Five queries."""
    found = [view for views in follow_ups_of(projects).values() for view in views if view.state == "asked"]
    return sorted(found, key=lambda view: (view.dates.due, view.project.id))
