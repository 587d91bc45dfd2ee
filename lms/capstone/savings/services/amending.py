"""Changing what was claimed: propose, accept, both at once; and cancelling what was posted in error."""

from datetime import date

from sqlalchemy import select

from lms.capstone.lines.models import BenefitLine, LineVersion
from lms.capstone.lines.rules.worth import schedule
from lms.capstone.lines.services import Draft, project_of, write_version
from lms.capstone.projects.models import Project
from lms.capstone.projects.services import chain_name, lock
from lms.capstone.savings.models import FirmSuccession, Posting, SavingsEntry
from lms.capstone.savings.queries import ledger_of
from lms.capstone.savings.rules.attest import check_reversible
from lms.capstone.savings.rules.kinds import Decision, EntryKind, Level, Reason
from lms.capstone.savings.rules.rows import (
    NewRow,
    amendment_rows,
    ceased_rows,
    line_total,
    to_cease,
    waiting_amendments,
)
from lms.capstone.savings.services.claims import project_of_posting
from lms.capstone.savings.services.posting import NewCost, Scribe
from lms.capstone.savings.services.telling import ask_finance, tell_changed
from lms.kernel import chain
from lms.kernel.db import session
from lms.kernel.errors import RuleBroken
from lms.kernel.months import month_of
from lms.kernel.text import N_
from lms.people.access import Action, Actor, Relation
from lms.people.commands import command
from lms.people.grants.services import end_held
from lms.people.orgs.models import Firm, FirmStatus
from lms.people.scope import unscoped, within


@command(Action.SAVINGS_AMEND)
def propose_amendment(actor: Actor, line: BenefitLine, draft: Draft, why: str) -> LineVersion:
    """Team, sponsor or finance say what a claimed line should be instead; it counts once the sponsor accepts it."""
    project = project_of(line)
    lock(project)
    return _propose(project, line, draft, why)


@command(Action.SAVINGS_ACCEPT)
def accept_amendment(actor: Actor, version: LineVersion) -> Posting:
    """The sponsor accepts a proposed amendment: its monthly differences are posted as reported (V1).

    Downward it counts at once at every level; upward it waits for finance. Raises RuleBroken.
    """
    project = project_of(version)
    lock(project)
    return _accept(actor, project, version)


@command(Action.SAVINGS_ACCEPT)
def amend(actor: Actor, line: BenefitLine, draft: Draft, why: str) -> Posting:
    """The sponsor amends a claimed line: proposed and accepted in one."""
    project = project_of(line)
    lock(project)
    return _accept(actor, project, _propose(project, line, draft, why))


@command(Action.SAVINGS_REVERSE)
def reverse(actor: Actor, posting: Posting, reason: Reason, note: str) -> Posting:
    """Finance cancels one whole posting made in error. Once: the database itself refuses a second time.

    Raises RuleBroken if it no longer stands, or if its line was amended later.
    """
    if not note.strip():
        raise RuleBroken(N_("Say what was wrong with it."), field="note")
    project = project_of_posting(posting)
    lock(project)
    ledger = ledger_of(project)
    check_reversible(ledger, posting)
    is_cost = posting.kind is EntryKind.COST
    rows = [_cancelled(row) for row in ledger.rows_of(posting.id) if isinstance(row, SavingsEntry)]
    scribe = Scribe(project)
    made = scribe.post(
        EntryKind.COST_REVERSE if is_cost else EntryKind.REVERSE,
        rows,
        level=posting.level,
        line_id=posting.line_id,
        version_id=posting.version_id,
        follows=posting,
        reverses=True,
        reason=reason,
        note=note.strip(),
    )
    scribe.done()
    return made


