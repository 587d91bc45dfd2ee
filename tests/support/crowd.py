"""More students exactly like Ada: every row that hangs from her enrollment or her projects, copied for each of them.

For tests that compare a small cohort with a large one. Whatever Ada did by commands before is done by all.
"""

from typing import Any

from sqlalchemy import Column, Connection, Index, Row, Table, Text, UniqueConstraint, insert, select

from lms.kernel.db import Base, session, transaction
from lms.kernel.ids import new_public_id
from lms.people.access import Relation
from tests.support.web import World

# What all share: a copy would not be another student's.
SHARED = {"upload", "chain", "chain_entry", "audit_entry", "sign_in", "api_token"}


def crowd(world: World, number: int, start: int = 1) -> None:
    """Add `number` students; start: where their counting goes on, when called again."""
    enrollment = world.enrollment("Ada")
    with transaction():
        connection = session.connection()
        projects = set(
            connection.scalars(
                select(_table("team_member").c.project_id).where(_table("team_member").c.enrollment_id == enrollment.id)
            )
        )
        for each in range(start, start + number):
            _copy_of_ada(connection, enrollment.person_id, enrollment.id, projects, each)
    session.expunge_all()


def _copy_of_ada(connection: Connection, person_id: int, enrollment_id: int, projects: set[int], number: int) -> None:
    copied: dict[str, dict[int, int]] = {}
    facts: dict[str, str] = {}
    roots = {"person": {person_id}, "enrollment": {enrollment_id}, "project": projects}
    for table in Base.metadata.sorted_tables:
        if table.name in SHARED or "id" not in table.columns:
            continue
        for row in connection.execute(select(table).order_by(table.c.id)).all():
            if row.id in roots.get(table.name, ()) or _belongs(table, row, copied):
                values = _values(table, row, copied, number)
                new_id = connection.execute(insert(table).values(values).returning(table.c.id)).scalar_one()
                copied.setdefault(table.name, {})[row.id] = new_id
                if "public_id" in table.columns:
                    facts[row.public_id] = values["public_id"]
    _copy_prose(connection, facts)
    grants = _table("access_grant")
    held = connection.execute(
        select(grants).where(grants.c.relation == Relation.STUDENT.value, grants.c.place_id == enrollment_id)
    )
    for row in held.all():
        places = {"person_id": copied["person"][person_id], "place_id": copied["enrollment"][enrollment_id]}
        connection.execute(insert(grants).values({**_values(grants, row, copied, number), **places}))


def _belongs(table: Table, row: Row[Any], copied: dict[str, dict[int, int]]) -> bool:
    """Whether the row points at one that was copied; who wrote or judged a row does not make it theirs."""
    return any(
        getattr(row, key.parent.name) in copied.get(key.column.table.name, {})
        for key in table.foreign_keys
        if key.column.table.name != "person"
    )


def _values(table: Table, row: Row[Any], copied: dict[str, dict[int, int]], number: int) -> dict[str, Any]:
    values = {column.name: getattr(row, column.name) for column in table.columns if column.name != "id"}
    for key in table.foreign_keys:
        name, parents = key.parent.name, copied.get(key.column.table.name, {})
        values[name] = parents.get(values[name], values[name])
    for column in _unique_texts(table):
        if values[column.name] is not None:
            values[column.name] = new_public_id() if column.name == "public_id" else f"{values[column.name]}~{number}"
    if table.name == "person":
        values["name"] = f"{values['name']} {number}"
    return values


def _unique_texts(table: Table) -> list[Column[Any]]:
    unique = [c for c in table.constraints if isinstance(c, UniqueConstraint)]
    indexes: list[UniqueConstraint | Index] = [*unique, *(i for i in table.indexes if i.unique)]
    return [one.columns[0] for one in indexes if len(one.columns) == 1 and isinstance(one.columns[0].type, Text)]


def _copy_prose(connection: Connection, facts: dict[str, str]) -> None:
    prose = _table("prose")
    for row in connection.execute(select(prose).where(prose.c.fact_id.in_(facts))).all():
        values = {"fact_id": facts[row.fact_id], "name": row.name, "text": row.text, "sha256": row.sha256}
        connection.execute(insert(prose).values(values))


def _table(name: str) -> Table:
    return Base.metadata.tables[name]
