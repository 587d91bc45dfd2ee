"""What finance does with a reported saving: verify it, less of it, or doubt it; and the program's later levels."""

from collections.abc import Sequence
from fractions import Fraction

from sqlalchemy import select

from lms.capstone.flows import kept_part
from lms.capstone.lines.models import BenefitLine, LineVersion, SavingsPool
from lms.capstone.lines.queries import measured_of, versions_of
from lms.capstone.lines.rules.pools import check_room
from lms.capstone.lines.rules.worth import attributed, schedule
from lms.capstone.mentors.queries import mentors_of_team
from lms.capstone.mentors.rules import check_no_mentor
from lms.capstone.projects.models import Project
from lms.capstone.projects.queries import team_of
from lms.capstone.savings.models import Posting
from lms.capstone.savings.queries import ledger_of, ledgers_of, reporters_of
from lms.capstone.savings.rules.attest import check_level, check_verified, check_verifier
from lms.capstone.savings.rules.kinds import Decision, EntryKind, Level, Reason
from lms.capstone.savings.rules.ledger import Ledger
from lms.capstone.savings.rules.rows import finance_rows, line_total
from lms.capstone.savings.services.claims import open_claim, version_of
from lms.capstone.savings.services.posting import Scribe
from lms.capstone.savings.services.telling import tell_changed
from lms.kernel.db import session
from lms.kernel.errors import RuleBroken
from lms.kernel.money import hround
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.people.commands import command
from lms.people.scope import unscoped


@command(Action.SAVINGS_VERIFY)
def verify(
    actor: Actor,
    posting: Posting,
    amount_minor: int,
    account: str,
    *,
    reason: Reason | None = None,
    comment: str = "",
    is_owner_attested: bool = False,
) -> Posting:
    """Finance attests what a line brings in its first year (V2): the claim, and the amendments to it that stand.

    amount_minor: of the whole line; less than reported posts the difference with `reason`, which is kept only then.
    Raises RuleBroken if the verifier is of the team or reported it, if it is not reported yet, or if its pool has too
    little room.
    """
    project, ledger = open_claim(posting)
    line_id = posting.line_id or 0
    standing = [p for p in ledger.claimed_postings(line_id) if isinstance(p, Posting)]
    check_duties(actor, project, ledger, [p.id for p in standing])
    waiting = [p for p in standing if ledger.states[p.id].level < Level.VERIFIED]
    if not waiting and amount_minor == line_total(ledger, line_id, Level.VERIFIED):
        raise RuleBroken(
            N_("This amount is verified already. To correct it, enter another one."),
            field="amount",
        )
    for each in waiting:
        check_level(ledger.states[each.id].level, Level.VERIFIED)
    version = _newest_version(standing)
    reported = line_total(ledger, line_id, Level.REPORTED)
    check_verified(amount_minor, reported, version.benefit_class, account, reason, project.currency)
    kept_reason = reason if amount_minor < reported else None
    _check_pool(project, version, amount_minor)
    scribe = Scribe(project)
    for each in waiting or standing[-1:]:
        made = scribe.decide(
            each,
            Decision.ATTESTED,
            Level.VERIFIED,
            reason=kept_reason,
            amount_minor=amount_minor,
            is_owner_attested=is_owner_attested,
            account=account.strip(),
            comment=comment.strip(),
        )
    session.flush()
    rows = finance_rows(ledger_of(project), line_id, amount_minor)
    if rows:
        scribe.post(
            EntryKind.FINANCE_ADJUST,
            rows,
            level=Level.VERIFIED,
            line_id=line_id,
            follows=standing[-1],
            reason=kept_reason,
            note=comment.strip(),
        )
    scribe.done()
    tell_changed(actor, project, made, amount_minor)
    return posting


@command(Action.SAVINGS_DISPUTE)
def dispute(actor: Actor, posting: Posting, comment: str) -> Posting:
    """Finance or the sponsor doubts a saving: it counts as reported at most until it is verified anew."""
    if not comment.strip():
        raise RuleBroken(N_("Say what is in doubt."), field="comment")
    project, ledger = open_claim(posting)
    if ledger.states[posting.id].level < Level.REPORTED:
        raise RuleBroken(N_("Nobody has reported this yet, so there is nothing to dispute."))
    scribe = Scribe(project)
    scribe.decide(posting, Decision.DISPUTED, Level.REPORTED, comment=comment.strip())
    scribe.done()
    return posting


def check_duties(actor: Actor, project: Project, ledger: Ledger, posting_ids: Sequence[int]) -> None:
    """Raises RuleBroken if the actor is of the team or its mentor, or reported one of these postings."""
    team = {member.person_id for member in team_of([project])[project.id]}
    check_verifier(actor.person_id or 0, team, reporters_of(ledger, posting_ids))
    check_no_mentor(actor.person_id, mentors_of_team(project))


def _newest_version(standing: Sequence[Posting]) -> LineVersion:
    return version_of(standing[-1])


def _check_pool(project: Project, version: LineVersion, amount_minor: int) -> None:
    """Raises RuleBroken if the amount takes more of the line's pool than other verified lines have left."""
    if version.pool_id is None:
        return
    pools = session.scalars(
        unscoped(select(SavingsPool).where(SavingsPool.id == version.pool_id), "the pool of a line that was found")
    ).all()
    measured = measured_of(pools).get(version.pool_id)
    if measured is None:
        raise RuleBroken(N_("Finance has not measured this pool yet. Measure it first."), field="pool")
    planned = sum(part.minor for part in schedule(version))
    part = Fraction(amount_minor, planned) if planned else Fraction(1)
    wanted = hround(attributed(version) * part)
    check_room(measured.measured_minor, _taken(version), wanted, project.currency)


def _taken(version: LineVersion) -> list[int]:
    """What other verified lines take of the pool of `version`, a year."""
    sharing = select(BenefitLine.project_id, BenefitLine.id).where(
        BenefitLine.id.in_(select(LineVersion.line_id).where(LineVersion.pool_id == version.pool_id)),
        BenefitLine.id != version.line_id,
    )
    lines = session.execute(unscoped(sharing, "lines that share a pool")).all()
    projects = session.scalars(
        unscoped(select(Project).where(Project.id.in_({project_id for project_id, _ in lines})), "their projects")
    ).all()
    ledgers, versions = ledgers_of(projects), versions_of(projects)
    found = []
    for project_id, line_id in lines:
        ledger = ledgers[project_id]
        number = ledger.version_at(line_id, Level.VERIFIED)
        if number is not None and versions[number].pool_id == version.pool_id:
            other = versions[number]
            found.append(hround(attributed(other) * kept_part(ledger, line_id, other, Level.VERIFIED)))
    return found
