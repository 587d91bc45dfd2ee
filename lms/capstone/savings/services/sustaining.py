"""After the first year finance says whether a saving lasts; a reviewer of the program confirms it (V4)."""

from lms.capstone.projects.models import Project
from lms.capstone.projects.queries import charter_of, state_of, team_of
from lms.capstone.projects.rules import ENDED, ProjectState
from lms.capstone.projects.services import move
from lms.capstone.savings.models import Posting
from lms.capstone.savings.queries import ledger_of, refs_of
from lms.capstone.savings.rules.attest import check_level
from lms.capstone.savings.rules.kinds import Decision, Level
from lms.capstone.savings.rules.ledger import Ledger
from lms.capstone.savings.rules.review import check_reviewer
from lms.capstone.savings.rules.sustained import LAPSE, SUSTAIN, AfterYear, after_year, last_word, outcome_of
from lms.capstone.savings.services.claims import open_claim, version_of
from lms.capstone.savings.services.posting import Scribe
from lms.capstone.savings.services.verifying import check_duties
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.people.commands import command
from lms.people.scope import policy_day


@command(Action.SAVINGS_VERIFY)
def attest_sustained(actor: Actor, posting: Posting, comment: str = "") -> Posting:
    """Finance says that a reviewed saving lasts; the program confirms it next. Raises RuleBroken under 80 %."""
    project, ledger, standing, year = _judged(posting)
    check_duties(actor, project, ledger, [each.id for each in standing])
    for each in standing:
        check_level(ledger.states[each.id].level, Level.SUSTAINED)
    if last_word(posting, ledger.decisions) == SUSTAIN:
        raise RuleBroken(N_("Finance has said so already. A reviewer of the program confirms it next."))
    year.check_kept()
    _decide(project, standing, Level.REVIEWED, SUSTAIN, year, comment)
    return posting


@command(Action.SAVINGS_REVIEW)
def confirm_sustained(actor: Actor, posting: Posting, comment: str = "") -> Posting:
    """A reviewer confirms finance's word: the saving is sustained (V4). Raises RuleBroken without that word."""
    project, ledger, standing, year = _judged(posting)
    agreed = charter_of(project)
    team = {member.person_id for member in team_of([project])[project.id]}
    check_reviewer(actor.person_id or 0, agreed.coach_id if agreed else None, team)
    for each in standing:
        check_level(ledger.states[each.id].level, Level.SUSTAINED)
    if last_word(posting, ledger.decisions) != SUSTAIN:
        raise RuleBroken(N_("Finance of the firm has to say first that it lasts."))
    year.check_kept()
    _decide(project, standing, Level.SUSTAINED, None, year, comment)
    _close(project)
    return posting


@command(Action.SAVINGS_VERIFY)
def state_lapsed(actor: Actor, posting: Posting, comment: str = "") -> Posting:
    """Finance states that a verified saving did not last; its level and what was realized stay. Raises RuleBroken."""
    project, ledger, standing, year = _judged(posting)
    level = ledger.states[posting.id].level
    if level < Level.VERIFIED or level is Level.SUSTAINED or last_word(posting, ledger.decisions) == LAPSE:
        raise RuleBroken(N_("This has been done already. Reload the page to see where it stands."))
    if year.is_kept:
        raise RuleBroken(N_("By the months that finance has confirmed, this saving lasts."))
    _decide(project, standing, level, LAPSE, year, comment)
    _close(project)
    return posting


def _judged(posting: Posting) -> tuple[Project, Ledger, list[Posting], AfterYear]:
    """The project, locked; its ledger; the claim with its amendments; how it stands. Raises RuleBroken if too early."""
    project, ledger = open_claim(posting)
    standing = [p for p in ledger.claimed_postings(posting.line_id or 0) if isinstance(p, Posting)]
    version = version_of(standing[-1])
    year = after_year(ledger, posting.line_id or 0, version, project.currency, refs_of(ledger))
    if year is None:
        raise RuleBroken(N_("This saving has to pass the level before this one first."))
    year.check_due(policy_day())
    return project, ledger, standing, year


def _decide(
    project: Project, standing: list[Posting], level: Level, reason: str | None, year: AfterYear, comment: str
) -> None:
    scribe = Scribe(project)
    for each in standing:
        scribe.decide(
            each,
            Decision.ATTESTED,
            level,
            reason=reason,
            amount_minor=year.realized_minor,
            comment=comment.strip(),
        )
    scribe.done()


def _close(project: Project) -> None:
    """End the project once each of its hard savings was judged."""
    outcome = outcome_of(ledger_of(project))
    if outcome is not None and state_of(project) not in ENDED:
        move(project, ProjectState.CLOSED, policy_day(), outcome=outcome)
