"""More students exactly like Ada: every row that hangs from her enrollment or her projects, copied for each of them.

For tests that compare a small cohort with a large one. Whatever Ada did by commands before is done by all.
"""

from functools import cache
from typing import Any

from sqlalchemy import Column, Connection, Index, Row, Table, Text, UniqueConstraint, insert, select
from sqlalchemy.sql.dml import ReturningInsert

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
        team = _table("team_member")
        projects = connection.scalars(select(team.c.project_id).where(team.c.enrollment_id == enrollment.id))
        roots = {"person": {enrollment.person_id}, "enrollment": {enrollment.id}, "project": set(projects)}
        rows = _rows_of_ada(connection, roots)
        prose = _prose_of(connection, rows)
        for each in range(start, start + number):
            _copy(connection, rows, prose, each)
    session.expunge_all()


def _rows_of_ada(connection: Connection, roots: dict[str, set[int]]) -> list[tuple[Table, Row[Any]]]:
    """The roots and every row that hangs from one, parents first."""
    found: list[tuple[Table, Row[Any]]] = []
    ids: dict[str, set[int]] = {}
    for table in Base.metadata.sorted_tables:
        if table.name in SHARED or "id" not in table.columns:
            continue
        for row in connection.execute(select(table).order_by(table.c.id)).all():
            if row.id in roots.get(table.name, ()) or _belongs(table, row, ids):
                found.append((table, row))
                ids.setdefault(table.name, set()).add(row.id)
    grants = _table("access_grant")
    (enrollment_id,) = roots["enrollment"]
    held = (grants.c.relation == Relation.STUDENT.value, grants.c.place_id == enrollment_id)
    return [*found, *((grants, row) for row in connection.execute(select(grants).where(*held)).all())]


def _copy(connection: Connection, rows: list[tuple[Table, Row[Any]]], prose: list[Row[Any]], number: int) -> None:
    copied: dict[str, dict[int, int]] = {}
    public_ids: dict[str, str] = {}
    for table, row in rows:
        values = _values(table, row, copied, number)
        if table.name == "access_grant":
            values |= {"place_id": copied["enrollment"][row.place_id], "person_id": copied["person"][row.person_id]}
        new_id = connection.execute(_insert(table), values).scalar_one()
        copied.setdefault(table.name, {})[row.id] = new_id
        if "public_id" in table.columns:
            public_ids[row.public_id] = values["public_id"]
    for text in prose:
        values = {"fact_id": public_ids[text.fact_id], "name": text.name, "text": text.text, "sha256": text.sha256}
        connection.execute(insert(_table("prose")).values(values))


@cache
def _insert(table: Table) -> ReturningInsert[tuple[int]]:
    """Built once: it is sent for every row of every copy."""
    return insert(table).returning(table.c.id)


def _prose_of(connection: Connection, rows: list[tuple[Table, Row[Any]]]) -> list[Row[Any]]:
    prose = _table("prose")
    facts = [row.public_id for table, row in rows if "public_id" in table.columns]
    return list(connection.execute(select(prose).where(prose.c.fact_id.in_(facts))).all())


def _belongs(table: Table, row: Row[Any], ids: dict[str, set[int]]) -> bool:
    """Whether the row points at one of these; who wrote or judged a row does not make it theirs."""
    return any(
        getattr(row, key.parent.name) in ids.get(key.column.table.name, ())
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


def _table(name: str) -> Table:
    return Base.metadata.tables[name]
