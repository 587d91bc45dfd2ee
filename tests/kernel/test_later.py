"""Rows that are written at the end of their transaction: there after a commit, gone after a rollback."""

import pytest
from flask import Flask
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session, scoped_session

from lms.kernel.claims import Claim
from lms.kernel.clock import now
from lms.kernel.db import transaction
from lms.kernel.later import write_later, write_now


def _claim(subject: str) -> None:
    row = {"kind": "test", "subject": subject, "period": "2026", "claimed_at": now()}
    write_later("claim", insert(Claim), [row])


def _claim_and_fail() -> None:
    _claim("one")
    raise LookupError


def _count(db: scoped_session[Session]) -> int:
    return db.scalar(select(func.count()).select_from(Claim)) or 0


def test_waiting_rows_are_there_after_the_commit(app: Flask, db: scoped_session[Session]) -> None:
    with transaction():
        _claim("one")
        assert _count(db) == 0
        _claim("two")
    with transaction(write=False):
        assert _count(db) == 2


def test_a_transaction_that_fails_leaves_none_for_the_next_one(app: Flask, db: scoped_session[Session]) -> None:
    with pytest.raises(LookupError), transaction():
        _claim_and_fail()
    with transaction():
        _claim("two")
    with transaction(write=False):
        assert _count(db) == 1


def test_whoever_reads_them_in_the_same_transaction_writes_them_first(app: Flask, db: scoped_session[Session]) -> None:
    with transaction():
        _claim("one")
        write_now("claim")
        assert _count(db) == 1


def test_a_savepoint_that_is_undone_takes_its_rows_along(app: Flask, db: scoped_session[Session]) -> None:
    with transaction():
        with pytest.raises(LookupError), db.begin_nested():
            _claim_and_fail()
        _claim("two")
    with transaction(write=False):
        assert db.scalars(select(Claim.subject)).all() == ["two"]


def test_a_transaction_that_only_reads_takes_none(app: Flask, db: scoped_session[Session]) -> None:
    with pytest.raises(RuntimeError), transaction(write=False):
        _claim("one")
