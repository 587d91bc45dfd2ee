"""How the rows of one table are written by statements that are compiled once: new ones, and what was changed in one.

What is sent is what the ORM's unit of work would send; `lms.kernel.unit` says when it goes this way.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import ClauseElement, Column, Connection, Dialect, Table, bindparam, insert, inspect, update
from sqlalchemy.orm.attributes import instance_state
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.sql.compiler import SQLCompiler

from lms.kernel.driver import send

if TYPE_CHECKING:
    from lms.kernel.db import Base

WHICH = "which_id"  # the parameter that says which row was changed
Values = list[Any]
Sent = tuple[str, Any]  # text, and values as the driver takes them
Statement = Callable[[Values], Sent]


class Field(NamedTuple):
    """A column as a new row fills it. default: what Python makes where the row says nothing."""

    key: str
    default: Callable[[], Any] | None
    process: Callable[[Any], Any] | None


class Rows:
    """The rows of one table. is_plain: every value is in the row, or a default that Python makes.

    is_named: each row has a public id, by which one of many new ones is known again.
    """

    def __init__(self, model: "type[Base]", dialect: Dialect) -> None:
        table = model.__table__
        assert isinstance(table, Table)
        columns: list[Column[Any]] = [column for column in table.columns if column.key != "id"]
        self.table, self.dialect = table, dialect
        self.is_plain = len(columns) < len(table.columns) and all(_is_plain(column) for column in columns)
        self.is_named = "public_id" in table.columns
        self.fields = [_field(column, dialect) for column in columns]
        self.processors = {field.key: field.process for field in self.fields}
        self._additions: dict[int, Statement] = {}
        self._changes: dict[tuple[str, ...], Statement] = {}

    def takes(self, row: "Base") -> bool:
        """Whether nothing of the new `row` is left to the database."""
        return self.takes_values(row.__dict__)

    def takes_values(self, given: dict[str, Any]) -> bool:
        """The same of its values."""
        return given.get("id") is None and not any(isinstance(value, ClauseElement) for value in given.values())

    def takes_change(self, row: "Base") -> bool:
        """Whether all that was changed in `row` are values of its columns."""
        given, processors = row.__dict__, self.processors
        changed = instance_state(row).committed_state
        return all(key in processors and not isinstance(given.get(key), ClauseElement) for key in changed)

    def add(self, line: Connection, rows: Sequence[Any]) -> None:
        """Write new rows in this order. They have their defaults and numbers then."""
        made = [value for row in rows for value in self.values(row.__dict__)]
        if (statement := self._additions.get(len(rows))) is None:
            statement = self._additions[len(rows)] = self._addition(len(rows))
        found = send(line, *statement(made))
        if len(rows) == 1:
            rows[0].__dict__["id"] = found[0][0]
            return
        numbers = {public_id: number for number, public_id in found}
        for row in rows:
            row.__dict__["id"] = numbers[row.public_id]

    def change(self, line: Connection, row: Any) -> None:
        """Write what differs in `row` from what was read."""
        given, state = row.__dict__, instance_state(row)
        before, held = state.committed_state, state.manager
        keys = tuple(sorted(key for key in before if held[key].impl.is_equal(given[key], before[key]) is not True))
        if not keys:
            return
        if (statement := self._changes.get(keys)) is None:
            statement = self._changes[keys] = self._change(keys)
        made = [given[key] if (process := self.processors[key]) is None else process(given[key]) for key in keys]
        number = number_of(row)
        if len(send(line, *statement([*made, number]))) != 1:
            raise StaleDataError(f"{self.table.name} {number} is gone")

    def values(self, given: dict[str, Any]) -> Values:
        """What goes in for a new row, in the order of `fields`. Its defaults are in `given` afterwards."""
        made = []
        for key, default, process in self.fields:
            value = given.get(key)
            if value is None and (default is not None or key not in given):
                value = given[key] = None if default is None else default()
            made.append(value if process is None else process(value))
        return made

    def _addition(self, many: int) -> Statement:
        keys = [field.key for field in self.fields]
        rows: list[dict[str, Any]] = [{key: bindparam(f"{key}__{place}") for key in keys} for place in range(many)]
        statement = insert(self.table).values(rows if many > 1 else rows[0])
        told = ["id", "public_id"] if many > 1 else ["id"]
        names = [f"{key}__{place}" for place in range(many) for key in keys]
        return self.compiled(statement.returning(*(self.table.columns[key] for key in told)), names)

    def _change(self, keys: tuple[str, ...]) -> Statement:
        number, names = self.table.columns.id, [f"{key}__0" for key in keys]
        given: dict[str, Any] = {key: bindparam(name) for key, name in zip(keys, names, strict=True)}
        statement = update(self.table).where(number == bindparam(WHICH)).values(given)
        return self.compiled(statement.returning(number), [*names, WHICH])

    def compiled(self, statement: Any, names: list[str]) -> Statement:
        """What `statement` sends for the values of its parameters, which come in the order of `names`."""
        compiled = statement.compile(dialect=self.dialect)
        assert isinstance(compiled, SQLCompiler)
        sql, order = compiled.string, compiled.positiontup
        if order is None:
            return lambda values: (sql, dict(zip(names, values, strict=True)))
        if order == names:
            return lambda values: (sql, tuple(values))
        places = [names.index(name) for name in order]
        return lambda values: (sql, tuple([values[place] for place in places]))


@lru_cache(maxsize=1024)
def rows_of(model: "type[Base]", dialect: Dialect) -> Rows:
    """How rows of `model` are written to this kind of database."""
    return Rows(model, dialect)


def number_of(row: Any) -> int:
    """By which the session knows a row of the database; it need not be read for that."""
    number: int = inspect(row).identity[0]
    return number


def _is_plain(column: Column[Any]) -> bool:
    """A default of the database's is left to the unit of work, and so is None as a value of JSON."""
    default: Any = column.default
    made_here = column.server_default is None if default is None else default.is_scalar or default.is_callable
    return made_here and column.onupdate is None and not column.type.should_evaluate_none


def _field(column: Column[Any], dialect: Dialect) -> Field:
    default: Any = column.default
    made: Callable[[], Any] | None = None
    if default is not None:
        made = (lambda: default.arg(None)) if default.is_callable else (lambda: default.arg)
    process = column.type.dialect_impl(dialect).bind_processor(dialect)
    return Field(column.key, made, process)
