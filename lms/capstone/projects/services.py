"""Commands on projects: propose, charter, lock the baseline, move on."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from sqlalchemy import Select, bindparam, select

from lms.capstone.plans.models import PlanTemplate
from lms.capstone.plans.queries import held_before, template_of_cohort
from lms.capstone.plans.rules import Template
from lms.capstone.projects.models import (
    Baseline,
    BaselineLock,
    Charter,
    Confidentiality,
    Direction,
    Project,
    ProjectStep,
    TeamMember,
    WageSource,
)
from lms.capstone.projects.queries import (
    baseline_of,
    charter_of,
    firm_of,
    people_of_firm,
    readiness_of,
    state_of,
)
from lms.capstone.projects.rules import (
    ImplementationStatus,
    Outcome,
    ProjectState,
    Readiness,
    check_credit,
    check_move,
    may_change_forecast,
)
from lms.hub.enrollment.models import EmploymentSpell, Enrollment
from lms.kernel import chain
from lms.kernel.db import session
from lms.kernel.errors import NotFound, RuleBroken
from lms.kernel.facts import known, runs_on
from lms.kernel.prose import keep
from lms.kernel.text import N_
from lms.people.access import Action, Actor, Relation
from lms.people.accounts.models import Person
from lms.people.anchors import forget_anchors
from lms.people.commands import command
from lms.people.consent.models import RecordType
from lms.people.consent.queries import holding
from lms.people.grants.services import hold
from lms.people.orgs.models import Firm
from lms.people.scope import plain, policy_day, unscoped, within

TITLE_LENGTH = 120


@dataclass(frozen=True, slots=True)
class Terms:
    """What a charter agrees on. finance_contact: another person than the sponsor, who will verify.

    template: the steps whose gates hold the project; None is what the cohort begins with.
    """

    coach: Person
    finance_contact: Person
    confidentiality: Confidentiality = Confidentiality.FIRM_ONLY
    wage_source: WageSource = WageSource.CONSENT
    template: Template | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """A metric before anything changed. value_e4: ten-thousandths of a unit."""

    metric: str
    unit: str
    source: str
    value_e4: int
    from_day: date
    to_day: date
    direction: Direction = Direction.LOWER
    target_e4: int | None = None
    driver: str = ""


def chain_name(project_id: int) -> str:
    """The chain of a project's facts."""
    return f"project:{project_id}"


def lock(project: Project) -> None:
    """Wait until no other command writes to this project; call it before reading what a rule decides on."""
    plain(_locked(), project_id=project.id)


@cache
def _locked() -> Select[int]:
    locked = select(Project.id).where(Project.id == bindparam("project_id")).with_for_update()
    return unscoped(locked, "one at a time")


@command(Action.PROJECT_PROPOSE)
def propose(actor: Actor, enrollment: Enrollment, title: str, problem: str) -> Project:
    """A project at the firm for which the student works today, with the student as its team. Raises RuleBroken."""
    return open_project(_employer_of(enrollment), enrollment, title, problem)


def open_project(firm: Firm, enrollment: Enrollment, title: str, problem: str, source: str = "") -> Project:
    """A proposed project, for the commands that begin one. source: where its first figures come from."""
    project = Project(
        firm_id=firm.id,
        cohort_id=enrollment.cohort_id,
        title=_title(title),
        problem=problem.strip(),
        currency=firm.currency,
        source=source,
    )
    session.add(project)
    session.flush()
    day = policy_day()
    member = TeamMember(project_id=project.id, enrollment_id=enrollment.id, credit_bp=10_000, from_day=day)
    step = ProjectStep(project_id=project.id, state=ProjectState.PROPOSED, effective_on=day)
    session.add_all([member, step])
    chain.append(chain_name(project.id), member, step)
    forget_anchors()
    return project


@command(Action.PROJECT_WRITE)
def describe(actor: Actor, project: Project, title: str, problem: str) -> Project:
    """Change the words of a project that is not chartered yet. Raises RuleBroken."""
    if state_of(project) is not ProjectState.PROPOSED:
        raise RuleBroken(N_("The charter is agreed, so its words stay. Ask the sponsor for a new charter."))
    project.title, project.problem = _title(title), problem.strip()
    return project


