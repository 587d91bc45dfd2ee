"""The policy as SQL, and the guard against a SELECT that forgot it.

A table with an anchor is only read through `scoped` (the rows that the actor may see), `within` (rows that hang from
one that was itself found so) or, for the house's own needs, `unscoped` with its reason. A session listener looks at
every statement and raises if an anchored table stands in one without that mark.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, Table, event, false, or_, true
from sqlalchemy.orm import ORMExecuteState, Session
from sqlalchemy.sql import visitors
from sqlalchemy.sql.selectable import Alias

from lms.kernel import clock
from lms.kernel.db import Base
from lms.kernel.weeks import local_day
from lms.people.access import Action, Actor, Grant, Relation, relations_for

MARK = "lms_scope"
S = TypeVar("S", bound="Select[*tuple[Any, ...]]")
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
    return clock.today(_zone) if at is None else local_day(at, _zone)


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


def reachable(actor: Actor, action: Action, model: type[Base]) -> ColumnElement[bool]:
    """The condition that `scoped` adds, for statements that need it elsewhere."""
    if actor.is_system:
        return true()
    column, reach, day = anchor_column(model), _reaches[model.__anchor__ or ""], policy_day()
    found = (reach(relation, grants, day) for relation, grants in relations_for(actor, action))
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
