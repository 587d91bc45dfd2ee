"""Answers to unsafe calls that a client may have to repeat: the same key gives the same answer and no second effect.

Written in the transaction of the effect itself, so there is never one without the other.
"""

import hashlib
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, delete, func, select
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.clock import now
from lms.kernel.columns import Json
from lms.kernel.db import Base, session


class StoredAnswer(Base):
    """What the call `key` of one person was answered. route: method and path. response: body and headers."""

    __tablename__ = "idem"

    principal_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(primary_key=True)
    route: Mapped[str]
    body_sha256: Mapped[str]
    status: Mapped[int]
    response: Mapped[Any] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)


def claim(principal_id: int, key: str) -> bool:
    """Whether this transaction may work on `key`; False while another one does. Held until the transaction ends.

    On SQLite there is one writer at a time: whoever comes second has waited already and finds the stored answer.
    """
    if session.get_bind().dialect.name != "postgresql":
        return True
    digest = hashlib.sha256(f"idem:{principal_id}:{key}".encode()).digest()
    number = int.from_bytes(digest[:8], "big", signed=True)
    return bool(session.scalar(select(func.pg_try_advisory_xact_lock(number))))


def answer_or_none(principal_id: int, key: str) -> StoredAnswer | None:
    """What was answered to `key`, if it was. One query."""
    mine = (StoredAnswer.principal_id == principal_id, StoredAnswer.key == key)
    return session.scalar(select(StoredAnswer).where(*mine))


def remember(principal_id: int, key: str, route: str, body_sha256: str, status: int, response: dict[str, Any]) -> None:
    """Keep the answer of a call whose effect is in the running transaction."""
    session.add(
        StoredAnswer(
            principal_id=principal_id,
            key=key,
            route=route,
            body_sha256=body_sha256,
            status=status,
            response=response,
        )
    )
    session.flush()


def forget_before(moment: datetime) -> int:
    """Drop the answers made before `moment`; gives how many. A client retries within minutes, not days."""
    dropped = session.execute(delete(StoredAnswer).where(StoredAnswer.created_at < moment).returning(StoredAnswer.key))
    return len(dropped.all())
