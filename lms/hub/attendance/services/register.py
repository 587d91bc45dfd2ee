"""The register is saved as often as one likes and closed once; hours follow each line (H23)."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import select

from lms.hub.attendance.models import RegisterClose, RegisterSave
from lms.hub.attendance.queries.meetings import Meeting, equivalents, meeting_by
from lms.hub.attendance.queries.register import Entry, Register, register_of
from lms.hub.attendance.queries.rolls import MISSED
from lms.hub.attendance.rules.register import Mark, at_close, check_mark
from lms.hub.attendance.services.locking import lock_session
from lms.hub.cohorts.kinds import Presence
from lms.hub.cohorts.models import Session
from lms.hub.enrollment.models import Enrollment
from lms.hub.hours.rules.attendance import attended
from lms.hub.hours.services.attendance import Line, Taken, take_attendance
from lms.hub.hours.services.desk import check_key
from lms.kernel.acting import acting_at
from lms.kernel.canonical import canonical
from lms.kernel.db import session
from lms.kernel.errors import Conflict, RuleBroken, raise_all
from lms.kernel.text import N_
from lms.messages.services import notify
from lms.people.access import Action, Actor
from lms.people.commands import command
from lms.people.scope import within

MARKS = Mapping[str, Mark]  # by the enrollment's public id


class Closed(NamedTuple):
    """What closing wrote. taken: the lines that it added."""

    fact: RegisterClose
    taken: list[Taken]


class Saved(NamedTuple):
    """What a save wrote. is_new: False for a save that arrived before under the same key, and wrote nothing now."""

    fact: RegisterSave
    taken: list[Taken]
    is_new: bool


@command(Action.ATTENDANCE_TAKE)
def save_once(actor: Actor, meeting: Session, marks: MARKS, token: str, key: str, rest: bool = False) -> Saved:
    """`save_register` under a key that the caller's device made: sent again, it is the same save and changes nothing.

    Raises what `save_register` raises, and RuleBroken for a key under which other marks were sent.
    """
    check_key(key)
    lock_session(meeting)
    body = _fingerprint(marks, token, rest=rest)
    statement = within(select(RegisterSave), meeting).where(RegisterSave.client_key == key)
    before = session.scalars(statement).one_or_none()
    if before is not None:
        if before.body_sha256 != body:
            message = N_("This was sent before with other values. Reload the page and enter it again.")
            raise RuleBroken(message, field="client_key")
        return Saved(before, [], is_new=False)
    taken = save_register(actor, meeting, marks, token, rest)
    fact = RegisterSave(section_id=meeting.section_id, session_id=meeting.id, client_key=key, body_sha256=body)
    session.add(fact)
    session.flush()
    return Saved(fact, taken, is_new=True)


def _fingerprint(marks: MARKS, token: str, *, rest: bool) -> str:
    """What was sent, as SHA-256."""
    body = {"token": token, "rest": rest, "marks": {one: [str(m.presence), m.minutes] for one, m in marks.items()}}
    return hashlib.sha256(canonical(body).encode()).hexdigest()


@command(Action.ATTENDANCE_TAKE)
def save_register(actor: Actor, meeting: Session, marks: MARKS, token: str, rest: bool = False) -> list[Taken]:
    """Write the lines of `marks`. token: which version the page showed. rest: whoever has no line was there.

    Raises Conflict, with both versions, if somebody else wrote meanwhile; RuleBroken, with every line that does not
    fit under `presence-<enrollment>` or `minutes-<enrollment>`; then nothing is written.
    """
    lock_session(meeting)
    register = register_of(meeting_by(meeting.public_id))
    if token != register.token:
        raise Conflict(
            N_("Somebody else saved this register meanwhile. Both versions stand below; what you save now holds."),
            yours=marks,
            theirs=register,
        )
    wanted = {**_the_rest(register, marks), **marks} if rest else marks
    raise_all(_problems(register, wanted))
    lines = [_line(register.entry(public_id), mark) for public_id, mark in wanted.items()]
    return take_attendance(actor, meeting, [line for line in lines if line]) if lines else []


def _the_rest(register: Register, marks: MARKS) -> dict[str, Mark]:
    """Present, or made up for who came for that, for everybody expected who has no line."""
    return {
        entry.enrollment.public_id: Mark(Presence.MADE_UP if entry.known.makes_up else Presence.PRESENT)
        for entry in register.entries
        if entry.row is None and entry.known.is_expected and entry.enrollment.public_id not in marks
    }


def _line(entry: Entry | None, mark: Mark) -> Line | None:
    return Line(entry.enrollment, mark.presence, mark.minutes) if entry else None


def _problems(register: Register, marks: MARKS) -> Iterable[RuleBroken]:
    meeting = register.meeting.session
    for public_id, mark in marks.items():
        entry = register.entry(public_id)
        if entry is None:
            yield RuleBroken(N_("One of these students is not in the section of this session."), field="student")
            continue
        try:
            check_mark(mark, entry.known)
            attended(mark.presence, mark.minutes, meeting.starts_at, meeting.ends_at)
        except RuleBroken as broken:
            values: dict[str, Any] = dict(broken.sentence.values)
            yield RuleBroken(broken.sentence.message, field=f"{broken.field}-{public_id}", **values)


@command(Action.ATTENDANCE_TAKE)
def close_register(actor: Actor, meeting: Session) -> Closed:
    """Complete the register: who checked in was there, who is excused is excused, everybody else expected is absent.

    Who missed it is offered the next equivalent session, where there is one. Lines can still be corrected afterwards.
    Raises RuleBroken before the end of the session, and when it is closed already.
    """
    lock_session(meeting)
    if acting_at() < meeting.ends_at:
        raise RuleBroken(N_("The session is not over yet. Save the register now and close it after the end."))
    register = register_of(meeting_by(meeting.public_id))
    if register.closed is not None:
        raise RuleBroken(N_("This register is closed. Lines can still be corrected: change them and save."))
    added = {
        entry.enrollment.public_id: mark
        for entry in register.entries
        if entry.row is None and (mark := at_close(entry.known)) is not None
    }
    lines = [_line(register.entry(public_id), mark) for public_id, mark in added.items()]
    taken = take_attendance(actor, meeting, [line for line in lines if line]) if lines else []
    fact = RegisterClose(section_id=meeting.section_id, session_id=meeting.id)
    session.add(fact)
    session.flush()
    _offer(register, added)
    return Closed(fact, taken)


def _offer(register: Register, added: MARKS) -> None:
    stands = {one.enrollment.public_id: one.row.presence for one in register.entries if one.row}
    stands |= {public_id: mark.presence for public_id, mark in added.items()}
    offer_make_up(
        register.meeting, [one.enrollment for one in register.entries if stands.get(one.enrollment.public_id) in MISSED]
    )


def offer_make_up(meeting: Meeting, enrollments: Sequence[Enrollment]) -> bool:
    """Tell students who missed the session where it is given again, once each; whether it is anywhere."""
    if not enrollments or not (found := equivalents(meeting, acting_at(), most=1)):
        return False
    for enrollment in enrollments:
        notify(
            enrollment.person_id,
            "make-up-offered",
            f"{meeting.session.public_id}:{enrollment.public_id}",
            unit=meeting.unit.title,
            site=found[0].meeting.site.name,
            starts=found[0].meeting.session.starts_at,
            path=f"/student/attendance/sessions/{meeting.session.public_id}",
        )
    return True
