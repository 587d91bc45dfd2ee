"""Chains of facts: whoever changes, drops or reorders one behind the product's back breaks the chain.

Each entry holds an HMAC, with a key outside the database, over the entry before it and the fact's ids and numbers.
Chains: one per project (savings), one per section and course (scores), one per program (grants, consents, disclosures).
"""

import hashlib
import hmac
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any

from flask import current_app
from sqlalchemy import ForeignKey, UniqueConstraint, and_, bindparam, func, insert, select
from sqlalchemy import inspect as inspect_row
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.acting import acting_at
from lms.kernel.columns import canonical
from lms.kernel.db import Base, session
from lms.kernel.facts import Fact
from lms.kernel.later import write_later, write_now
from lms.kernel.memo import found
from lms.kernel.once import add_once

START = "0" * 64
ADDED = "added to a chained table"
SINCE = {ADDED: True}  # `info` of such a column


class Chain(Base):
    """The head of one chain. Its row is the lock under which entries are appended, so it alone changes."""

    __tablename__ = "chain"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)  # "project:12"
    length: Mapped[int] = mapped_column(default=0)
    head: Mapped[str] = mapped_column(default=START)


class ChainEntry(Base):
    """The `number`-th fact of a chain, 1, 2, 3 without a gap."""

    __tablename__ = "chain_entry"
    __table_args__ = (UniqueConstraint("chain_id", "number"), UniqueConstraint("kind", "fact_id"))
    __append_only__ = True
    id: Mapped[int] = mapped_column(primary_key=True)
    chain_id: Mapped[int] = mapped_column(ForeignKey("chain.id"))
    number: Mapped[int]
    kind: Mapped[str]  # the fact's table
    fact_id: Mapped[str]  # the fact's public id
    mac: Mapped[str]
    recorded_at: Mapped[datetime] = mapped_column(default=acting_at)


INSERT = insert(ChainEntry)
LOCK = select(Chain).where(Chain.name == bindparam("name")).with_for_update()
LOCK = LOCK.execution_options(populate_existing=True)  # others may have gone on meanwhile


def append(name: str, *facts: Fact) -> str:
    """Append facts that were just made to the chain called `name`, in this order; gives the new head. Call it last."""
    session.flush()
    chain = _locked(name)
    rows = []
    for fact in facts:
        chain.length += 1
        chain.head = _mac(chain.head, chain.length, fact)
        place = {"chain_id": chain.id, "number": chain.length, "mac": chain.head}
        rows.append({**place, "kind": fact.__tablename__, "fact_id": fact.public_id, "recorded_at": acting_at()})
    write_later("chain", INSERT, rows)
    return chain.head


def _locked(name: str) -> Chain:
    """The head's row; what this transaction has locked stays its own until it ends, unless a savepoint is undone."""
    if session().in_nested_transaction():
        return _lock(name)
    locked = found("chains")
    if name not in locked:
        locked[name] = _lock(name)
    chain: Chain = locked[name]
    return chain


def _lock(name: str) -> Chain:
    chain = session.scalar(LOCK, {"name": name}) or add_once(Chain, name=name, length=0, head=START)
    return chain or session.scalars(LOCK, {"name": name}).one()  # somebody else has just begun it


def head(name: str) -> str:
    """The last mac of the chain called `name`, to print on a statement; zeros for an empty one."""
    return session.scalar(select(Chain.head).where(Chain.name == name)) or START


def heads_at(names: Iterable[str], as_of: datetime) -> dict[str, str]:
    """The head that each of these chains had at `as_of`; a chain that began later is missing. One query."""
    write_now("chain")
    last = (
        select(ChainEntry.chain_id, func.max(ChainEntry.number).label("number"))
        .join(Chain, Chain.id == ChainEntry.chain_id)
        .where(Chain.name.in_(list(names)), ChainEntry.recorded_at <= as_of)
        .group_by(ChainEntry.chain_id)
        .subquery()
    )
    statement = (
        select(Chain.name, ChainEntry.mac)
        .join(ChainEntry, ChainEntry.chain_id == Chain.id)
        .join(last, and_(last.c.chain_id == ChainEntry.chain_id, last.c.number == ChainEntry.number))
    )
    return dict(session.execute(statement).all())


