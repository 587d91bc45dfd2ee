"""A student says "I am here" with the code on the wall. Only who stands before it knows it."""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select

from lms.hub.attendance.models import CheckIn
from lms.hub.attendance.queries.meetings import Meeting
from lms.hub.attendance.queries.rolls import Line, roll_of
from lms.hub.attendance.rules.codes import code_at, is_open, matches
from lms.hub.attendance.services.locking import lock_student
from lms.hub.cohorts.models import Session
from lms.hub.enrollment.models import Enrollment
from lms.kernel.acting import acting_at
from lms.kernel.db import session
from lms.kernel.errors import NotFound, RuleBroken
from lms.kernel.signing import secret_for, sign, unsign
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.people.commands import command
from lms.people.scope import within

PURPOSE = "check-in"
PASS_SECONDS = 600  # to sign in after the code was read


def secret_of(meeting: Session) -> bytes:
    """What the session's codes are made from."""
    return secret_for(PURPOSE, meeting.public_id)


def code_now(meeting: Session, now: datetime) -> str:
    """What is to be shown on the wall."""
    return code_at(secret_of(meeting), now)


def open_lines(lines: Iterable[Line], now: datetime) -> list[Line]:
    """The sessions at which the student is expected and can check in now."""
    return [line for line in lines if line.is_expected and is_open(line.meeting.session.starts_at, now)]


@command(Action.ATTENDANCE_CHECK_IN)
def check_in(actor: Actor, enrollment: Enrollment, code: str, device: str | None = None) -> CheckIn:
    """Check in to the one open session to which `code` belongs. A second time gives the first check-in.

    device: what the phone is known by, which is kept only as a mark within this session. Raises RuleBroken where no
    session is open, and for a code that is not on the wall.
    """
    lock_student(enrollment)
    lines, now = roll_of(enrollment).lines, acting_at()
    found = open_lines(lines, now)
    if not found:
        raise RuleBroken(_closed(lines, now), field="code", **_next(lines, now))
    for line in found:
        if matches(secret_of(line.meeting.session), code, now):
            return _write(enrollment, line.meeting.session, device)
    raise RuleBroken(
        N_("This is not the code on the wall. It changes every 30 seconds: type the new one."), field="code"
    )


def _next(lines: Iterable[Line], now: datetime) -> dict[str, Any]:
    ahead = [
        line.meeting.session.starts_at for line in lines if line.is_expected and line.meeting.session.starts_at > now
    ]
    return {"start": min(ahead)} if ahead else {}


def _closed(lines: Iterable[Line], now: datetime) -> str:
    if _next(lines, now):
        return N_(
            "No session is open. You can check in from 15 minutes before to 15 minutes after the start; "
            "your next session starts %(start)s. If you come later, tell your instructor."
        )
    return N_("No session is open, and none is planned for you. If you sit in one now, tell your instructor.")


def issue_pass(meeting: Meeting, code: str, device: str, now: datetime) -> str:
    """Proof that somebody with this phone read the right code just now: it outlives signing in. Raises RuleBroken."""
    if not is_open(meeting.session.starts_at, now) or not matches(secret_of(meeting.session), code, now):
        raise RuleBroken(N_("This code is over. Read the one that is on the wall now."), field="code")
    return sign(PURPOSE, meeting.session.public_id, _mark(meeting.session, device))


@command(Action.ATTENDANCE_CHECK_IN)
def check_in_by_pass(actor: Actor, enrollment: Enrollment, token: str, device: str) -> CheckIn:
    """Check in with the proof that `issue_pass` gave to this phone. Raises RuleBroken for another one, or too late."""
    lock_student(enrollment)
    try:
        public_id, mark = unsign(PURPOSE, token, PASS_SECONDS)
    except NotFound:
        raise RuleBroken(N_("This code is over. Read the one that is on the wall now."), field="code") from None
    lines = roll_of(enrollment).lines
    line = next((one for one in open_lines(lines, acting_at()) if one.meeting.session.public_id == public_id), None)
    if line is None:
        raise RuleBroken(N_("You are not expected in this session, or its check-in is over."), field="code")
    if not hmac.compare_digest(str(mark), _mark(line.meeting.session, device)):
        raise RuleBroken(N_("This link was opened on another phone. Read the code on the wall."), field="code")
    return _write(enrollment, line.meeting.session, device)


def _mark(meeting: Session, device: str) -> str:
    """The same for one phone in one session, so that nobody can be followed from session to session."""
    return hmac.new(secret_for("device", meeting.public_id), device.encode(), hashlib.sha256).hexdigest()[:32]


def _write(enrollment: Enrollment, meeting: Session, device: str | None) -> CheckIn:
    before = session.scalars(within(select(CheckIn), enrollment).where(CheckIn.session_id == meeting.id)).first()
    if before is not None:
        return before
    row = CheckIn(
        session_id=meeting.id, enrollment_id=enrollment.id, device_mark=_mark(meeting, device) if device else None
    )
    session.add(row)
    session.flush()
    return row
