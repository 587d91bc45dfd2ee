"""Statements of columns that are asked again and again: compiled once, then only values go in and come out.

SQLAlchemy finds the text of a statement by all its parts, each time it is asked; of a large statement that takes longer
than the database does. A statement that somebody keeps is the same object every time, and is known by that.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Dialect, Executable
from sqlalchemy.sql.compiler import SQLCompiler

from lms.kernel.driver import send

Values = Mapping[str, Any]
Source = Callable[[Values], Any]
MOST = 8  # items in a list
Lengths = tuple[tuple[str, int], ...]  # of the lists among the values: each item has a place of its own in the text
_kept: "WeakKeyDictionary[Executable, dict[tuple[str, Lengths], Prepared | None]]" = WeakKeyDictionary()


class Prepared:
    """One statement for one database, with lists of the lengths that `values` have."""

    def __init__(self, statement: Any, dialect: Dialect, values: Values) -> None:
        compiled = statement.compile(dialect=dialect)
        assert isinstance(compiled, SQLCompiler)
        state = compiled.construct_expanded_state(values, escape_names=False)
        self.sql = state.statement
        self.is_named = state.positiontup is None  # values go in by name, else by place
        whole = {
            item: (name, place) for name, all_ in state.parameter_expansion.items() for place, item in enumerate(all_)
        }
        self.sources: list[tuple[str, Source]] = []
        for item in state.positiontup or state.parameters:
            name, place = whole.get(item, (item, None))  # an item of a list, or a value of its own
            process = compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect)
            self.sources.append((item, _source(values, name, place, process, state.parameters[item])))
        columns = list(statement.selected_columns)
        self.row: Any = namedtuple("Row", [column.key for column in columns], rename=True)  # type: ignore[misc]
        found = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
        self.processors = [(place, process) for place, process in enumerate(found) if process is not None]

    def rows(self, connection: Connection, values: Values) -> list[Any]:
        """What the statement gives for `values`."""
        parameters: Any
        if self.is_named:
            parameters = {name: source(values) for name, source in self.sources}
        else:
            parameters = [source(values) for _, source in self.sources]
        found = send(connection, self.sql, parameters)
        if not self.processors:
            return list(map(self.row._make, found))
        made = []
        for row in found:
            cells = list(row)
            for place, process in self.processors:
                cells[place] = process(cells[place])
            made.append(self.row._make(cells))
        return made


def _source(values: Values, name: str, place: int | None, process: Source | None, fixed: Any) -> Source:
    """Where a value of the text comes from: `name`, its item at `place`, or nowhere, as it is always the same."""
    if name not in values:
        same = fixed if process is None else process(fixed)
        return lambda _: same
    if place is not None:
        item = itemgetter(place)
        return lambda given: item(given[name]) if process is None else process(item(given[name]))
    return itemgetter(name) if process is None else lambda given: process(given[name])


def rows_of(connection: Connection, statement: Executable, values: Values) -> Sequence[Any]:
    """The rows of a statement of columns. The same statement is prepared when it is asked for the second time.

    Not with long lists: there would be one for every length.
    """
    lengths = tuple((name, len(value)) for name, value in values.items() if isinstance(value, list))
    known = _kept.setdefault(statement, {})
    key = connection.dialect.name, lengths
    if key not in known and any(length > MOST for _, length in lengths):
        return connection.execute(statement, values).all()
    if key not in known:
        known[key] = None
        return connection.execute(statement, values).all()
    prepared = known[key]
    if prepared is None:
        prepared = known[key] = Prepared(statement, connection.dialect, values)
    return prepared.rows(connection, values)