@command(Action.PROJECT_CHARTER)
def charter(actor: Actor, project: Project, terms: Terms) -> Charter:
    """The sponsor agrees to the project: who coaches, who verifies, who may know, where paid hours come from."""
    lock(project)
    firm = firm_of(project)
    _check_contacts(actor, firm, terms)
    if terms.wage_source is WageSource.CONSENT:
        _check_consent(project)
    state, before = state_of(project), charter_of(project)
    agreed = Charter(
        project_id=project.id,
        sponsor_id=actor.person_id or terms.finance_contact.id,
        coach_id=terms.coach.id,
        finance_contact_id=terms.finance_contact.id,
        confidentiality=terms.confidentiality,
        wage_source=terms.wage_source,
        supersedes_id=before.id if before else None,
    )
    session.add(agreed)
    session.flush()
    if before is None or before.coach_id != terms.coach.id:
        hold(terms.coach.id, Relation.COACH, project.id, policy_day(), None)
    facts: list[Charter | ProjectStep | PlanTemplate] = [agreed, *_agree_steps(project, terms.template, state)]
    if state is ProjectState.PROPOSED:
        facts.append(_step(project, ProjectState.CHARTERED, policy_day()))
    chain.append(chain_name(project.id), *facts)
    return agreed


def _agree_steps(project: Project, wanted: Template | None, state: ProjectState) -> list[PlanTemplate]:
    """The steps that a charter agrees on. They hold a project from its first charter on, and none that began before."""
    before = session.scalar(within(known(select(PlanTemplate), PlanTemplate, None), project))
    is_first = state is ProjectState.PROPOSED
    if not is_first and (before is None or wanted in (None, before.template)):
        return []
    kept = before.template if before else None
    made = PlanTemplate(
        project_id=project.id,
        template=wanted or kept or template_of_cohort(project.cohort_id),
        is_binding=is_first or bool(before and before.is_binding),
        supersedes_id=before.id if before else None,
    )
    session.add(made)
    session.flush()
    return [made]


@command(Action.PROJECT_WRITE)
def record_baseline(actor: Actor, project: Project, measured: Measured) -> Baseline:
    """What was measured before anything changed; a newer one replaces it until it is locked. Raises RuleBroken."""
    lock(project)
    before, locked = baseline_of(project)
    if locked is not None:
        raise RuleBroken(N_("The baseline is locked, so it stays as it is."), field="value")
    if measured.to_day < measured.from_day:
        raise RuleBroken(N_("The period ends before it begins."), field="to_day")
    baseline = Baseline(
        project_id=project.id,
        value_e4=measured.value_e4,
        target_e4=measured.target_e4,
        direction=measured.direction,
        from_day=measured.from_day,
        to_day=measured.to_day,
        supersedes_id=before.id if before else None,
    )
    session.add(baseline)
    keep(baseline, metric=measured.metric, unit=measured.unit, source=measured.source, driver=measured.driver)
    chain.append(chain_name(project.id), baseline)
    return baseline


@command(Action.BASELINE_LOCK)
def lock_baseline(actor: Actor, project: Project) -> BaselineLock:
    """Coach or sponsor holds the baseline to be right; the project is baselined. Raises RuleBroken."""
    lock(project)
    baseline, locked = baseline_of(project)
    if baseline is None:
        raise RuleBroken(N_("There is no baseline yet. The team records it first."), field="baseline")
    if locked is not None:
        raise RuleBroken(N_("The baseline is locked already."), field="baseline")
    made = BaselineLock(project_id=project.id, baseline_id=baseline.id)
    session.add(made)
    session.flush()
    step = _step(project, ProjectState.BASELINED, policy_day())
    chain.append(chain_name(project.id), made, step)
    return made


@command(Action.PROJECT_WRITE)
def start_work(actor: Actor, project: Project) -> ProjectStep:
    """The team begins to change things. Raises RuleBroken."""
    return move(project, ProjectState.IN_PROGRESS, policy_day())


@command(Action.PROJECT_WRITE)
def report_out(actor: Actor, project: Project) -> ProjectStep:
    """The team has shown its results. Raises RuleBroken."""
    return move(project, ProjectState.REPORTED_OUT, policy_day())


@command(Action.PROJECT_CHARTER)
def close(actor: Actor, project: Project, state: ProjectState, outcome: Outcome) -> ProjectStep:
    """The sponsor ends the project: closed with its outcome, or cancelled. Raises RuleBroken."""
    if state not in (ProjectState.CLOSED, ProjectState.CANCELLED):
        raise RuleBroken(N_("A project is ended by closing or cancelling it."), field="state")
    return move(project, state, policy_day(), outcome=outcome)


@command(Action.PROJECT_CHARTER)
def share_credit(actor: Actor, project: Project, shares_bp: Mapping[int, int]) -> list[TeamMember]:
    """Give each member (by the row number of the enrollment) their share of the credit. Raises RuleBroken."""
    lock(project)
    team = list(session.scalars(within(known(select(TeamMember), TeamMember, None), project)))
    if {member.enrollment_id for member in team} != set(shares_bp):
        raise RuleBroken(N_("Give every member of the team a share, and nobody else."), field="credit")
    check_credit(shares_bp.values())
    rows = [
        TeamMember(
            project_id=project.id,
            enrollment_id=member.enrollment_id,
            credit_bp=shares_bp[member.enrollment_id],
            from_day=member.from_day,
            to_day=member.to_day,
            supersedes_id=member.id,
        )
        for member in team
    ]
    session.add_all(rows)
    chain.append(chain_name(project.id), *rows)
    return rows