@command(Action.FIRM_MANAGE)
def cease_firm(actor: Actor, firm: Firm, last_day: date) -> list[Posting]:
    """The firm has ceased: months after that of `last_day` are taken back in every project; what was, stands."""
    firm.status = FirmStatus.CEASED
    made: list[Posting] = []
    for project in session.scalars(within(select(Project), firm).order_by(Project.id)).all():
        lock(project)
        ledger = ledger_of(project)
        scribe = Scribe(project)
        for posting in to_cease(ledger):
            rows = ceased_rows(ledger, posting, month_of(last_day))
            if rows and isinstance(posting, Posting):
                made.append(
                    scribe.post(
                        EntryKind.FIRM_CEASED,
                        rows,
                        level=posting.level,
                        line_id=posting.line_id,
                        version_id=posting.version_id,
                        follows=posting,
                        reason=Reason.FIRM_CEASED,
                        effective_on=last_day,
                    )
                )
        scribe.done()
    return made


OF_A_FIRM = (Relation.SPONSOR, Relation.FINANCE, Relation.FIRM_VIEWER)


@command(Action.FIRM_MANAGE)
def merge_firm(actor: Actor, firm: Firm, successor: Firm, last_day: date) -> FirmSuccession:
    """The firm was taken over: after `last_day` its contacts see nothing more of it, and its history stays its own.

    Raises RuleBroken if it names itself or is gone already.
    """
    if successor.id == firm.id:
        raise RuleBroken(N_("A firm does not take over itself. Name the other one."), field="successor")
    if firm.status is not FirmStatus.ACTIVE:
        raise RuleBroken(N_("This firm has ceased or was taken over already."), field="firm")
    firm.status = FirmStatus.MERGED
    for relation in OF_A_FIRM:
        end_held(relation, firm.id, last_day)
    made = FirmSuccession(firm_id=firm.id, successor_id=successor.id, effective_on=last_day)
    session.add(made)
    return made


def _cancelled(row: SavingsEntry) -> NewRow | NewCost:
    if row.benefit_class is not None:
        return NewRow(row.period, row.benefit_class, -row.amount_minor)
    if row.cost_kind is None or row.payer is None:
        raise ValueError("an entry is a benefit or a cost")
    return NewCost(row.period, row.cost_kind, row.payer, -row.amount_minor, row.enrollment_id)


def _propose(project: Project, line: BenefitLine, draft: Draft, why: str) -> LineVersion:
    if not why.strip():
        raise RuleBroken(N_("Say why it changes."), field="why")
    if ledger_of(project).standing_claim(line.id) is None:
        raise RuleBroken(N_("This line is not claimed yet, so there is nothing to amend. Revise it instead."))
    if draft.go_live is None:
        raise RuleBroken(N_("On which day did the change go live?"), field="go_live")
    version = write_version(line, project, draft, is_amendment=True, why=why.strip())
    session.flush()
    chain.append(chain_name(project.id), version)
    return version


def _accept(actor: Actor, project: Project, version: LineVersion) -> Posting:
    ledger = ledger_of(project)
    claim = ledger.standing_claim(version.line_id)
    if not version.is_amendment or claim is None or _is_used(version):
        raise RuleBroken(N_("This amendment is no longer open. Reload the page to see where the line stands."))
    if ledger.states[claim.id].level < Level.REPORTED:
        raise RuleBroken(N_("Report the claim first; then it can be amended."))
    scribe = Scribe(project)
    for waiting in waiting_amendments(ledger, version.line_id):
        if isinstance(waiting, Posting):
            scribe.decide(waiting, Decision.SUPERSEDED, Level.DRAFT)
    session.flush()
    rows = amendment_rows(ledger_of(project), version.line_id, schedule(version), version.benefit_class)
    posting = scribe.post(
        EntryKind.AMEND,
        rows,
        level=Level.REPORTED,
        line_id=version.line_id,
        version_id=version.id,
        effective_on=version.go_live,
    )
    scribe.done()
    total = line_total(ledger_of(project), version.line_id, Level.REPORTED)
    tell_changed(actor, project, posting, total)
    if sum(row.amount_minor for row in rows) > 0 and isinstance(claim, Posting):
        ask_finance(project, claim, posting, total)
    return posting


def _is_used(version: LineVersion) -> bool:
    statement = select(Posting.id).where(Posting.version_id == version.id).limit(1)
    return session.scalar(unscoped(statement, "whether an amendment was posted")) is not None
