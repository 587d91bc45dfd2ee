"""What SQL one request sends, recorded from the product itself, in a form that the floor can send again and again.

Reads go as they were. What an INSERT must not repeat (its own public id, unique texts and numbers) is made anew each
time, and the keys of rows that the same request inserted earlier are filled in.
"""

import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, Integer, PrimaryKeyConstraint, Table, UniqueConstraint, event

from lms.kernel.db import Base
from lms.kernel.ids import new_public_id

INTO = re.compile(r"INSERT INTO (\w+) ")
NOT_SQL = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "SAVEPOINT", "RELEASE")


@dataclass(frozen=True, slots=True)
class Fresh:
    """A value that is made anew for each request; equal `mark`s get equal values."""

    kind: str  # "public_id", "text", "number"
    mark: object


@dataclass(frozen=True, slots=True)
class KeyOf:
    """The row number that the `insert`-th INSERT of the request gave."""

    insert: int


@dataclass(slots=True)
class Step:
    """One statement. values: by position (SQLite) or by name (PostgreSQL). insert: its number if it is an INSERT."""

    sql: str
    values: Any
    insert: int | None = None
    table: str = ""


@dataclass(slots=True)
class Plan:
    """One request: its statements and the size of its answer. hashes: also check a password, as signing in does."""

    name: str
    steps: list[Step] = field(default_factory=list)
    size: int = 0
    writes: bool = False
    hashes: bool = False


@contextmanager
def recorded(name: str) -> Iterator[Plan]:
    """The plan of what this process sends inside the block."""
    plan = Plan(name)
    seen: list[tuple[str, Any, Table | None]] = []

    def note(_c: object, _cursor: object, sql: str, values: Any, *_: object) -> None:
        if not sql.lstrip().upper().startswith(NOT_SQL):
            seen.append((sql, values, _table_of(sql)))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield plan
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    inserts: dict[str, list[int]] = {}
    for sql, values, table in seen:
        step = Step(sql, values)
        if table is not None:
            step.insert, step.table = sum(map(len, inserts.values())), table.name
            step.values = _renewed(sql, values, table, inserts)
            inserts.setdefault(table.name, []).append(step.insert)
        plan.writes |= not sql.lstrip().upper().startswith(("SELECT", "WITH"))
        plan.steps.append(step)


def _table_of(sql: str) -> Table | None:
    """Into which table a statement inserts."""
    found = INTO.match(sql)
    return None if found is None else Base.metadata.tables[found[1]]


def _renewed(sql: str, values: Any, table: Table, inserts: dict[str, list[int]]) -> Any:
    columns = [name.strip().strip('"') for name in sql[sql.index("(") + 1 : sql.index(")")].split(",")]
    if isinstance(values, dict):
        return {name: _renew(table, name.rpartition("__")[0] or name, value, inserts) for name, value in values.items()}
    changed = [
        _renew(table, columns[place % len(columns)], value, inserts) if value is not None else None
        for place, value in enumerate(values)
    ]
    return tuple(changed)


def _renew(table: Table, name: str, value: Any, inserts: dict[str, list[int]]) -> Any:
    if name not in table.c or value is None:
        return value
    column = table.c[name]
    for key in column.foreign_keys:
        made = inserts.get(key.column.table.name)
        if made and key.column.table is not table:
            return KeyOf(made[-1])
    if name in ("public_id", "fact_id"):
        return Fresh("public_id", value)
    if name in _unique_columns(table) and not column.foreign_keys:
        return Fresh("number" if isinstance(column.type, Integer) else "text", value)
    return value


def _unique_columns(table: Table) -> set[str]:
    found = {column.name for column in table.c if column.unique}
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint | PrimaryKeyConstraint):
            found |= {column.name for column in constraint.columns}
    return found


MAKE: dict[str, Callable[[], Any]] = {
    "public_id": new_public_id,
    "text": lambda: secrets.token_hex(16),
    "number": lambda: secrets.randbelow(2**52),
}


def filled(values: Any, made: dict[object, Any], keys: dict[int, int]) -> Any:
    """The values of one statement for one request. made, keys: what this request has made so far."""

    def one(value: Any) -> Any:
        if isinstance(value, KeyOf):
            return keys[value.insert]
        if isinstance(value, Fresh):
            if value.mark not in made:
                made[value.mark] = MAKE[value.kind]()
            return made[value.mark]
        return value

    if isinstance(values, dict):
        return {name: one(value) for name, value in values.items()}
    return tuple(one(value) for value in values)


__all__ = ["Base", "Plan", "Step", "filled", "recorded"]