@command(Action.PROJECT_CHARTER)
def join_team(actor: Actor, project: Project, enrollment: Enrollment, shares_bp: Mapping[int, int]) -> TeamMember:
    """A colleague of the same firm joins; shares as in `share_credit`, with the newcomer. Raises RuleBroken."""
    if _employer_of(enrollment).id != project.firm_id:
        raise NotFound()
    lock(project)
    member = TeamMember(
        project_id=project.id,
        enrollment_id=enrollment.id,
        credit_bp=shares_bp.get(enrollment.id, 0),
        from_day=policy_day(),
    )
    session.add(member)
    session.flush()
    chain.append(chain_name(project.id), member)
    others = {key: share for key, share in shares_bp.items() if key != enrollment.id}
    _reshare(project, others, member)
    forget_anchors()
    return member


def _reshare(project: Project, others: Mapping[int, int], newcomer: TeamMember) -> None:
    check_credit([*others.values(), newcomer.credit_bp])
    statement = within(known(select(TeamMember), TeamMember, None), project).where(TeamMember.id != newcomer.id)
    rows = [
        TeamMember(
            project_id=project.id,
            enrollment_id=member.enrollment_id,
            credit_bp=others[member.enrollment_id],
            from_day=member.from_day,
            to_day=member.to_day,
            supersedes_id=member.id,
        )
        for member in session.scalars(statement)
    ]
    session.add_all(rows)
    chain.append(chain_name(project.id), *rows)


def move(
    project: Project, wanted: ProjectState, day: date, *, go_live: date | None = None, outcome: Outcome | None = None
) -> ProjectStep:
    """Bring a project to its next state, in a command that answers for the policy. Raises RuleBroken."""
    lock(project)
    step = _step(project, wanted, day, go_live=go_live, outcome=outcome)
    chain.append(chain_name(project.id), step)
    return step


def check_forecast_open(project: Project) -> None:
    """Raises RuleBroken once the forecast is locked, at implementation."""
    if not may_change_forecast(state_of(project)):
        raise RuleBroken(N_("The forecast is locked since the change went live. Propose an amendment instead."))


def _step(
    project: Project,
    wanted: ProjectState,
    day: date,
    *,
    go_live: date | None = None,
    outcome: Outcome | None = None,
) -> ProjectStep:
    ready = replace(readiness_of(project, go_live), held=held_before(project, wanted))
    check_move(state_of(project), wanted, ready)
    status = ImplementationStatus.PENDING if wanted in _NOT_YET else ImplementationStatus.IMPLEMENTED
    if outcome in (Outcome.NOT_IMPLEMENTED, Outcome.CANCELLED):
        status = ImplementationStatus.NOT_IMPLEMENTED
    step = ProjectStep(project_id=project.id, state=wanted, effective_on=go_live or day, status=status, outcome=outcome)
    session.add(step)
    session.flush()
    return step


_NOT_YET = (ProjectState.CHARTERED, ProjectState.BASELINED, ProjectState.IN_PROGRESS)


def _title(text: str) -> str:
    title = " ".join(text.split())
    if not 5 <= len(title) <= TITLE_LENGTH:
        raise RuleBroken(N_("Give it a title of 5 to %(longest)s letters."), field="title", longest=TITLE_LENGTH)
    return title


def _employer_of(enrollment: Enrollment) -> Firm:
    statement = (
        known(select(Firm), EmploymentSpell, None)
        .join(EmploymentSpell, EmploymentSpell.firm_id == Firm.id)
        .where(runs_on(EmploymentSpell, policy_day()))
    )
    firm = session.scalar(within(statement, enrollment, on=EmploymentSpell))
    if firm is None:
        raise RuleBroken(N_("No firm is on record for you today. Ask your coordinator to enter it."), field="firm")
    return firm


def _check_contacts(actor: Actor, firm: Firm, terms: Terms) -> None:
    if terms.finance_contact.id not in {person.id for person in people_of_firm(firm, Relation.FINANCE)}:
        raise RuleBroken(N_("Choose somebody of your firm's finance."), field="finance_contact")
    if terms.finance_contact.id == actor.person_id:
        raise RuleBroken(
            N_("Whoever reports savings does not verify them. Choose another person."), field="finance_contact"
        )


def _check_consent(project: Project) -> None:
    team = list(session.scalars(within(known(select(TeamMember.enrollment_id), TeamMember, None), project)))
    given = holding(team, project.firm_id, RecordType.PAID_HOURS, policy_day())
    ready = Readiness(True, True, True, True, has_wage_source=len(given) == len(set(team)))
    check_move(ProjectState.PROPOSED, ProjectState.CHARTERED, ready)
