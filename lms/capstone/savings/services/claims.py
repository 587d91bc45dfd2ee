"""From the change going live to a saving that the firm reports: go-live, claim, evidence, report, return, withdraw."""

from dataclasses import replace
from datetime import date

from sqlalchemy import select

from lms.capstone.lines.models import BenefitLine, LineVersion
from lms.capstone.lines.queries import lines_of, newest, versions_of
from lms.capstone.lines.rules.worth import schedule
from lms.capstone.lines.services import PROSE, draft_of, project_of, write_version
from lms.capstone.projects.models import Project, ProjectStep
from lms.capstone.projects.queries import state_of
from lms.capstone.projects.rules import ProjectState, may_claim
from lms.capstone.projects.services import lock, move
from lms.capstone.savings.models import Posting
from lms.capstone.savings.queries import evidence_of, ledger_of, posting_by_key
from lms.capstone.savings.rules.attest import check_claimable, check_level, check_reportable
from lms.capstone.savings.rules.kinds import Decision, EntryKind, Level, Reason
from lms.capstone.savings.rules.ledger import Ledger
from lms.capstone.savings.rules.rows import claim_rows
from lms.capstone.savings.services.posting import REQUEST_KEY_LENGTH, Scribe
from lms.capstone.savings.services.telling import ask_finance, ask_sponsors
from lms.kernel.db import session
from lms.kernel.errors import NotFound, RuleBroken
from lms.kernel.prose import prose_of
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.people.commands import command
from lms.people.scope import policy_day, unscoped


@command(Action.PROJECT_WRITE)
def go_live(actor: Actor, project: Project, day: date) -> ProjectStep:
    """The change is in use since `day`: the project is implemented, and what was forecast for each line is locked.

    Lines without a day of their own get this one. Raises RuleBroken on a day to come or a missing baseline.
    """
    if day > policy_day():
        raise RuleBroken(N_("Enter this on the day it goes live or later."), field="go_live")
    lock(project)
    step = move(project, ProjectState.IMPLEMENTED, policy_day(), go_live=day)
    scribe = Scribe(project)
    versions = versions_of([project])
    for line in lines_of([project]):
        version = newest(versions.values(), line.id)
        if version is not None:
            live = version if version.go_live else _with_go_live(scribe, line, version, day)
            rows = claim_rows(schedule(live), live.benefit_class)
            scribe.post(EntryKind.FORECAST, rows, line_id=line.id, version_id=live.id, effective_on=day)
    scribe.done()
    return step


@command(Action.CLAIM_SUBMIT)
def submit_claim(actor: Actor, line: BenefitLine, request_key: str | None = None) -> Posting:
    """The team claims what the newest version of the line says, month by month. Raises RuleBroken.

    request_key: made by the client; the same key again gives the posting that was made first.
    """
    project = project_of(line)
    lock(project)
    if request_key and (made := posting_by_key(project, request_key[:REQUEST_KEY_LENGTH])):
        return _same_request(made, line)
    version = newest(versions_of([project]).values(), line.id)
    if version is None or not may_claim(state_of(project)):
        raise RuleBroken(N_("Savings are claimed after the change went live and before the project is closed."))
    check_claimable(version, policy_day())
    if ledger_of(project).standing_claim(line.id) is not None:
        raise RuleBroken(N_("This line has been claimed. Propose an amendment instead."))
    scribe = Scribe(project)
    rows = claim_rows(schedule(version), version.benefit_class)
    posting = scribe.post(
        EntryKind.CLAIM,
        rows,
        line_id=line.id,
        version_id=version.id,
        effective_on=version.go_live,
        request_key=request_key[:REQUEST_KEY_LENGTH] if request_key else None,
    )
    scribe.done()
    ask_sponsors(project, posting, sum(row.amount_minor for row in rows))
    return posting


@command(Action.SAVINGS_REPORT)
def report(actor: Actor, posting: Posting, comment: str = "") -> Posting:
    """The sponsor reports a claim: our firm saves this (V1). Raises RuleBroken with everything that is missing."""
    project, ledger = open_claim(posting)
    check_level(ledger.states[posting.id].level, Level.REPORTED)
    version = version_of(posting)
    basis = prose_of([version], "basis").get(version.public_id, "")
    found = evidence_of([line_of(posting)])[posting.line_id or 0]
    check_reportable(version, basis=basis, evidence=len(found))
    scribe = Scribe(project)
    made = scribe.decide(posting, Decision.ATTESTED, Level.REPORTED, comment=comment)
    scribe.done()
    ask_finance(project, posting, made, sum(row.amount_minor for row in ledger.rows_of(posting.id)))
    return posting


@command(Action.SAVINGS_REPORT)
def return_claim(actor: Actor, posting: Posting, comment: str) -> Posting:
    """The sponsor gives a claim back to the team, with what to change; it no longer stands. Raises RuleBroken."""
    if not comment.strip():
        raise RuleBroken(N_("Say what the team should change."), field="comment")
    project, ledger = open_claim(posting)
    if ledger.states[posting.id].level >= Level.VERIFIED:
        raise RuleBroken(N_("Finance has verified this. Amend it, or withdraw it with a reason."))
    scribe = Scribe(project)
    scribe.decide(posting, Decision.RETURNED, Level.DRAFT, comment=comment)
    scribe.done()
    return posting


@command(Action.SAVINGS_REPORT)
def withdraw_claim(actor: Actor, posting: Posting, reason: Reason, comment: str = "") -> Posting:
    """The sponsor takes a claim back altogether; its months no longer count at any level. Raises RuleBroken."""
    project, _ = open_claim(posting)
    scribe = Scribe(project)
    scribe.decide(posting, Decision.WITHDRAWN, Level.DRAFT, reason=reason, comment=comment)
    scribe.done()
    return posting


def line_of(posting: Posting) -> BenefitLine:
    """The line of a posting that the caller has found. Raises NotFound for a cost."""
    if posting.line_id is None:
        raise NotFound()
    statement = select(BenefitLine).where(BenefitLine.id == posting.line_id)
    return session.scalars(unscoped(statement, "the line of a posting that was found")).one()


def version_of(posting: Posting) -> LineVersion:
    """The line version on which a posting rests."""
    statement = select(LineVersion).where(LineVersion.id == posting.version_id)
    return session.scalars(unscoped(statement, "the version of a posting that was found")).one()


def project_of_posting(posting: Posting) -> Project:
    """The project of a posting that the caller has found."""
    statement = select(Project).where(Project.id == posting.project_id)
    return session.scalars(unscoped(statement, "the project of a posting that was found")).one()


def open_claim(posting: Posting) -> tuple[Project, Ledger]:
    """The project, locked, and its ledger, in which `posting` is a claim that stands. Raises RuleBroken."""
    project = project_of_posting(posting)
    lock(project)
    ledger = ledger_of(project)
    if posting.kind is not EntryKind.CLAIM or not ledger.stands(posting):
        raise RuleBroken(N_("This claim no longer stands. Reload the page to see what replaced it."))
    return project, ledger


def _same_request(made: Posting, line: BenefitLine) -> Posting:
    if made.line_id != line.id:
        raise RuleBroken(N_("This form was sent before for another line. Reload the page and send it again."))
    return made


def _with_go_live(scribe: Scribe, line: BenefitLine, version: LineVersion, day: date) -> LineVersion:
    texts = {name: prose_of([version], name).get(version.public_id, "") for name in PROSE}
    live = write_version(line, scribe.project, replace(draft_of(version, **texts), go_live=day))
    session.flush()
    scribe.facts.append(live)
    return live
