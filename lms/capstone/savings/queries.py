"""Reads of the ledger: one project's, a firm's, and the summary rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, func, select

from lms.capstone.lines.models import BenefitLine
from lms.capstone.lines.rules.kinds import CostKind
from lms.capstone.projects.models import Project
from lms.capstone.savings.models import Evidence, Posting, ProjectSummary, SavingsEntry, Verification
from lms.capstone.savings.rules.kinds import Decision, EntryKind
from lms.capstone.savings.rules.ledger import Ledger
from lms.capstone.savings.rules.review import REVIEW
from lms.kernel.db import session
from lms.kernel.errors import NotFound
from lms.kernel.explain import FactRef
from lms.people.access import Action, Actor
from lms.people.accounts.models import Person
from lms.people.scope import ask_read, scoped, unscoped, within, within_a


def find_posting(actor: Actor, public_id: str, action: Action = Action.SAVINGS_READ) -> Posting:
    """One posting. Raises NotFound. One query."""
    posting = session.scalar(scoped(select(Posting).where(Posting.public_id == public_id), actor, action))
    if posting is None:
        raise NotFound()
    return posting


def ledgers_of(projects: Sequence[Project], as_of: datetime | None = None) -> dict[int, Ledger]:
    """The ledger of each project as known at `as_of`, by the project's row number. Three queries."""
    by_project: dict[int, tuple[list[Posting], list[SavingsEntry], list[Verification]]] = {
        project.id: ([], [], []) for project in projects
    }
    postings, entries, decisions = (_hanging(model, as_of) for model in (Posting, SavingsEntry, Verification))
    for (posting,) in ask_read(postings, projects):
        by_project[posting.project_id][0].append(posting)
    for (entry,) in ask_read(entries, projects):
        by_project[entry.project_id][1].append(entry)
    for (decision,) in ask_read(decisions, projects):
        by_project[decision.project_id][2].append(decision)
    return {number: Ledger(*facts) for number, facts in by_project.items()}


@lru_cache(maxsize=16)
def _hanging(model: Any, as_of: datetime | None) -> Select[Any]:
    """The facts of one kind that hang from a project, oldest first."""
    rows = select(model) if as_of is None else select(model).where(model.recorded_at <= as_of)
    return within_a(rows, Project).order_by(model.id)


def ledger_of(project: Project, as_of: datetime | None = None) -> Ledger:
    """One project's ledger. Three queries."""
    return ledgers_of([project], as_of)[project.id]


def refs_of(ledger: Ledger) -> tuple[FactRef, ...]:
    """The facts that the figures of a ledger rest on, as an explanation names them."""
    facts = (*ledger.postings, *ledger.decisions)
    return tuple(fact.ref for fact in facts if isinstance(fact, Posting | Verification))


def refs_of_line(ledger: Ledger, line_id: int) -> tuple[FactRef, ...]:
    """The postings of one line and the decisions about them."""
    postings = [p for p in ledger.postings if p.line_id == line_id]
    own = {posting.id for posting in postings}
    return refs_of(Ledger(postings, (), [made for made in ledger.decisions if made.posting_id in own]))


def is_claimed(line: BenefitLine) -> bool:
    """Whether a claim of the line stands, at whatever level. Two queries."""
    postings = session.scalars(
        unscoped(
            select(Posting).where(Posting.line_id == line.id).order_by(Posting.id), "postings of a line that was found"
        )
    ).all()
    decisions = session.scalars(
        unscoped(
            select(Verification)
            .where(Verification.posting_id.in_([posting.id for posting in postings]))
            .order_by(Verification.id),
            "decisions about a line that was found",
        )
    ).all()
    return Ledger(postings, (), decisions).standing_claim(line.id) is not None


def posting_by_key(project: Project, request_key: str) -> Posting | None:
    """The posting that an earlier attempt of the same request made. One query."""
    return session.scalar(within(select(Posting).where(Posting.request_key == request_key), project))


