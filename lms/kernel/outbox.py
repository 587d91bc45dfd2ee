"""Mail that waits: written in the transaction that causes it, sent after the commit, once.

A message is claimed by one UPDATE, for as long as its lease; if the sender dies after it began to send, nobody knows
whether the mail left. A reminder is then sent again; a weighty one (grades, money) is `in_doubt` until somebody looks.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, func, select, update
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel import clock
from lms.kernel.columns import Json
from lms.kernel.db import Base, session
from lms.kernel.facts import HasPublicId
from lms.kernel.ids import new_public_id
from lms.kernel.later import write_later
from lms.kernel.once import insert_once
from lms.kernel.plain import values_from_plain, values_to_plain

LEASE = timedelta(seconds=90)
HOUSE = {"lms_scope": "the outbox sends for everybody", "populate_existing": True}


class State(StrEnum):
    """Where a message is on its way."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"  # the server refused it for good, or too many tries
    IN_DOUBT = "in_doubt"  # the sender died while sending, and it is too weighty to be sent twice
    SKIPPED = "skipped"  # too late, not wanted, or not right any more


class OutboxMessage(HasPublicId, Base):
    """One mail to one person. dedupe_key: the event it tells of; a second message with the same one is never made.

    template: names a letter of `lms.messages.letters`; values: what it says, as plain JSON. note: why it is as it is.
    read_at: when the person saw it among their notices.
    """

    __tablename__ = "outbox_message"
    __anchor__ = "person"
    __table_args__ = (Index(None, "state", "next_try_at"), Index(None, "person_id", "created_at"))

    dedupe_key: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    template: Mapped[str]
    values: Mapped[Any] = mapped_column(Json)
    is_weighty: Mapped[bool] = mapped_column(default=False)
    state: Mapped[State] = mapped_column(default=State.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    next_try_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(default="")

    def said(self) -> dict[str, Any]:
        """The values as they were given."""
        return values_from_plain(self.values)


def enqueue(
    dedupe_key: str,
    person_id: int,
    template: str,
    values: Mapping[str, Any],
    *,
    is_weighty: bool = False,
    send_at: datetime | None = None,
) -> None:
    """Put one mail into the running transaction; nothing happens if `dedupe_key` was used before."""
    enqueue_many([(dedupe_key, person_id, values)], template, is_weighty=is_weighty, send_at=send_at)


def enqueue_many(
    letters: Sequence[tuple[str, int, Mapping[str, Any]]],
    template: str,
    *,
    is_weighty: bool = False,
    send_at: datetime | None = None,
) -> None:
    """The same letter to many: dedupe key, person and values of each. One statement, however many."""
    moment = clock.now()
    rows = [
        {
            "public_id": new_public_id(),
            "dedupe_key": dedupe_key,
            "person_id": person_id,
            "template": template,
            "values": values_to_plain(values),
            "is_weighty": is_weighty,
            "state": State.QUEUED,
            "attempts": 0,
            "created_at": moment,
            "next_try_at": send_at or moment,
            "note": "",
        }
        for dedupe_key, person_id, values in letters
    ]
    if rows:
        write_later("outbox", insert_once(OutboxMessage, "dedupe_key"), rows)


def claim() -> OutboxMessage | None:
    """The message due longest, from now on the caller's alone; None if none is due. Commit before sending it."""
    moment = clock.now()
    due = (
        select(OutboxMessage.id)
        .where(OutboxMessage.state == State.QUEUED, OutboxMessage.next_try_at <= moment)
        .order_by(OutboxMessage.next_try_at, OutboxMessage.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    taken = (
        update(OutboxMessage)
        .where(OutboxMessage.id == due, OutboxMessage.state == State.QUEUED)
        .values(state=State.SENDING, attempts=OutboxMessage.attempts + 1, lease_until=moment + LEASE)
        .returning(OutboxMessage)
    )
    found: OutboxMessage | None = session.scalar(taken, execution_options=HOUSE)
    return found


def settle(
    message: OutboxMessage,
    state: State,
    note: str = "",
    *,
    next_try_at: datetime | None = None,
    counts: bool = True,
    forget: bool = False,
) -> None:
    """What became of a claimed message. Nothing happens if somebody else took it meanwhile.

    next_try_at: for QUEUED, when it is due again. counts: whether this was a try. forget: its values are blanked.
    """
    values: dict[str, Any] = {"state": state, "note": note[:500], "lease_until": None}
    if next_try_at is not None:
        values["next_try_at"] = next_try_at
    if not counts:
        values["attempts"] = message.attempts - 1
    if forget:
        values["values"] = {}
    if state not in (State.QUEUED, State.IN_DOUBT):
        values["ended_at"] = clock.now()
    mine = (OutboxMessage.id == message.id, OutboxMessage.attempts == message.attempts)
    session.execute(update(OutboxMessage).where(*mine).values(values), execution_options=HOUSE)


def recover() -> int:
    """Take back what a dead sender held: in doubt if weighty, else due again. How many there were."""
    held = (OutboxMessage.state == State.SENDING, OutboxMessage.lease_until < clock.now())
    note = "the sender stopped while sending"
    changed = 0
    for weighty, state in ((True, State.IN_DOUBT), (False, State.QUEUED)):
        statement = update(OutboxMessage).where(*held, OutboxMessage.is_weighty == weighty)
        done = session.execute(statement.values(state=state, note=note, lease_until=None), execution_options=HOUSE)
        changed += done.rowcount  # type: ignore[attr-defined]  # an UPDATE gives a CursorResult
    return changed


def counts() -> dict[State, int]:
    """How many messages stand in each state. One query."""
    rows = session.execute(
        select(OutboxMessage.state, func.count()).group_by(OutboxMessage.state), execution_options=HOUSE
    )
    return {row[0]: row[1] for row in rows}


def oldest_due() -> datetime | None:
    """Since when the longest waiting message has been due; None if none is. One query."""
    statement = select(func.min(OutboxMessage.next_try_at)).where(
        OutboxMessage.state == State.QUEUED, OutboxMessage.next_try_at <= clock.now()
    )
    return session.scalar(statement, execution_options=HOUSE)


STUCK = (State.IN_DOUBT, State.FAILED)


def list_stuck() -> Sequence[OutboxMessage]:
    """The messages that need somebody to look, oldest first."""
    statement = select(OutboxMessage).where(OutboxMessage.state.in_(STUCK)).order_by(OutboxMessage.id)
    return session.scalars(statement, execution_options=HOUSE).all()


def decide(public_id: str, *, sent: bool) -> bool:
    """Somebody looked: the message did leave, or is due again. False if it was not stuck."""
    moment = clock.now()
    values: dict[str, Any] = {"state": State.SENT, "ended_at": moment, "note": "noted as sent by hand"}
    if not sent:
        values = {
            "state": State.QUEUED,
            "next_try_at": moment,
            "attempts": 0,
            "ended_at": None,
            "note": "again by hand",
        }
    stuck = (OutboxMessage.public_id == public_id, OutboxMessage.state.in_(STUCK))
    done = session.execute(update(OutboxMessage).where(*stuck).values(values), execution_options=HOUSE)
    return int(done.rowcount) == 1  # type: ignore[attr-defined]  # an UPDATE gives a CursorResult
