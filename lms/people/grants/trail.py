"""Reading the audit log: who did what to what, when and through which door."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select

from lms.kernel.audit import AuditEntry, Outcome
from lms.kernel.db import session
from lms.kernel.errors import NotAllowed
from lms.kernel.paging import SIZE, Page, page_of
from lms.people.access import Action, Actor, may_at_all
from lms.people.accounts.models import Person
from lms.people.scope import unscoped


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one looks for; empty is anything. action: how it begins, "savings:". before: only earlier instants."""

    email: str = ""
    action: str = ""
    subject: str = ""
    is_denied: bool = False
    before: datetime | None = None


def search_audit(actor: Actor, wanted: Wanted, after: str | None = None, size: int = SIZE) -> Page[AuditEntry]:
    """Entries of the audit log, newest first. Raises NotAllowed. One query."""
    if not may_at_all(actor, Action.AUDIT_READ):
        raise NotAllowed()
    statement = unscoped(select(AuditEntry).where(*_conditions(wanted)), "the audit log is read whole")
    return page_of(statement, (AuditEntry.at.desc(), AuditEntry.id.desc()), after, size)


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.email.strip():
        found.append(AuditEntry.person_id.in_(select(Person.id).where(Person.email == wanted.email.strip().lower())))
    if wanted.action.strip():
        found.append(AuditEntry.action.startswith(wanted.action.strip().lower(), autoescape=True))
    if wanted.subject.strip():
        found.append(
            (AuditEntry.subject_id == wanted.subject.strip()) | (AuditEntry.result_id == wanted.subject.strip())
        )
    if wanted.is_denied:
        found.append(AuditEntry.outcome == Outcome.DENIED)
    if wanted.before:
        found.append(AuditEntry.at < wanted.before)
    return found


def names_of(entries: Page[AuditEntry]) -> dict[int, str]:
    """The names of those who acted, by row number. One query."""
    numbers = {entry.person_id for entry in entries.items if entry.person_id}
    statement = select(Person.id, Person.name).where(Person.id.in_(numbers))
    return dict(session.execute(unscoped(statement, "the audit log names who acted")).all())
