"""The policy as SQL, and the guard against a SELECT that forgot it.

A table with an anchor is only read through `scoped` (the rows that the actor may see), `within` (rows that hang from
one that was itself found so) or, for the house's own needs, `unscoped` with its reason. A session listener looks at
every statement and raises if an anchored table stands in one without that mark.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Executable, Result, Select, Table, bindparam, event, false, or_, true
from sqlalchemy.orm import ORMExecuteState, Session
from sqlalchemy.sql import visitors
from sqlalchemy.sql.selectable import Alias

from lms.kernel import clock
from lms.kernel.db import Base, line_of, session
from lms.kernel.flat import flattened
from lms.kernel.prepared import rows_of
from lms.people.access import Action, Actor, Grant, Relation, relations_for

MARK = "lms_scope"
GIVEN = "within_id"
OWN = "own_ids"
S = TypeVar("S", bound="Select[*tuple[Any, ...]]")
Held = tuple[tuple[Relation, frozenset[Grant]], ...]
Reach = Callable[[Relation, frozenset[Grant], date], "Select[int] | None"]
_reaches: dict[str, Reach] = {}
_zone = "America/New_York"


class Unscoped(Exception):
    """A statement reads a protected table without `scoped`, `within` or `unscoped`: a mistake in the code."""


def reach_of(kind: str) -> Callable[[Reach], Reach]:
    """Registers how the row numbers of an anchor kind are found from grants; None if a relation reaches none."""

    def register(reach: Reach) -> Reach:
        _reaches[kind] = reach
        return reach

    return register


def use_zone(zone: str) -> None:
    """Set the IANA zone in which "today" is judged for placements, spells and grants."""
    global _zone
    _zone = zone


def policy_day(at: datetime | None = None) -> date:
    """The day on which permission is judged, today in the program's zone; `at`: what day it was there then."""
    return clock.today(_zone) if at is None else day_of(at)


def day_of(at: datetime) -> date:
    """The calendar day of an instant in the program's zone."""
    return at.astimezone(ZoneInfo(_zone)).date()


def anchor_column(model: type[Base]) -> ColumnElement[int]:
    """The column of `model` that holds the row number of its anchor; its own id if it is the anchor itself."""
    kind = model.__anchor__
    if kind is None:
        raise Unscoped(f"{model.__name__} has no anchor")
    column: ColumnElement[int] = getattr(model, f"{kind}_id", None) or model.id  # type: ignore[attr-defined]
    return column


def scoped(statement: S, actor: Actor, action: Action, on: type[Base] | None = None) -> S:
    """`statement` narrowed to the rows of `on` (its first entity by default) to which `actor` may do `action`."""
    model = on or _first_entity(statement)
    marked = statement.execution_options(**{MARK: f"{action} on {model.__tablename__}"})
    return marked.where(reachable(actor, action, model))


def scoped_kept(statement: S, actor: Actor, action: Action, on: type[Base] | None = None) -> S:
    """`scoped` for a statement that is built once and takes parameters: the narrowed one is kept for these grants."""
    held = () if actor.is_system else tuple(relations_for(actor, action))
    return _narrowed(statement, actor.is_system, held, action, on, policy_day())  # type: ignore[return-value]


@lru_cache(maxsize=512)
def _narrowed(
    statement: "Select[*tuple[Any, ...]]",
    is_system: bool,
    held: Held,
    action: Action,
    on: type[Base] | None,
    day: date,
) -> "Select[*tuple[Any, ...]]":
    model = on or _first_entity(statement)
    marked = statement.execution_options(**{MARK: f"{action} on {model.__tablename__}"})
    return marked if is_system else marked.where(_reachable(model, held, day))


def own_kept(
    statement: "Select[*tuple[Any, ...]]", actor: Actor, action: Action, on: type[Base]
) -> tuple["Select[*tuple[Any, ...]]", dict[str, Any]]:
    """`scoped_kept` for what students ask of their own, with the values that it is to be asked with.

    Who may do `action` as a student alone reaches their own enrollments, named by the grants; so one statement is kept
    for all students, where `scoped_kept` would keep one for each.
    """
    held = () if actor.is_system else tuple(relations_for(actor, action))
    if [relation for relation, _ in held] != [Relation.STUDENT] or on.__anchor__ != "enrollment":
        return scoped_kept(statement, actor, action, on), {}
    return _of_student(statement, action, on), {OWN: sorted(grant.place_id for grant in held[0][1])}


@lru_cache(maxsize=64)
def _of_student(statement: "Select[*tuple[Any, ...]]", action: Action, on: type[Base]) -> "Select[*tuple[Any, ...]]":
    marked = statement.execution_options(**{MARK: f"{action} on {on.__tablename__}"})
    return marked.where(anchor_column(on).in_(bindparam(OWN, expanding=True)))


def reachable(actor: Actor, action: Action, model: type[Base]) -> ColumnElement[bool]:
    """The condition that `scoped` adds, for statements that need it elsewhere."""
    if actor.is_system:
        return true()
    return _reachable(model, tuple(relations_for(actor, action)), policy_day())


