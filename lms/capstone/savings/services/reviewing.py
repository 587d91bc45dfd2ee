"""What the program does with a verified saving: one reviewer, or two for a large or unusual one, lift it to V3."""

from collections.abc import Collection

from lms.capstone.lines.rules.bands import unusual
from lms.capstone.lines.rules.worth import adjusted
from lms.capstone.mentors.queries import mentors_of_team
from lms.capstone.mentors.rules import check_no_mentor
from lms.capstone.projects.queries import charter_of, team_of
from lms.capstone.savings.models import Posting
from lms.capstone.savings.queries import first_reviewers
from lms.capstone.savings.rules.attest import check_level
from lms.capstone.savings.rules.kinds import Decision, Level
from lms.capstone.savings.rules.review import REVIEW, Check, check_answers, check_reviewer, needs_second
from lms.capstone.savings.rules.rows import line_total
from lms.capstone.savings.services.claims import open_claim, version_of
from lms.capstone.savings.services.posting import Scribe
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.people.commands import command


@command(Action.SAVINGS_REVIEW)
def review(actor: Actor, posting: Posting, answers: Collection[Check], comment: str = "") -> Posting:
    """A reviewer of the program finds a verified claim in order. Raises RuleBroken with what is still open.

    A large or unusual one needs two persons; the first review is kept and the level stays.
    """
    project, ledger = open_claim(posting)
    agreed = charter_of(project)
    team = {member.person_id for member in team_of([project])[project.id]}
    check_reviewer(actor.person_id or 0, agreed.coach_id if agreed else None, team)
    check_no_mentor(actor.person_id, mentors_of_team(project))
    check_answers(answers)
    standing = [p for p in ledger.claimed_postings(posting.line_id or 0) if isinstance(p, Posting)]
    for each in standing:
        check_level(ledger.states[each.id].level, Level.REVIEWED)
    before = first_reviewers(ledger, posting)
    if actor.person_id in before:
        raise RuleBroken(N_("You have reviewed this. A second person has to look at it too."))
    version = version_of(standing[-1])
    amount = line_total(ledger, posting.line_id or 0, Level.VERIFIED)
    large = needs_second(amount, bool(unusual(version.stream, adjusted(version), project.currency)))
    level = Level.VERIFIED if large and not before else Level.REVIEWED
    scribe = Scribe(project)
    for each in standing:
        scribe.decide(each, Decision.ATTESTED, level, reason=REVIEW, amount_minor=amount, comment=comment.strip())
    scribe.done()
    return posting
