"""Asking the firm what lasted, reminding, closing without an answer; and answering. Nothing here posts money."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from lms.capstone.followups.models import FollowUp, FollowUpAnswer, FollowUpEnd, FollowUpLink, FollowUpLinkItem
from lms.capstone.followups.queries import answer_of, end_of, lines_asked, open_follow_ups, project_of
from lms.capstone.followups.rules import (
    COORDINATOR_DAYS,
    LINK_DAYS,
    Answers,
    FollowUpDates,
    check_answers,
    closes_on,
    reminders_due,
    to_ask,
)
from lms.capstone.projects.models import Charter, Project, ProjectStep
from lms.capstone.projects.queries import firm_of, go_live_of, people_of_firm, projects_of_firm, steps_of
from lms.capstone.projects.rules import ENDED, ImplementationStatus, ProjectState
from lms.capstone.projects.services import chain_name, lock
from lms.capstone.savings.queries import with_capital
from lms.kernel import chain
from lms.kernel.acting import acting_at
from lms.kernel.claims import take
from lms.kernel.clock import today
from lms.kernel.db import session
from lms.kernel.errors import RuleBroken
from lms.kernel.facts import known, runs_on
from lms.kernel.prose import keep
from lms.kernel.text import N_
from lms.messages.services import notify_many
from lms.people.access import Action, Actor, Relation
from lms.people.accounts.models import Person
from lms.people.accounts.tokens import new_secret, sha256_of
from lms.people.anchors import anchor_of
from lms.people.commands import command
from lms.people.grants.models import GrantRow
from lms.people.orgs.models import Firm, FirmStatus
from lms.people.scope import policy_day, unscoped, within

WHY = "the sweep of follow-ups looks at every project"


@dataclass(frozen=True, slots=True)
class Due:
    """One thing to do about one project."""

    project: Project
    ask: FollowUpDates | None = None
    asked: FollowUp | None = None


def due_now() -> list[Due]:
    """What is to be asked, reminded of or closed today, project by project. Seven queries, however many."""
    live = select(ProjectStep.project_id).where(ProjectStep.state == ProjectState.IMPLEMENTED)
    statement = select(Project).where(Project.id.in_(live)).order_by(Project.id)
    projects = list(session.scalars(unscoped(statement, WHY)))
    firms = _firms(projects)
    steps = steps_of(projects)
    asked: dict[int, dict[int, FollowUp]] = {project.id: {} for project in projects}
    for row in session.scalars(within(select(FollowUp), projects)):
        asked[row.project_id][row.milestone] = row
    settled, capital = _settled(projects), with_capital([project.id for project in projects])
    found: list[Due] = []
    for project in projects:
        day = today(firms[project.firm_id].zone)
        opened = [row for row in asked[project.id].values() if row.id not in settled]
        found += [Due(project, asked=row) for row in sorted(opened, key=lambda row: row.milestone)]
        went_live = go_live_of(steps[project.id])
        if (
            went_live
            and steps[project.id][-1].state not in ENDED
            and firms[project.firm_id].status != FirmStatus.CEASED
        ):
            has_capital = project.id in capital
            plans = to_ask(went_live, asked[project.id], day, has_capital=has_capital)
            found += [Due(project, ask=plan) for plan in plans]
    return found


def _firms(projects: Iterable[Project]) -> dict[int, Firm]:
    statement = select(Firm).where(Firm.id.in_({project.firm_id for project in projects}))
    return {firm.id: firm for firm in session.scalars(unscoped(statement, WHY))}


def _settled(projects: list[Project]) -> set[int]:
    answered = session.scalars(within(select(FollowUpAnswer.follow_up_id), projects, on=FollowUpAnswer))
    ended = session.scalars(within(select(FollowUpEnd.follow_up_id), projects, on=FollowUpEnd))
    return {*answered, *ended}


@command(Action.FOLLOW_UP_ASK)
def ask_follow_up(actor: Actor, project: Project, plan: FollowUpDates) -> FollowUp | None:
    """Ask the firm about one milestone; None if it was asked before. The sponsor gets a link by mail."""
    if not take("follow-up", project.public_id, str(plan.milestone)):
        return None
    lock(project)
    firm = firm_of(project)
    asked = FollowUp(
        project_id=project.id,
        milestone=plan.milestone,
        due_on=plan.due,
        closes_on=closes_on(plan, today(firm.zone)),
    )
    session.add(asked)
    session.flush()
    chain.append(chain_name(project.id), asked)
    _send_links(project, firm, asked, "asked")
    return asked


@command(Action.FOLLOW_UP_ASK)
def press_follow_up(actor: Actor, project: Project, asked: FollowUp) -> FollowUpEnd | None:
    """Remind of one that is open, tell the office when it is late, close it when its time is over: each once."""
    if answer_of(asked) is not None or end_of(asked) is not None:
        return None
    firm = firm_of(project)
    day = today(firm.zone)
    if day > asked.closes_on or firm.status == FirmStatus.CEASED:
        return _close(project, asked)
    for days in reminders_due(asked.due_on, day):
        if take("follow-up-reminder", asked.public_id, str(days)):
            _send_links(project, firm, asked, f"day-{days}")
    if asked.due_on + timedelta(COORDINATOR_DAYS) <= day and take("follow-up-late", asked.public_id):
        _tell_office(project, asked)
    return None


def _close(project: Project, asked: FollowUp) -> FollowUpEnd | None:
    if not take("follow-up-end", asked.public_id):
        return None
    lock(project)
    end = FollowUpEnd(follow_up_id=asked.id, project_id=project.id, status=ImplementationStatus.UNKNOWN)
    session.add(end)
    session.flush()
    chain.append(chain_name(project.id), end)
    return end


@command(Action.FOLLOW_UP_ANSWER)
def answer_follow_up(actor: Actor, asked: FollowUp, answers: Answers) -> FollowUpAnswer:
    """The sponsor answers; saying it again replaces what was said, as long as it is open. Raises RuleBroken.

    Amounts are what the sponsor knows; finance confirms months in the ledger by itself.
    """
    project = project_of(asked)
    lock(project)
    firm = firm_of(project)
    if end_of(asked) is not None or today(firm.zone) > asked.closes_on:
        raise RuleBroken(N_("This follow-up is closed. Finance can still confirm each month in the ledger."))
    lines, _ = lines_asked(asked, project)
    check_answers(answers, [one.line.id for one in lines])
    before = answer_of(asked)
    made = FollowUpAnswer(
        follow_up_id=asked.id,
        project_id=project.id,
        in_use=answers.in_use,
        lines=[[one.line_id, one.how.value, one.minor] for one in answers.lines],
        volume=answers.volume,
        new_cost_minor=answers.new_cost_minor,
        drift=answers.drift,
        jobs=answers.jobs,
        margin_minor=answers.margin_minor,
        intangibles=dict(answers.intangibles),
        again=answers.again,
        publish=answers.publish,
        by_link=actor.via == "link",
        supersedes_id=before.id if before else None,
    )
    session.add(made)
    keep(made, comment=answers.comment.strip())
    chain.append(chain_name(project.id), made)
    _tell_finance(project, firm, made)
    return made


def note_opened(link: FollowUpLink) -> None:
    """When a link's page was first asked for."""
    if link.opened_at is None:
        link.opened_at = acting_at()


