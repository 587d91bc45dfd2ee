"""What `flask verify` asks of the ledger: every stored sum is rebuilt from its facts and compared."""

from collections.abc import Iterator
from dataclasses import asdict

from sqlalchemy import select

from lms.capstone.lines.queries import versions_of
from lms.capstone.projects.models import Project
from lms.capstone.savings.models import Posting, SavingsEntry
from lms.capstone.savings.queries import ledgers_of, summaries_of
from lms.capstone.savings.rules.ledger import Ledger
from lms.capstone.savings.summary import summarize
from lms.kernel.db import session
from lms.people.scope import unscoped

AT_ONCE = 200  # projects; keeps the working set small on a network of thousands


def differences() -> Iterator[str]:
    """Every stored number of the capstone that its facts do not give, as a sentence for the operator."""
    numbers = session.scalars(unscoped(select(Project.id).order_by(Project.id), "verify")).all()
    for start in range(0, len(numbers), AT_ONCE):
        statement = select(Project).where(Project.id.in_(numbers[start : start + AT_ONCE])).order_by(Project.id)
        yield from _differences(list(session.scalars(unscoped(statement, "verify"))))


def _differences(projects: list[Project]) -> Iterator[str]:
    ledgers, versions, stored = ledgers_of(projects), versions_of(projects), summaries_of(projects)
    for project in projects:
        ledger, row = ledgers[project.id], stored.get(project.id)
        yield from _numbering(project, ledger)
        if row is None:
            if ledger.postings:
                yield f"project {project.public_id}: its summary is missing"
            continue
        for name, value in asdict(summarize(ledger, versions)).items():
            if getattr(row, name) != value:
                yield f"project {project.public_id}: {name} is stored as {getattr(row, name)}, the facts give {value}"


def _numbering(project: Project, ledger: Ledger) -> Iterator[str]:
    postings = [posting for posting in ledger.postings if isinstance(posting, Posting)]
    if [posting.number for posting in postings] != list(range(1, len(postings) + 1)):
        yield f"project {project.public_id}: its postings are not numbered 1 to {len(postings)}"
    for row in ledger.rows:
        if isinstance(row, SavingsEntry) and row.currency != project.currency:
            yield f"project {project.public_id}: entry {row.public_id} is in {row.currency}, not {project.currency}"