@lru_cache(maxsize=512)
def _reachable(model: type[Base], held: Held, day: date) -> ColumnElement[bool]:
    """Kept, since a person asks under the same grants all day and building the condition costs more than asking it."""
    column, reach = anchor_column(model), _reaches[model.__anchor__ or ""]
    found = (reach(relation, grants, day) for relation, grants in held)
    conditions = [column.in_(ids) for ids in found if ids is not None]
    return or_(false(), *conditions)


def within(statement: S, rows: Base | Iterable[Base], on: type[Base] | None = None) -> S:
    """`statement` narrowed to the rows of `on` that hang from `rows`, which the caller has already found.

    rows: one row or several of one table, whose number stands in the column `<table>_id` of `on`.
    """
    model = on or _first_entity(statement)
    parents = [rows] if isinstance(rows, Base) else list(rows)
    marked = statement.execution_options(**{MARK: f"within {parents[0].__tablename__ if parents else 'nothing'}"})
    if not parents:
        return marked.where(false())
    column = getattr(model, f"{parents[0].__tablename__}_id")
    ids = [parent.id for parent in parents]  # type: ignore[attr-defined]
    return marked.where(column == ids[0] if len(ids) == 1 else column.in_(ids))


def within_a(statement: S, parent: type[Base], on: type[Base] | None = None) -> S:
    """`within` for a statement that is built once: `ask` then says for which rows of `parent`, found before."""
    column = getattr(on or _first_entity(statement), f"{parent.__tablename__}_id")
    marked = statement.execution_options(**{MARK: _within_a(parent)})
    return marked.where(column.in_(bindparam(GIVEN, expanding=True)))


def ask(
    statement: "Select[*tuple[Any, ...]]", rows: Base | Iterable[Base], **values: Any
) -> "Result[*tuple[Any, ...]]":
    """The rows of a statement of `within_a` that hang from `rows`. values: of its other parameters."""
    return session.execute(statement, {GIVEN: _given(statement, rows), **values})


def ask_plain(statement: "Select[*tuple[Any, ...]]", rows: Base | Iterable[Base], **values: Any) -> Sequence[Any]:
    """The same for a statement of columns, as `plain`."""
    return plain(statement, **{GIVEN: _given(statement, rows)}, **values)


def _given(statement: "Select[*tuple[Any, ...]]", rows: Base | Iterable[Base]) -> list[int]:
    parents = [rows] if isinstance(rows, Base) else list(rows)
    if any(statement.get_execution_options().get(MARK) != _within_a(type(parent)) for parent in parents):
        raise Unscoped(f"this statement is not within a {parents[0].__tablename__}")
    return [parent.id for parent in parents]  # type: ignore[attr-defined]


def plain(statement: Executable, /, **values: Any) -> Sequence[Any]:
    """The rows of a scoped statement of columns, past the ORM: half the work, and nothing of them is kept or changed.

    values: of its parameters.
    """
    if MARK not in statement.get_execution_options() and (tables := protected_tables(statement)):
        raise Unscoped(f"reads {', '.join(sorted(tables))} without a scope")
    current = session()
    current.flush()  # what waits to be written is read too, as by any other statement
    return rows_of(line_of(current), statement, values)


def ask_read(statement: "Select[*tuple[Any, ...]]", rows: Base | Iterable[Base], **values: Any) -> list[Any]:
    """`ask` for a statement that is kept, as `read`."""
    return read(statement, **{GIVEN: _given(statement, rows)}, **values)


def read(statement: "Select[*tuple[Any, ...]]", /, **values: Any) -> list[Any]:
    """What a scoped, kept statement of tables and columns gives, as the session would, past its loading: tuples.

    For few rows: the session makes something of the statement each time that costs more than they do.
    """
    flat, parts = flattened(statement)
    return [tuple([part(row) for part in parts]) for row in plain(flat, **values)]


def _within_a(parent: type[Base]) -> str:
    return f"within a {parent.__tablename__}"


def unscoped(statement: S, why: str) -> S:
    """`statement` as it is, for the house's own needs; `why` says which, and the tests list every one."""
    if not why:
        raise ValueError("say why")
    return statement.execution_options(**{MARK: f"unscoped: {why}"})


def _first_entity(statement: Any) -> type[Base]:
    for described in statement.column_descriptions if isinstance(statement, Select) else [statement.entity_description]:
        entity = described["entity"]
        if isinstance(entity, type) and issubclass(entity, Base) and entity.__anchor__:
            return entity
    raise Unscoped("name the table that is scoped with on=")


def protected_tables(statement: Any) -> set[str]:
    """The names of the tables with an anchor that stand anywhere in `statement`."""
    found: set[str] = set()
    for element in visitors.iterate(statement):
        table = getattr(element, "table", element)
        while isinstance(table, Alias):
            table = table.element
        if isinstance(table, Table) and table.info.get("anchor"):
            found.add(table.name)
    return found


@event.listens_for(Session, "do_orm_execute")
def _refuse_unscoped(state: ORMExecuteState) -> None:
    if state.is_relationship_load or state.is_column_load or MARK in state.execution_options:
        return
    reads = getattr(state.statement, "select", None) if state.is_insert else state.statement  # INSERT ... SELECT reads
    if reads is not None and (tables := protected_tables(reads)):
        raise Unscoped(f"reads {', '.join(sorted(tables))} without a scope")
