"""The session, which writes the few rows of most commands past the ORM's unit of work.

The unit of work sorts, groups and describes what is new or changed before it sends it, which for a few rows takes
several times as long as they do. What it would send is sent here too, in its order, and the rows are the session's as
after any flush.
"""

from collections.abc import Iterable, Sequence
from contextvars import ContextVar
from typing import Any, NamedTuple

from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import Connection
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import instance_state

from lms.kernel.rows import Rows, number_of, rows_of

MOST = 24  # rows at once; of more, the unit of work takes little for each
MOST_CHANGED = 4  # of them in one table: each is a statement here, where the unit of work sends them together
LINE = "line"  # in what a session carries: its connection, while a transaction is open
writing: ContextVar[bool] = ContextVar("writing", default=False)  # whether the open transaction may


def line_of(current: Session) -> Connection:
    """The session's connection in its running transaction, which begins with the first question."""
    found: Connection | None = current.info.get(LINE)
    if found is None:  # of a new transaction, or after the end of one that was in it
        found = current.info[LINE] = current.connection()
    return found


class UnitSession(FlaskSession):
    """The product's session."""

    def flush(self, objects: Sequence[Any] | None = None) -> None:
        """Write what is new, changed or deleted."""
        if self._is_clean():
            return
        if objects or self._flushing or not writing.get() or not self._write_few():
            super().flush(objects)

    def _write_few(self) -> bool:
        self._flushing = True  # so that what is read meanwhile, of a row that has to be read anew, flushes nothing
        try:
            return _write_few(self)
        except BaseException:
            # As after any flush that failed: all of the transaction is undone, and its session says so when it is used.
            self._autobegin_t()._begin().rollback(_capture_exception=True)
            raise
        finally:
            self._flushing = False


def _write_few(current: Session) -> bool:
    """Whether all that waits was written here."""
    new, changed = current.new, current.dirty
    if current.deleted or current.in_nested_transaction() or len(new) + len(changed) > MOST:
        return False
    batches = _batches(current, new, changed)
    if not all(batch.is_plain() for batch in batches):
        return False
    for batch in batches:
        batch.write(current)
    return True


class _Batch(NamedTuple):
    """What is to be written to one table."""

    rows: Rows
    new: list[Any]
    changed: list[Any]

    def is_plain(self) -> bool:
        """Whether it can be written here."""
        rows, new, changed = self
        return (
            rows.is_plain
            and (len(new) < 2 or rows.is_named)
            and len(changed) <= MOST_CHANGED
            and all(rows.takes(row) for row in new)
            and all(rows.takes_change(row) for row in changed)
        )

    def write(self, current: Session) -> None:
        """What was changed first, as the unit of work does; then the session hears of it, as from there."""
        line = line_of(current)
        for row in sorted(self.changed, key=number_of):
            self.rows.change(line, row)
        if self.new:
            self.rows.add(line, self.new)
        current._register_persistent({instance_state(row) for row in (*self.changed, *self.new)})


def _batches(current: Session, new: Iterable[Any], changed: Iterable[Any]) -> list[_Batch]:
    """By table, in the unit of work's order."""
    dialect = line_of(current).dialect
    found: dict[Any, _Batch] = {}
    for is_new, some in ((True, new), (False, changed)):
        for row in some:
            model: Any = type(row)
            if model not in found:
                found[model] = _Batch(rows_of(model, dialect), [], [])
            (found[model].new if is_new else found[model].changed).append(row)
    return [found[model] for model in sorted(found, key=lambda one: f"{one.__module__}.{one.__name__}")]
