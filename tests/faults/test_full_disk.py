"""No room left: nothing that was acknowledged is lost, reading goes on, and room brings writing back at once."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from lms.kernel.audit import AuditEntry
from lms.kernel.db import db, session, transaction
from tests.support.web import World, with_form_token

pytestmark = pytest.mark.sqlite_only  # it says itself how many pages its file may have


def _allow(pages: int) -> None:
    with db.engine.connect() as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")


def _save(client: FlaskClient) -> int:
    language = {"language": "en", "zone": "America/New_York"}
    return client.post("/profile/preferences", data=language).status_code


def _entries() -> int:
    with transaction(write=False):
        return session.scalar(select(func.count()).select_from(AuditEntry)) or 0


def test_a_full_disk_refuses_writes_and_nothing_else(world: World) -> None:
    client = with_form_token(world.browser_of("Ada"))
    assert _save(client) == 303
    with db.engine.connect() as connection:
        used = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    _allow(used)
    answers = []
    while not answers or answers[-1] == 303:
        before = _entries()
        answers.append(_save(client))
        assert _entries() == before + (answers[-1] == 303), "what was acknowledged is there, and nothing else"
        assert len(answers) < 5000
    assert answers[-1] == 507
    assert client.get("/profile").status_code == 200
    _allow(2**31)
    assert _save(client) == 303
