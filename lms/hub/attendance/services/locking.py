"""One at a time on one session, or on one student."""

from sqlalchemy import Select, select

from lms.hub.cohorts.models import Session
from lms.hub.enrollment.models import Enrollment
from lms.kernel.db import db, session
from lms.people.scope import unscoped


def lock_session(meeting: Session) -> None:
    """Let nobody else book in it or write its register until the transaction ends. SQLite has one writer anyway."""
    _lock(select(Session.id).where(Session.id == meeting.id), "the lock of a session")


def lock_student(enrollment: Enrollment) -> None:
    """Let nobody else ask or check in for this student until the transaction ends."""
    _lock(select(Enrollment.id).where(Enrollment.id == enrollment.id), "the lock of a student's excuses and check-ins")


def _lock(statement: Select[int], why: str) -> None:
    if db.engine.dialect.name != "sqlite":
        session.execute(unscoped(statement.with_for_update(key_share=True), why)).all()