def heads() -> dict[str, tuple[int, str]]:
    """Length and head of every chain, to be kept somewhere else. One query."""
    rows = session.execute(select(Chain.name, Chain.length, Chain.head).order_by(Chain.name))
    return {name: (length, head) for name, length, head in rows}


def departures(kept: Mapping[str, Sequence[Any]]) -> Iterator[str]:
    """Every chain that does not go on from the length and head kept elsewhere: its end was cut off, with its head."""
    write_now("chain")
    for name, (length, head) in kept.items():
        mac = session.scalar(select(ChainEntry.mac).join(Chain).where(Chain.name == name, ChainEntry.number == length))
        if length and mac != head:
            yield f"{name}: does not go on from entry {length} as it was then"


def breaks() -> Iterator[str]:
    """Every break in every chain, as a sentence for the operator; nothing if all hold. Reads every chained fact."""
    write_now("chain")
    for chain in session.scalars(select(Chain).order_by(Chain.id).execution_options(populate_existing=True)).all():
        yield from _breaks_of(chain)


def _breaks_of(chain: Chain) -> Iterator[str]:
    entries = session.scalars(
        select(ChainEntry).where(ChainEntry.chain_id == chain.id).order_by(ChainEntry.number)
    ).all()
    facts = _facts_of(entries)
    before = START
    for expected, entry in enumerate(entries, start=1):
        fact = facts.get((entry.kind, entry.fact_id))
        if entry.number != expected:
            yield f"{chain.name}: entry {expected} is missing"
            return
        if fact is None:
            yield f"{chain.name}: {entry.kind} {entry.fact_id} (entry {entry.number}) is gone"
            return
        if not hmac.compare_digest(entry.mac, _mac(before, entry.number, fact)):
            yield f"{chain.name}: {entry.kind} {entry.fact_id} (entry {entry.number}) was changed"
            return
        before = entry.mac
    if chain.length != len(entries) or chain.head != before:
        yield f"{chain.name}: the end was cut off"


def _facts_of(entries: Any) -> dict[tuple[str, str], Fact]:
    by_kind: dict[str, list[str]] = {}
    for entry in entries:
        by_kind.setdefault(entry.kind, []).append(entry.fact_id)
    found: dict[tuple[str, str], Fact] = {}
    for kind, ids in by_kind.items():
        model = Base.metadata.tables[kind].info["model"]
        for start in range(0, len(ids), 500):
            statement = select(model).where(model.public_id.in_(ids[start : start + 500]))
            statement = statement.execution_options(lms_scope="verify", populate_existing=True)
            found |= {(kind, fact.public_id): fact for fact in session.scalars(statement)}
    return found


def _mac(before: str, number: int, fact: Fact) -> str:
    payload = f"{before}\n{number}\n{fact.__tablename__}\n{canonical(values_of(fact))}"
    key: str = current_app.config["LMS_CHAIN_KEY"]
    return hmac.new(key.encode(), payload.encode(), hashlib.sha256).hexdigest()


def values_of(fact: Fact) -> dict[str, Any]:
    """Every column of a fact as it goes into its chain: ids, numbers, dates and enumerations, no one's words.

    A column that was added to a chained table later is marked `SINCE`; a fact from before has nothing in it, and its
    place in the chain was computed without it.
    """
    found = {column: getattr(fact, column.key) for column in inspect_row(type(fact)).column_attrs}
    return {
        column.key: _plain(value)
        for column, value in found.items()
        if value is not None or not column.columns[0].info.get(ADDED)
    }


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else value
