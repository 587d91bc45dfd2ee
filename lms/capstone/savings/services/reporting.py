"""The sponsor reports a saving in one step: what, how much, how it is known, and what shows it (V1)."""

from datetime import date

from lms.capstone.lines.models import BenefitLine, LineVersion
from lms.capstone.lines.rules.worth import SCALE, schedule
from lms.capstone.lines.services import Draft, write_version
from lms.capstone.projects.models import Project
from lms.capstone.projects.queries import go_live_of, steps_of
from lms.capstone.projects.rules import may_claim
from lms.capstone.projects.services import lock
from lms.capstone.savings.models import EvidenceKind, Posting
from lms.capstone.savings.queries import posting_by_key
from lms.capstone.savings.rules.attest import check_claimable
from lms.capstone.savings.rules.kinds import Decision, EntryKind, Level
from lms.capstone.savings.rules.reporting import UNITS_E4, Saving, check_saving
from lms.capstone.savings.rules.rows import claim_rows
from lms.capstone.savings.services.evidence import write_evidence
from lms.capstone.savings.services.posting import REQUEST_KEY_LENGTH, Scribe
from lms.capstone.savings.services.telling import ask_finance, tell_changed
from lms.hub.competencies.files import Proof
from lms.kernel.db import session
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.people.commands import command
from lms.people.scope import policy_day


@command(Action.SAVINGS_REPORT)
def report_saving(
    actor: Actor,
    project: Project,
    saving: Saving,
    *,
    kind: EvidenceKind = EvidenceKind.PHOTO,
    reference: str = "",
    file: Proof | None = None,
    request_key: str | None = None,
) -> Posting:
    """A saving that the firm knows of: its line, evidence and claim, reported at once; finance verifies it next.

    request_key: made by the client; the same key again gives the posting that was made first. Raises RuleBroken with
    everything that is missing.
    """
    lock(project)
    key = request_key[:REQUEST_KEY_LENGTH] if request_key else None
    if key and (made := posting_by_key(project, key)):
        return made
    steps = steps_of([project])[project.id]
    if not may_claim(steps[-1].state):
        raise RuleBroken(
            N_("Savings are reported after the change went live and before the project is closed."), field="title"
        )
    check_saving(saving, has_evidence=file is not None or bool(reference.strip()))
    line = BenefitLine(project_id=project.id, title=" ".join(saving.title.split()))
    session.add(line)
    session.flush()
    version = write_version(line, project, _draft(saving, go_live_of(steps)))
    check_claimable(version, policy_day())
    write_evidence(line, kind, reference, file)
    return _post(actor, project, line, version, key)


def _draft(saving: Saving, live_on: date | None) -> Draft:
    return Draft(
        benefit_class=saving.benefit_class,
        unit_value_e4=saving.amount_minor * SCALE,
        quantity_e4=UNITS_E4[saving.every],
        kind=saving.kind,
        stream=saving.stream,
        life_months=saving.life_months,
        go_live=saving.since or live_on,
        isolation_method=saving.isolation,
        hours_proof=saving.hours_proof,
        basis=saving.basis,
    )


def _post(actor: Actor, project: Project, line: BenefitLine, version: LineVersion, key: str | None) -> Posting:
    session.flush()
    scribe = Scribe(project)
    scribe.facts.append(version)
    rows = claim_rows(schedule(version), version.benefit_class)
    posting = scribe.post(
        EntryKind.CLAIM,
        rows,
        line_id=line.id,
        version_id=version.id,
        effective_on=version.go_live,
        request_key=key,
    )
    made = scribe.decide(posting, Decision.ATTESTED, Level.REPORTED)
    scribe.done()
    amount = sum(row.amount_minor for row in rows)
    ask_finance(project, posting, made, amount)
    tell_changed(actor, project, made, amount)
    return posting
