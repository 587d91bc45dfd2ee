"""A student objects to what the system recorded of them; the instructor answers, and corrects the register (H23)."""

from typing import Any

from sqlalchemy import select

from lms.hub.attendance.kinds import Answer
from lms.hub.attendance.models import Dispute, DisputeAnswer
from lms.hub.attendance.queries.excuses import Objection, disputes_of
from lms.hub.attendance.queries.meetings import joined, meetings_in
from lms.hub.attendance.queries.register import token_of
from lms.hub.attendance.rules.excuses import check_words
from lms.hub.attendance.rules.register import Mark
from lms.hub.attendance.services.locking import lock_student
from lms.hub.attendance.services.register import save_register
from lms.hub.cohorts.models import Attendance, Session
from lms.hub.enrollment.models import Enrollment
from lms.hub.hours.models import HoursEntry
from lms.hub.hours.rules.entry import OWN_SOURCES
from lms.kernel.db import session
from lms.kernel.errors import NotAllowed, RuleBroken
from lms.kernel.facts import known
from lms.kernel.prose import keep
from lms.kernel.text import N_
from lms.messages.services import notify
from lms.people.access import Action, Actor
from lms.people.commands import command
from lms.people.scope import unscoped, within


@command(Action.ATTENDANCE_DISPUTE)
def dispute(
    actor: Actor, enrollment: Enrollment, reason: str, row: Attendance | None = None, entry: HoursEntry | None = None
) -> Dispute:
    """Object to a line of the register, or to hours that the system entered; one of the two is given.

    Hours that come from the register are an objection to its line. Raises RuleBroken for one's own entries, without a
    reason, and while an objection to the same waits.
    """
    lock_student(enrollment)
    check_words(reason, "reason")
    if entry is not None and entry.source in OWN_SOURCES:
        raise RuleBroken(N_("You wrote this entry yourself: change it."), field="entry")
    if entry is not None and entry.attendance_id is not None:
        row, entry = _line_behind(enrollment, entry.attendance_id), None
    if row is not None and not _stands(enrollment, row):
        raise RuleBroken(N_("This was corrected meanwhile. Look at what the register says now."), field="reason")
    for one in disputes_of(enrollment):
        is_same = (one.fact.attendance_id, one.fact.hours_entry_id) == (row and row.id, entry and entry.id)
        if one.answer is None and is_same:
            raise RuleBroken(N_("Your instructor has your objection and will answer."), field="reason")
    made = Dispute(
        enrollment_id=enrollment.id,
        attendance_id=row.id if row else None,
        hours_entry_id=entry.id if entry else None,
    )
    session.add(made)
    keep(made, reason=reason.strip())
    return made


def _line_behind(enrollment: Enrollment, number: int) -> Attendance:
    """The line that stands in the place of the one that made an hours entry."""
    first = session.scalars(within(select(Attendance), enrollment).where(Attendance.id == number)).one()
    statement = known(within(select(Attendance), enrollment), Attendance, None)
    return session.scalars(statement.where(Attendance.session_id == first.session_id)).one()


def _stands(enrollment: Enrollment, row: Attendance) -> bool:
    statement = known(within(select(Attendance.id), enrollment, on=Attendance), Attendance, None)
    return session.scalar(statement.where(Attendance.id == row.id)) is not None


@command(Action.ATTENDANCE_TAKE)
def answer_dispute(
    actor: Actor, fact: Dispute, objection: Objection, answer: Answer, reason: str, mark: Mark | None = None
) -> DisputeAnswer:
    """Answer an objection, once. mark: what the register says from now on, where the answer is that it was wrong.

    Hours from a simulation or an import are corrected by an adjustment of the week, which the answer then names.
    """
    enrollment = _enrollment(fact)
    lock_student(enrollment)
    made_before = select(DisputeAnswer.id).where(DisputeAnswer.dispute_id == fact.id)
    if session.scalar(unscoped(made_before, "whether an objection that was found is answered")) is not None:
        raise RuleBroken(N_("This was answered already. Reload the page to see how."))
    check_words(reason, "reason")
    if answer is Answer.CORRECTED and objection.row is not None:
        _correct(actor, enrollment, objection.row, mark)
    row = DisputeAnswer(dispute_id=fact.id, enrollment_id=enrollment.id, answer=answer)
    session.add(row)
    keep(row, reason=reason.strip())
    session.flush()
    notify(enrollment.person_id, "dispute-answered", row.public_id)
    return row


def _correct(actor: Actor, enrollment: Enrollment, row: Attendance, mark: Mark | None) -> None:
    if mark is None or (mark.presence, mark.minutes) in ((row.presence, None), (row.presence, row.minutes)):
        raise RuleBroken(N_("Say what the register should say instead."), field="presence")
    statement = unscoped(joined(), "the session of a line that was found")
    (meeting,) = meetings_in(statement.where(Session.id == row.session_id))
    try:
        save_register(actor, meeting.session, {enrollment.public_id: mark}, token_of(meeting.session))
    except NotAllowed:
        raise RuleBroken(
            N_("Only who teaches that session can correct its register. Ask them, then answer."), field="presence"
        ) from None
    except RuleBroken as broken:
        values: dict[str, Any] = dict(broken.sentence.values)
        raise RuleBroken(
            broken.sentence.message, field=(broken.field or "presence").partition("-")[0], **values
        ) from None


def _enrollment(fact: Dispute) -> Enrollment:
    statement = select(Enrollment).where(Enrollment.id == fact.enrollment_id)
    return session.scalars(unscoped(statement, "whose objection it is")).one()
