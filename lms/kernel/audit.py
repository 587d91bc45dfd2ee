"""Who did what to what, when and through which door. Append-only; written in the transaction of the deed itself."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, insert
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.acting import acting_at
from lms.kernel.db import Base
from lms.kernel.later import write_later


class Outcome(StrEnum):
    """Whether the deed was done, or refused by the policy."""

    DONE = "done"
    DENIED = "denied"


class AuditEntry(Base):
    """One deed. Subjects are named by table and public id; no one's words stand here."""

    __tablename__ = "audit_entry"
    __append_only__ = True
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=acting_at, index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    action: Mapped[str] = mapped_column(index=True)
    outcome: Mapped[Outcome]
    subject_kind: Mapped[str | None]
    subject_id: Mapped[str | None] = mapped_column(index=True)
    result_kind: Mapped[str | None]
    result_id: Mapped[str | None]
    via: Mapped[str]  # web, api, cli, job
    request_id: Mapped[str | None]


INSERT = insert(AuditEntry)


def record(
    *,
    person_id: int | None,
    action: str,
    via: str,
    request_id: str | None = None,
    subject: object = None,
    result: object = None,
    outcome: Outcome = Outcome.DONE,
) -> None:
    """Add the entry for one deed to the running transaction; they are written together when it commits."""
    subject_kind, subject_id = _name(subject)
    result_kind, result_id = _name(result)
    entry = {
        "at": acting_at(),
        "person_id": person_id,
        "action": action,
        "outcome": outcome,
        "subject_kind": subject_kind,
        "subject_id": subject_id,
        "result_kind": result_kind,
        "result_id": result_id,
        "via": via,
        "request_id": request_id,
    }
    write_later("audit", INSERT, [entry])


def _name(row: object) -> tuple[str | None, str | None]:
    if isinstance(row, list | tuple):
        row = row[0] if row else None
    return getattr(row, "__tablename__", None), getattr(row, "public_id", None)
