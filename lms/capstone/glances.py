"""What a firm sees of its students at a glance: pace, paid hours, milestones, the next review, their part of savings.

Of a student's record only what each has agreed to; the caller has logged the reading. Savings are the firm's own.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import func, select

from lms.capstone.employees import Employee, days_at_firm
from lms.capstone.lines.rules.kinds import CostKind
from lms.capstone.own_figures import Part, explain_paid, explain_savings, explain_wages
from lms.capstone.pace import WeekDone
from lms.capstone.plans.models import Milestone
from lms.capstone.projects.models import Project, TeamMember
from lms.capstone.projects.queries import team_of
from lms.capstone.projects.rules import credit_of_team
from lms.capstone.savings.models import SavingsEntry
from lms.capstone.savings.queries import summaries_of
from lms.hub.enrollment.models import EmploymentSpell
from lms.hub.enrollment.rules import at_or_none
from lms.hub.hours.queries.paid import approved_paid_minutes
from lms.hub.hours.queries.situation import situations_of
from lms.hub.hours.queries.weeks import Week, weeks_of
from lms.hub.reviews.queries.states import Planned, current_of, planned_of
from lms.kernel.clock import today
from lms.kernel.db import session
from lms.kernel.explain import Explained
from lms.kernel.facts import known
from lms.kernel.money import Money
from lms.kernel.prose import prose_of
from lms.kernel.units import Span
from lms.kernel.weeks import monday_of
from lms.people.scope import unscoped, within

WEEKS_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Reached:
    """A milestone with its title."""

    row: Milestone
    title: str


@dataclass(frozen=True, slots=True)
class Credit:
    """A student's part of one project: their share, and of its first-year savings so much, reported and verified."""

    project: Project
    share_bp: int
    reported_minor: int
    verified_minor: int


def weeks_at_firm(people: Sequence[Employee]) -> dict[int, list[Week]]:
    """The last weeks of each of these people, oldest first: of each only the days on which they worked for the firm.

    A fixed number of queries.
    """
    if not people:
        return {}
    situations = situations_of([one.enrollment for one in people])
    last = monday_of(today(people[0].firm.zone))
    first = min(situation.cohort.week_one_monday for situation in situations.values())
    spells = days_at_firm(people)
    found: dict[int, list[Week]] = {number: [] for number in situations}
    for (number, monday), week in sorted(weeks_of(situations, first, last).items(), key=lambda pair: pair[0]):
        if monday <= last and any(spell.from_day <= week.days[-1] for spell in spells[number]):
            found[number].append(_of_the_firm(week, spells[number]))
    return {number: weeks[-WEEKS_SHOWN:] for number, weeks in found.items()}


def weeks_done(weeks: Iterable[Week], zone: str) -> list[WeekDone]:
    """Those that are over, with what they ask for."""
    this_week = monday_of(today(zone))
    return [WeekDone(week.monday, week.minutes, week.target.least) for week in weeks if week.monday < this_week]


def paid_at_firm(people: Sequence[Employee]) -> dict[int, Explained[Span]]:
    """Approved minutes of the last eight weeks that the firm paid, by enrollment. Eight queries for each firm."""
    found: dict[int, Explained[Span]] = {}
    for firm in {one.firm.id: one.firm for one in people}.values():
        ids = [one.enrollment.id for one in people if one.firm.id == firm.id]
        since = monday_of(today(firm.zone)) - timedelta(weeks=WEEKS_SHOWN - 1)
        weeks = approved_paid_minutes(ids, firm.id)
        for number in ids:
            found[number] = explain_paid(weeks.get(number, {}), since)
    return found


def projects_by_employee(people: Sequence[Employee]) -> dict[int, list[Project]]:
    """The firm's projects on which each works or worked, by enrollment, newest first. One query."""
    firms = {one.enrollment.id: one.firm.id for one in people}
    statement = (
        known(select(TeamMember.enrollment_id, Project), TeamMember, None)
        .join(Project, Project.id == TeamMember.project_id)
        .order_by(Project.id.desc())
    )
    found: dict[int, list[Project]] = {number: [] for number in firms}
    rows = within(statement, [one.enrollment for one in people], on=TeamMember)
    for number, project in session.execute(unscoped(rows, "projects of students that were found")):
        if project.firm_id == firms[number]:
            found[number].append(project)
    return found


def milestones_of(projects: Mapping[int, Sequence[Project]]) -> dict[int, list[Reached]]:
    """The milestones of each student's projects, by enrollment, in order of their days. Two queries."""
    each = {project.id: project for some in projects.values() for project in some}
    statement = known(select(Milestone), Milestone, None).where(Milestone.is_removed.is_(False))
    rows = session.scalars(within(statement, list(each.values())).order_by(Milestone.due_on, Milestone.id)).all()
    titles = prose_of(rows, "title")
    return {
        number: [
            Reached(row, titles.get(row.public_id, ""))
            for row in rows
            if row.project_id in {project.id for project in some}
        ]
        for number, some in projects.items()
    }


def next_reviews(people: Sequence[Employee]) -> dict[int, Planned | None]:
    """The progress review that each student is at, by enrollment. A fixed number of queries."""
    planned = planned_of([one.enrollment for one in people])
    return {number: current_of(found) for number, found in planned.items()}


def credits_of(projects: Mapping[int, Sequence[Project]]) -> dict[int, list[Credit]]:
    """Each student's part of each of their projects, to the cent, by enrollment. Two queries."""
    each = list({project.id: project for some in projects.values() for project in some}.values())
    team, summaries = team_of(each), summaries_of(each)
    found: dict[int, list[Credit]] = {number: [] for number in projects}
    for number, some in projects.items():
        for project in some:
            shares = {member.row.enrollment_id: member.row.credit_bp for member in team[project.id]}
            row = summaries.get(project.id)
            parts = [credit_of_team(minor, shares) for minor in (row.reported_minor, row.verified_minor)] if row else []
            reported, verified = (part[number] for part in parts) if parts else (0, 0)
            found[number].append(Credit(project, shares[number], reported, verified))
    return found


def share_of_savings(credits: Sequence[Credit], currency: str) -> Explained[Money]:
    """A student's part of what was verified, over their projects."""
    return explain_savings([Part(one.project.title, one.verified_minor, one.share_bp) for one in credits], currency)


def wages_of(one: Employee, projects: Sequence[Project]) -> Explained[Money]:
    """What the ledgers hold as this student's wages. For finance alone. One query."""
    statement = (
        select(SavingsEntry.project_id, func.sum(SavingsEntry.amount_minor))
        .where(SavingsEntry.cost_kind == CostKind.WAGES, SavingsEntry.enrollment_id == one.enrollment.id)
        .group_by(SavingsEntry.project_id)
    )
    rows = session.execute(within(statement, list(projects), on=SavingsEntry))
    posted = {number: int(minor) for number, minor in rows}
    parts = [Part(project.title, posted[project.id]) for project in projects if project.id in posted]
    return explain_wages(parts, one.firm.currency)


def _of_the_firm(week: Week, spells: list[EmploymentSpell]) -> Week:
    return replace(
        week,
        entries=[entry for entry in week.entries if at_or_none(spells, entry.day)],
        adjustments=[one for one in week.adjustments if at_or_none(spells, one.day)],
    )
