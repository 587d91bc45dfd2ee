"""Sample reviews: what the program's reviewers found in order (V3), and what lasted or lapsed after a year (V4)."""

from lms.capstone.lines.queries import lines_of
from lms.capstone.projects.models import Project
from lms.capstone.savings.models import Posting
from lms.capstone.savings.queries import ledger_of
from lms.capstone.savings.rules.kinds import Level
from lms.capstone.savings.rules.review import Check
from lms.capstone.savings.services.realizing import due_months, realize
from lms.capstone.savings.services.reviewing import review
from lms.capstone.savings.services.sustaining import attest_sustained, confirm_sustained, state_lapsed
from lms.sample.stage import Employer, Stage


def first_claim(project: Project) -> Posting:
    """The claim that stands for a project's first line."""
    claim = ledger_of(project).standing_claim(lines_of([project])[0].id)
    assert isinstance(claim, Posting)
    return claim


def reviewed(stage: Stage, project: Project, *, by: int = 2) -> None:
    """`by` reviewers look at the first line, the second one only where the first does not suffice."""
    claim = first_claim(project)
    for person in stage.reviewers[:by]:
        if ledger_of(project).states[claim.id].level is Level.VERIFIED:
            review(stage.actor(person), claim, list(Check), "Meter readings and ledger agree with the claim (sample).")


def realized(stage: Stage, project: Project, employer: Employer, percent: int) -> None:
    """Finance confirms the months that are over, at `percent` of what was verified."""
    line = lines_of([project])[0]
    due = due_months(ledger_of(project), line.id, stage.today())
    if due:
        months = {month: minor * percent // 100 for month, minor in due.items()}
        realize(stage.actor(employer.finance), line, months, "From the account (sample)")


def judged_after_year(stage: Stage, project: Project, employer: Employer, *, lasts: bool) -> None:
    """Finance says whether it lasts; where it does, a reviewer confirms it."""
    claim, finance = first_claim(project), stage.actor(employer.finance)
    if lasts:
        attest_sustained(finance, claim, "Twelve months on the account, and the change is still in use (sample).")
        confirm_sustained(stage.actor(stage.reviewers[0]), claim, "Months and account agree (sample).")
    else:
        state_lapsed(finance, claim, "The product that it was made for has ended (sample).")
