"""What is done once: whoever adds the row (kind, subject, period) first does the work, in one transaction.

A sweep can so run as often as it likes, and twice at a time: "sheet-due" of enrollment 7 in "2026-W44" happens once;
after a stop it is found and done late instead of never.
"""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel import clock
from lms.kernel.db import Base, session
from lms.kernel.once import insert_once


class Claim(Base):
    """One piece of work that was taken. subject: its public id or number; period: "2026-W44", a day, or "once"."""

    __tablename__ = "claim"
    __table_args__ = (UniqueConstraint("kind", "subject", "period"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    subject: Mapped[str]
    period: Mapped[str]
    claimed_at: Mapped[datetime]


def take(kind: str, subject: str, period: str = "once") -> bool:
    """Whether the caller is to do this piece of work; False if it was taken before. One statement."""
    row = {"kind": kind, "subject": subject, "period": period, "claimed_at": clock.now()}
    statement = insert_once(Claim, "kind", "subject", "period").values(row).returning(Claim.id)
    return session.scalar(statement) is not None
