"""After much was written at once, PostgreSQL knows how much."""

import pytest
from sqlalchemy import insert

from lms.kernel.bulk import look_at_sizes
from lms.kernel.claims import Claim
from lms.kernel.clock import now
from lms.kernel.db import session, transaction
from lms.kernel.driver import send
from tests.support.web import World


def test_a_prepared_statement_is_planned_anew_for_what_its_table_holds_now(world: World, engine: str) -> None:
    with transaction():
        same = {"kind": "bulk", "period": "", "claimed_at": now()}
        rows = [{**same, "subject": str(number)} for number in range(5_000)]
        session.execute(insert(Claim), rows)
        look_at_sizes(session.connection())
        if engine == "sqlite":
            pytest.skip("SQLite plans without")
        known = send(session.connection(), "SELECT reltuples FROM pg_class WHERE relname = 'claim'")
        assert known[0][0] >= 5_000
