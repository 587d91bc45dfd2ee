"""Many rows in few statements: a roster of 5,000 people must not send one statement a person."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import insert, update

from lms.kernel.db import Base, session
from lms.people.scope import unscoped


def add_all(model: type[Base], rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Insert the rows, which all have the same keys; their numbers, in the same order."""
    if not rows:
        return []
    numbered: Any = model
    statement = insert(model).returning(numbered.id, sort_by_parameter_order=True)
    # Else a row with an empty cell is a statement of another form, and each run of like rows one of its own.
    statement = statement.execution_options(render_nulls=True)
    return list(session.scalars(statement, [dict(row) for row in rows]))


def change_all(model: type[Base], rows: Iterable[Mapping[str, Any]]) -> None:
    """Update rows by their `id`; they all have the same keys. Not for facts."""
    changed = [dict(row) for row in rows]
    if changed:
        session.execute(unscoped_update(model), changed)


def unscoped_update(model: type[Base]) -> Any:
    """An UPDATE by row number, of rows that the command has found."""
    return unscoped(update(model), "rows by their number, found by the command")  # type: ignore[type-var]
