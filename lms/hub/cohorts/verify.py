"""Rebuild what the slice stores: each session as it stands now, from its dated facts."""

from collections.abc import Iterator

from sqlalchemy import select

from lms.hub.cohorts.models import Session, SessionTime
from lms.hub.cohorts.times import when_of
from lms.kernel.db import session
from lms.kernel.facts import stands
from lms.people.scope import unscoped

WHY = "verify reads everything"


def differences() -> Iterator[str]:
    """Each session that is not stored as its last fact says, as a sentence for the operator."""
    facts = session.scalars(unscoped(select(SessionTime).where(stands(SessionTime)), WHY))
    times = {fact.session_id: fact for fact in facts}
    for meeting in session.scalars(unscoped(select(Session).order_by(Session.id), WHY)):
        time = times.get(meeting.id)
        if time is None:
            yield f"session {meeting.public_id}: no fact says when it is"
        elif when_of(meeting) != when_of(time):
            yield f"session {meeting.public_id}: stored {when_of(meeting)}, by its facts {when_of(time)}"