def next_number(project: Project) -> int:
    """The number of a project's next posting. One query; call it under the project's lock."""
    return (session.scalar(within(select(func.max(Posting.number)), project, on=Posting)) or 0) + 1


def evidence_of(lines: Sequence[BenefitLine]) -> dict[int, list[Evidence]]:
    """The evidence of each line by the line's row number, oldest first. One query."""
    statement = select(Evidence).where(Evidence.line_id.in_([line.id for line in lines])).order_by(Evidence.id)
    found: dict[int, list[Evidence]] = {line.id: [] for line in lines}
    for row in session.scalars(unscoped(statement, "evidence of lines that were found")):
        found[row.line_id].append(row)
    return found


def with_capital(project_ids: Sequence[int]) -> set[int]:
    """Which of these projects, by row number, needed equipment that somebody paid for. One query."""
    spent = func.sum(SavingsEntry.amount_minor)
    statement = (
        select(SavingsEntry.project_id)
        .where(SavingsEntry.project_id.in_(project_ids), SavingsEntry.cost_kind == CostKind.CAPEX)
        .group_by(SavingsEntry.project_id)
        .having(spent > 0)
    )
    return set(session.scalars(unscoped(statement, "which projects that were found needed equipment")))


def reporters_of(ledger: Ledger, posting_ids: Sequence[int]) -> set[int]:
    """The persons who gave these postings the level reported, by row number; for amendments whoever accepted them."""
    people = {
        made.recorded_by_id
        for made in ledger.decisions
        if isinstance(made, Verification)
        and made.posting_id in posting_ids
        and made.decision is Decision.ATTESTED
        and made.level == 1
    }
    people |= {
        posting.recorded_by_id
        for posting in ledger.postings
        if isinstance(posting, Posting) and posting.id in posting_ids and posting.kind is EntryKind.AMEND
    }
    return {person for person in people if person is not None}


def first_reviewers(ledger: Ledger, posting: Posting) -> set[int]:
    """Who has reviewed the claim since finance last verified or doubted it, without lifting it."""
    found: set[int] = set()
    for made in ledger.decisions:
        if isinstance(made, Verification) and made.posting_id == posting.id:
            if made.reason == REVIEW and made.recorded_by_id is not None:
                found.add(made.recorded_by_id)
            else:
                found.clear()
    return found


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One entry as the ledger page shows it."""

    entry: SavingsEntry
    posting: Posting
    line_title: str | None
    by: str | None


def ledger_rows(projects: Sequence[Project], as_of: datetime | None = None) -> list[LedgerRow]:
    """Every entry of these projects with its posting, its line's title and who posted it, in order. One query."""
    statement = (
        select(SavingsEntry, Posting, BenefitLine.title, Person.name)
        .join(Posting, Posting.id == SavingsEntry.posting_id)
        .outerjoin(BenefitLine, BenefitLine.id == Posting.line_id)
        .outerjoin(Person, Person.id == SavingsEntry.recorded_by_id)
        .order_by(Posting.project_id, Posting.number, SavingsEntry.number)
    )
    if as_of is not None:
        statement = statement.where(SavingsEntry.recorded_at <= as_of)
    rows = session.execute(within(statement, projects, on=SavingsEntry))
    return [LedgerRow(entry, posting, title, by) for entry, posting, title, by in rows]


def summaries_of(projects: Sequence[Project]) -> dict[int, ProjectSummary]:
    """The stored summary of each project by the project's row number. One query."""
    rows = session.scalars(within(select(ProjectSummary), projects))
    return {row.project_id: row for row in rows}


def names_of(people: set[int]) -> dict[int, str]:
    """The names of persons who acted on a project that the caller has found. One query."""
    statement = select(Person.id, Person.name).where(Person.id.in_(people))
    rows = session.execute(unscoped(statement, "names of those who acted on a project"))
    return {row.id: row.name for row in rows}
