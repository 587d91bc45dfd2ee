"""Whoever changes the tables behind the product's back is found out: edits, deletions, swaps, a tail cut off."""

import random
from collections.abc import Callable

import pytest
from sqlalchemy import Connection

from lms.kernel import chain
from lms.kernel.appendonly import drops, guarded_tables, install
from lms.kernel.db import Base, db, session, transaction
from lms.people.consent.models import ConsentRequest, Purpose, RecordType
from lms.people.orgs.models import Firm
from tests.support.web import World

FACTS = 12
NAME = "program:1"


def _fill(world: World) -> None:
    enrollment, firm = world.enrollment("Ada"), world.one(Firm, name="Acme")
    types = list(RecordType)
    for n in range(FACTS):
        with transaction():
            fact = ConsentRequest(
                enrollment_id=enrollment.id,
                firm_id=firm.id,
                record_type=types[n % len(types)],
                purpose=next(iter(Purpose)),
            )
            session.add(fact)
            chain.append(NAME, fact)


def _breaks() -> list[str]:
    session.expire_all()
    with transaction(write=False):
        return list(chain.breaks())


Tamper = Callable[[Connection, random.Random], None]


def _edit(connection: Connection, chance: random.Random) -> None:
    column, value = chance.choice([("firm_id", "2"), ("enrollment_id", "2"), ("purpose", "'aid_condition'")])
    _do(connection, f"UPDATE consent_request SET {column} = {value} WHERE id = {chance.randint(1, FACTS)}")


def _edit_entry(connection: Connection, chance: random.Random) -> None:
    number = chance.randint(1, FACTS)
    _do(connection, f"UPDATE chain_entry SET mac = '{chance.getrandbits(256):064x}' WHERE number = {number}")


def _delete(connection: Connection, chance: random.Random) -> None:
    table, column = chance.choice([("consent_request", "id"), ("chain_entry", "number")])
    _do(connection, f"DELETE FROM {table} WHERE {column} = {chance.randint(1, FACTS)}")


def _swap(connection: Connection, chance: random.Random) -> None:
    one, other = chance.sample(range(1, FACTS + 1), 2)
    for before, after in ((one, 1000), (other, one), (1000, other)):
        _do(connection, f"UPDATE chain_entry SET number = {after} WHERE number = {before}")


def _cut(connection: Connection, chance: random.Random) -> None:
    _do(connection, f"DELETE FROM chain_entry WHERE number > {chance.randint(1, FACTS - 1)}")


TAMPERINGS: tuple[Tamper, ...] = (_edit, _edit_entry, _delete, _swap, _cut)


def _do(connection: Connection, statement: str) -> None:
    connection.exec_driver_sql(statement)


def _open_the_guards(connection: Connection) -> None:
    for table in guarded_tables(Base.metadata):
        if table.name in ("consent_request", "chain_entry"):
            for statement in drops(table, connection.dialect.name):
                connection.exec_driver_sql(statement)


@pytest.mark.timeout(900)
def test_every_tampering_is_found(world: World, request: pytest.FixtureRequest) -> None:
    _fill(world)
    assert _breaks() == []
    chance = random.Random(20261123)
    rounds = 1000 if request.config.getoption("--long") else 50
    for n in range(rounds):
        tamper = TAMPERINGS[n % len(TAMPERINGS)]
        with db.engine.connect() as connection:
            _open_the_guards(connection)
            before = _rows(connection)
            tamper(connection, chance)
            if _rows(connection) == before:  # it wrote what stood there already
                connection.rollback()
                continue
            connection.commit()
        assert _breaks(), f"{tamper.__name__} in round {n}"
        _put_back(before)
    assert _breaks() == [], "negative control: what was put back is believed"


Rows = dict[str, list[dict[str, object]]]


def _rows(connection: Connection) -> Rows:
    found: Rows = {}
    for name in ("consent_request", "chain_entry"):
        table = Base.metadata.tables[name]
        found[name] = [dict(row._mapping) for row in connection.execute(table.select().order_by(table.c.id))]
    return found


def _put_back(rows: Rows) -> None:
    with db.engine.begin() as connection:
        for name in ("chain_entry", "consent_request"):
            connection.execute(Base.metadata.tables[name].delete())
        for name in ("consent_request", "chain_entry"):
            connection.execute(Base.metadata.tables[name].insert(), rows[name])


def test_a_tail_that_was_cut_with_its_head_is_found_by_a_head_kept_elsewhere(world: World) -> None:
    _fill(world)
    with transaction(write=False):
        kept = chain.heads()
    with db.engine.begin() as connection:
        _open_the_guards(connection)
        mac = connection.exec_driver_sql("SELECT mac FROM chain_entry WHERE number = 5").scalar()
        _do(connection, "DELETE FROM chain_entry WHERE number > 5")
        _do(connection, f"UPDATE chain SET length = 5, head = '{mac}'")
    assert _breaks() == [], "negative control: inside the database nothing shows"
    with transaction(write=False):
        assert list(chain.departures(kept)) == [f"{NAME}: does not go on from entry {FACTS} as it was then"]


def test_a_chain_that_grew_goes_on_from_a_head_kept_elsewhere(world: World) -> None:
    _fill(world)
    with transaction(write=False):
        kept = chain.heads()
    _fill(world)
    with transaction(write=False):
        assert list(chain.departures(kept)) == []


def test_the_guards_can_be_put_back(world: World) -> None:
    with db.engine.begin() as connection:
        _open_the_guards(connection)
        install(connection, [t for t in guarded_tables(Base.metadata) if t.name in ("consent_request", "chain_entry")])
    _fill(world)
    with pytest.raises(Exception, match="facts are kept"), db.engine.begin() as connection:
        _do(connection, "UPDATE consent_request SET firm_id = 2")
