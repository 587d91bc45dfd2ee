""" "I can't come": asked before the session, decided by the instructor or the coordinator."""

from sqlalchemy import select

from lms.hub.attendance.kinds import ExcuseKind, Verdict
from lms.hub.attendance.models import Excuse, ExcuseDecision
from lms.hub.attendance.queries.excuses import excuses_of
from lms.hub.attendance.queries.meetings import Meeting, joined, meetings_in
from lms.hub.attendance.queries.rolls import roll_of
from lms.hub.attendance.rules.excuses import check_may_ask, check_words
from lms.hub.attendance.services.locking import lock_student
from lms.hub.attendance.services.register import offer_make_up
from lms.hub.cohorts.kinds import Presence
from lms.hub.cohorts.models import Attendance, Session
from lms.hub.enrollment.models import Enrollment
from lms.hub.hours.services.attendance import Line, take_attendance
from lms.kernel.acting import acting_at
from lms.kernel.db import session
from lms.kernel.errors import RuleBroken
from lms.kernel.facts import known
from lms.kernel.prose import keep
from lms.kernel.text import N_
from lms.messages.services import notify
from lms.people.access import Action, Actor, allowed
from lms.people.anchors import anchor_of
from lms.people.commands import command
from lms.people.scope import unscoped, within


@command(Action.EXCUSE_ASK)
def ask_excuse(actor: Actor, enrollment: Enrollment, meeting: Meeting, kind: ExcuseKind, words: str) -> Excuse:
    """Ask to be excused from a session that is still to come. Raises RuleBroken."""
    lock_student(enrollment)
    line = roll_of(enrollment).line_of(meeting.id)
    if line is None or not (line.is_placed or line.is_expected):
        raise RuleBroken(N_("You are not expected in this session, so there is nothing to excuse."), field="session")
    check_may_ask(meeting.session.starts_at, acting_at(), meeting.id in excuses_of(enrollment), words)
    row = Excuse(session_id=meeting.id, enrollment_id=enrollment.id, kind=kind)
    session.add(row)
    keep(row, words=words.strip())
    return row


@command(Action.EXCUSE_ASK)
def take_back_excuse(actor: Actor, excuse: Excuse) -> Excuse:
    """The student comes after all: possible until it is decided. Raises RuleBroken."""
    enrollment = _enrollment(excuse)
    lock_student(enrollment)
    if _decision(excuse) is not None:
        raise RuleBroken(N_("This is decided. If you come after all, just come: the register counts."))
    row = Excuse(
        session_id=excuse.session_id,
        enrollment_id=excuse.enrollment_id,
        kind=excuse.kind,
        is_withdrawn=True,
        supersedes_id=excuse.id,
    )
    session.add(row)
    session.flush()
    return row


@command(Action.EXCUSE_DECIDE)
def decide_excuse(actor: Actor, excuse: Excuse, verdict: Verdict, reason: str = "") -> ExcuseDecision:
    """Grant or decline, once; declining says why. A line "absent" that was written meanwhile becomes "excused".

    The cap is for the decider to see and never stops a grant: minutes above it are excused and do not count.
    """
    enrollment = _enrollment(excuse)
    lock_student(enrollment)
    if _decision(excuse) is not None:
        raise RuleBroken(N_("This was decided already. Reload the page to see how."))
    statement = unscoped(joined(), "the session of an excuse that was found")
    found = meetings_in(statement.where(Session.id == excuse.session_id))
    if not found:
        raise RuleBroken(N_("This session was cancelled, so there is nothing to excuse."))
    meeting = found[0]
    if verdict is Verdict.DECLINED or reason.strip():
        check_words(reason, "reason")
    row = ExcuseDecision(excuse_id=excuse.id, enrollment_id=enrollment.id, verdict=verdict)
    session.add(row)
    keep(row, reason=reason.strip())
    session.flush()
    path = f"/student/attendance/sessions/{meeting.session.public_id}"
    values = {"unit": meeting.unit.title, "starts": meeting.session.starts_at}
    notify(enrollment.person_id, "excuse-decided", row.public_id, path=path, **values)
    if verdict is Verdict.GRANTED:
        _correct(actor, enrollment, meeting)
        offer_make_up(meeting, [enrollment])
    return row


def _correct(actor: Actor, enrollment: Enrollment, meeting: Meeting) -> None:
    """Where the register says "absent" already and is the decider's to correct."""
    statement = known(within(select(Attendance), enrollment), Attendance, None)
    row = session.scalars(statement.where(Attendance.session_id == meeting.id)).first()
    is_absent = row is not None and row.presence is Presence.ABSENT
    if is_absent and allowed(actor, Action.ATTENDANCE_TAKE, anchor_of(meeting.session)):
        take_attendance(actor, meeting.session, [Line(enrollment, Presence.EXCUSED)])


def _enrollment(excuse: Excuse) -> Enrollment:
    statement = select(Enrollment).where(Enrollment.id == excuse.enrollment_id)
    return session.scalars(unscoped(statement, "whose excuse it is")).one()


def _decision(excuse: Excuse) -> ExcuseDecision | None:
    statement = select(ExcuseDecision).where(ExcuseDecision.excuse_id == excuse.id)
    return session.scalars(unscoped(statement, "the decision on an excuse that was found")).first()
