"""A row that was read past the ORM is one of the session's rows like any other."""

from flask import Flask
from sqlalchemy import inspect, select

from lms.kernel.claims import Claim, take
from lms.kernel.db import as_read, session, transaction


def _columns() -> dict[str, object]:
    row = session.execute(select(*Claim.__table__.columns).where(Claim.kind == "as read")).one()
    return dict(row._mapping)


def test_it_is_the_same_row_each_time_unchanged_until_it_is_changed_and_then_written(app: Flask) -> None:
    with app.app_context():
        with transaction():
            assert take("as read", "first")
            session.flush()
            session.expunge_all()
            row = as_read(Claim, _columns())
            assert as_read(Claim, _columns()) is session.get(Claim, row.id) is row
            assert inspect(row).persistent
            assert not inspect(row).modified
            assert not inspect(row).unloaded
            row.subject = "second"
            assert row in session.dirty
        session.expunge_all()
        with transaction():
            row = as_read(Claim, _columns())
            assert row.subject == "second"
            session.expire(row)
            assert row.subject == "second"
        session.remove()
