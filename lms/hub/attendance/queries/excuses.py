"""Excuses with what was decided, objections with their answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select

from lms.hub.attendance.kinds import Verdict
from lms.hub.attendance.models import Dispute, DisputeAnswer, Excuse, ExcuseDecision
from lms.hub.attendance.queries.meetings import Meeting, joined, meetings_in
from lms.hub.cohorts.models import Attendance, Session
from lms.hub.enrollment.models import Enrollment
from lms.hub.hours.models import HoursEntry
from lms.kernel.db import session
from lms.kernel.errors import NotFound
from lms.kernel.facts import stands
from lms.kernel.prose import all_prose_of
from lms.people.access import Action, Actor
from lms.people.accounts.models import Person
from lms.people.scope import scoped, unscoped, within


@dataclass(frozen=True, slots=True)
class Asked:
    """An excuse that stands, with its decision and what was said."""

    fact: Excuse
    decision: ExcuseDecision | None
    words: str = ""
    reason: str = ""

    @property
    def is_granted(self) -> bool:
        """Whether the student is excused."""
        return self.decision is not None and self.decision.verdict is Verdict.GRANTED

    @property
    def is_open(self) -> bool:
        """Whether nobody has decided yet."""
        return self.decision is None


@dataclass(frozen=True, slots=True)
class Waiting:
    """An excuse that waits to be decided."""

    asked: Asked
    meeting: Meeting
    enrollment: Enrollment
    student: str


@dataclass(frozen=True, slots=True)
class Objection:
    """An objection, with its answer and what was said. row or entry: what it is about, as it was then.

    enrollment: public id of the student's.
    """

    fact: Dispute
    answer: DisputeAnswer | None
    row: Attendance | None
    entry: HoursEntry | None
    student: str
    enrollment: str
    reason: str = ""
    reply: str = ""


def excuses_of(enrollment: Enrollment) -> dict[int, Asked]:
    """The excuses of one student that stand, by the session's number. Two queries."""
    return {one.fact.session_id: one for one in excuses_of_many([enrollment])}


def excuses_of_many(enrollments: Sequence[Enrollment]) -> list[Asked]:
    """The excuses that stand of several students. Two queries."""
    statement = within(select(Excuse, ExcuseDecision), enrollments, on=Excuse)
    return _asked(statement)


def excuses_in(meeting: Meeting) -> list[Asked]:
    """The excuses that stand for a session that was found. Two queries."""
    statement = select(Excuse, ExcuseDecision).where(Excuse.session_id == meeting.id)
    return _asked(unscoped(statement, "excuses for a session that was found"))


def _asked(statement: Select[Any, Any]) -> list[Asked]:
    joined_on = statement.outerjoin(ExcuseDecision, (ExcuseDecision.excuse_id == Excuse.id) & stands(ExcuseDecision))
    rows = session.execute(joined_on.where(stands(Excuse), ~Excuse.is_withdrawn).order_by(Excuse.id)).all()
    said = all_prose_of([fact for row in rows for fact in row if fact is not None])
    return [
        Asked(
            row[0],
            row[1],
            said[row[0].public_id].get("words", ""),
            said[row[1].public_id].get("reason", "") if row[1] else "",
        )
        for row in rows
    ]


def find_excuse(actor: Actor, public_id: str, action: Action) -> Excuse:
    """The excuse that stands, if `actor` may do `action` to it. Raises NotFound."""
    statement = select(Excuse).where(Excuse.public_id == public_id, stands(Excuse), ~Excuse.is_withdrawn)
    found = session.scalar(scoped(statement, actor, action))
    if found is None:
        raise NotFound()
    return found


def excuses_waiting(actor: Actor) -> list[Waiting]:
    """The excuses that `actor` may decide on, the earliest session first. Three queries."""
    decided = select(ExcuseDecision.id).where(ExcuseDecision.excuse_id == Excuse.id, stands(ExcuseDecision))
    statement = (
        select(Excuse, Enrollment, Person.name)
        .join(Enrollment, Enrollment.id == Excuse.enrollment_id)
        .join(Person, Person.id == Enrollment.person_id)
        .where(stands(Excuse), ~Excuse.is_withdrawn, ~decided.exists())
    )
    rows = session.execute(scoped(statement, actor, Action.EXCUSE_DECIDE, on=Excuse)).all()
    wanted = {row[0].session_id for row in rows}
    meetings = meetings_in(
        unscoped(joined(), "sessions for which an excuse that was found is asked").where(Session.id.in_(wanted))
    )
    by_id, said = {one.id: one for one in meetings}, all_prose_of([row[0] for row in rows])
    found = [
        Waiting(Asked(row[0], None, said[row[0].public_id].get("words", "")), by_id[row[0].session_id], row[1], row[2])
        for row in rows
        if row[0].session_id in by_id  # from a session that was cancelled nobody needs an excuse
    ]
    return sorted(found, key=lambda one: (one.meeting.session.starts_at, one.student))


def disputes_of(enrollment: Enrollment) -> list[Objection]:
    """One student's objections, oldest first. Two queries."""
    return _objections(within(_disputes(), enrollment, on=Dispute))


def disputes_open(actor: Actor) -> list[Objection]:
    """The objections that `actor` has to answer, oldest first. Two queries."""
    return _objections(scoped(_disputes().where(DisputeAnswer.id.is_(None)), actor, Action.ATTENDANCE_TAKE, on=Dispute))


def find_dispute(actor: Actor, public_id: str) -> Objection:
    """The objection, if `actor` may answer it. Raises NotFound. Two queries."""
    statement = _disputes().where(Dispute.public_id == public_id)
    found = _objections(scoped(statement, actor, Action.ATTENDANCE_TAKE, on=Dispute))
    if not found:
        raise NotFound()
    return found[0]


def _disputes() -> Select[Any, Any, Any, Any, Any, Any]:
    return (
        select(Dispute, DisputeAnswer, Attendance, HoursEntry, Person.name, Enrollment.public_id)
        .outerjoin(DisputeAnswer, DisputeAnswer.dispute_id == Dispute.id)
        .outerjoin(Attendance, Attendance.id == Dispute.attendance_id)
        .outerjoin(HoursEntry, HoursEntry.id == Dispute.hours_entry_id)
        .join(Enrollment, Enrollment.id == Dispute.enrollment_id)
        .join(Person, Person.id == Enrollment.person_id)
        .order_by(Dispute.id)
    )


def _objections(statement: Select[Any, Any, Any, Any, Any, Any]) -> list[Objection]:
    rows = session.execute(statement).all()
    said = all_prose_of([fact for row in rows for fact in row[:2] if fact is not None])
    return [
        Objection(
            *row,
            reason=said[row[0].public_id].get("reason", ""),
            reply=said[row[1].public_id].get("reason", "") if row[1] else "",
        )
        for row in rows
    ]
