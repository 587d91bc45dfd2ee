"""Rows that nothing in their transaction waits for: written together, one statement a table, when it commits.

For rows whose number nobody needs: audit entries, the texts of facts, mail. Inside a savepoint, which may be rolled
back on its own, they are written at once.
"""

from typing import Any

from sqlalchemy import Insert, event
from sqlalchemy.orm import Session, SessionTransaction

from lms.kernel.adding import write_rows
from lms.kernel.db import is_writing, session

WAITING = "rows to write later"


def write_later(name: str, statement: Insert, rows: list[dict[str, Any]]) -> None:
    """Write `rows` by `statement` (an INSERT) at the end of the running transaction. name: of the rows' kind.

    Rows of one kind keep their order and share one statement: the first one given. Raises RuntimeError in a
    transaction that only reads.
    """
    if not is_writing():
        raise RuntimeError("This transaction only reads, so there is nothing to write.")
    current = session()
    if current.in_nested_transaction():
        current.flush()  # what they are about comes first
        current.connection().execute(statement, rows)
        return
    if not current.in_transaction():
        current.begin()  # so that its end is noticed, even if nothing else is asked of the database
    waiting: dict[str, tuple[Insert, list[dict[str, Any]]]] = current.info.setdefault(WAITING, {})
    waiting.setdefault(name, (statement, []))[1].extend(rows)


def write_now(name: str) -> None:
    """Write the rows of the kind `name` that wait; for whoever reads them in the same transaction."""
    waiting = session().info.get(WAITING, {}).pop(name, None)
    if waiting:
        session.connection().execute(*waiting)


@event.listens_for(Session, "before_commit")
def _write_waiting(current: Session) -> None:
    if current.in_nested_transaction() or not current.info.get(WAITING):
        return
    current.flush()  # what they are about comes first
    for statement, rows in current.info.pop(WAITING).values():
        write_rows(current, statement, rows)


@event.listens_for(Session, "after_soft_rollback")
def _drop_waiting(current: Session, previous: SessionTransaction) -> None:
    if not previous.nested:
        current.info.pop(WAITING, None)