def _send_links(project: Project, firm: Firm, asked: FollowUp, occasion: str) -> None:
    """A link of its own for each sponsor who is asked, forgotten by the outbox once it is sent.

    It also opens what else the firm is asked now and this person answers for, so that all can be said at once.
    """
    letters = []
    others = _open_at(firm, asked)
    for person in _sponsors(project, firm):
        secret = new_secret()
        link = FollowUpLink(
            follow_up_id=asked.id,
            person_id=person.id,
            token_sha256=sha256_of(secret),
            created_at=acting_at(),
            expires_at=acting_at() + timedelta(LINK_DAYS),
        )
        session.add(link)
        session.flush()
        session.add_all(
            FollowUpLinkItem(follow_up_link_id=link.id, follow_up_id=other.id, person_id=person.id)
            for other, answerable in others
            if person.id in answerable
        )
        values = {"project": project.title, "due": asked.due_on, "months": asked.milestone}
        letters.append((person.id, f"{asked.public_id}:{occasion}", {**values, "path": f"/follow-ups/{secret}"}))
    notify_many("follow-up-due", letters)


def _open_at(firm: Firm, asked: FollowUp) -> list[tuple[FollowUp, frozenset[int]]]:
    """What else is open at a firm, each with the row numbers of those who are asked. A fixed number of statements."""
    projects = projects_of_firm(firm)
    views = [view for view in open_follow_ups(projects) if view.asked is not None and view.asked.id != asked.id]
    if not views:
        return []
    sponsors = people_of_firm(firm, Relation.SPONSOR)
    charters = within(known(select(Charter.project_id, Charter.sponsor_id), Charter, None), projects, on=Charter)
    signed = {row.project_id: row.sponsor_id for row in session.execute(charters)}
    return [
        (view.asked, frozenset(person.id for person in _asked_of(sponsors, signed.get(view.project.id))))
        for view in views
        if view.asked is not None
    ]


def _sponsors(project: Project, firm: Firm) -> list[Person]:
    """Who signed the charter, if they still act for the firm; else everybody who sponsors for it now."""
    now = people_of_firm(firm, Relation.SPONSOR)
    signed = session.scalar(within(known(select(Charter.sponsor_id), Charter, None), project, on=Charter))
    return _asked_of(now, signed)


def _asked_of(sponsors: list[Person], signed: int | None) -> list[Person]:
    """Whoever signed, if among them; else all of them."""
    return [person for person in sponsors if person.id == signed] or sponsors


def _tell_finance(project: Project, firm: Firm, made: FollowUpAnswer) -> None:
    path = f"/employer/projects/{project.public_id}"
    values = {"project": project.title, "path": path}
    people = people_of_firm(firm, Relation.FINANCE)
    session.flush()
    notify_many("follow-up-answered", [(person.id, made.public_id, values) for person in people])


def _tell_office(project: Project, asked: FollowUp) -> None:
    values = {"project": project.title, "due": asked.due_on, "path": "/coordinator/follow-ups"}
    notify_many("follow-up-late", [(number, asked.public_id, values) for number in _coordinators(project)])


def _coordinators(project: Project) -> list[int]:
    """Those of the sites where the team sits."""
    seats = anchor_of(project).seats
    statement = select(GrantRow).where(
        GrantRow.relation == Relation.COORDINATOR,
        GrantRow.place_id.in_({site for site, _ in seats}),
        runs_on(GrantRow, policy_day()),
    )
    held = session.scalars(unscoped(statement, "who coordinates where a project's team sits"))
    return sorted({row.person_id for row in held if row.cohort_id is None or (row.place_id, row.cohort_id) in seats})
