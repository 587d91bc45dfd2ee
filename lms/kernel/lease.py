"""Who does the work that only one process may do: a row that its holder renews, and that others take when it is late.

A lease is not a fence: a holder that was frozen may go on for a moment after another took over. So what is done under
it is done by claims, each of them once.
"""

from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel import clock
from lms.kernel.db import Base, session
from lms.kernel.once import insert_once

TTL = timedelta(seconds=30)
SCHEDULER = "scheduler"  # the lease of whoever runs the jobs


class Lease(Base):
    """One lease. beat_at: when its holder last renewed it."""

    __tablename__ = "lease"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    owner: Mapped[str]
    until: Mapped[datetime]
    beat_at: Mapped[datetime]


def hold(name: str, owner: str, ttl: timedelta = TTL) -> bool:
    """Take or renew the lease `name` for `ttl`; whether `owner` holds it now."""
    moment = clock.now()
    row = {"name": name, "owner": owner, "until": moment + ttl, "beat_at": moment}
    renewed = (
        update(Lease)
        .where(Lease.name == name, or_(Lease.owner == owner, Lease.until < moment))
        .values(owner=owner, until=row["until"], beat_at=moment)
        .returning(Lease.id)
    )
    if session.scalar(renewed) is not None:
        return True
    return session.scalar(insert_once(Lease, "name").values(row).returning(Lease.id)) is not None


def release(name: str, owner: str) -> None:
    """Give the lease back, so that the next process need not wait for it to run out."""
    moment = clock.now() - timedelta(seconds=1)
    session.execute(update(Lease).where(Lease.name == name, Lease.owner == owner).values(until=moment))


def is_held(name: str) -> bool:
    """Whether somebody holds the lease. One query."""
    return session.scalar(select(Lease.id).where(Lease.name == name, Lease.until >= clock.now())) is not None


def last_beat(name: str) -> datetime | None:
    """When the lease was last renewed; None if never. One query."""
    return session.scalar(select(Lease.beat_at).where(Lease.name == name))
