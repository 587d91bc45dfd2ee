"""The register of a session becomes hours with the best evidence, which their student cannot edit (D18, H23)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import NamedTuple

from sqlalchemy import Select, bindparam, select

from lms.hub.catalog.models import Unit
from lms.hub.cohorts.kinds import Presence
from lms.hub.cohorts.models import Attendance, Session
from lms.hub.enrollment.models import Enrollment, Placement
from lms.hub.hours.models import Adjustment, HoursEntry
from lms.hub.hours.rules.attendance import Attended, attended
from lms.hub.hours.rules.entry import Draft, Evidence, Source, entry_problems
from lms.hub.hours.rules.sheet import Sheet, State, lag_days
from lms.hub.hours.services.desk import Desk, lock
from lms.kernel.acting import acting_at
from lms.kernel.db import session
from lms.kernel.errors import RuleBroken, raise_all
from lms.kernel.facts import known, runs_on
from lms.kernel.text import N_
from lms.kernel.weeks import local_day, monday_of
from lms.people.access import Action, Actor
from lms.people.commands import command
from lms.people.scope import ask_plain, within, within_a


@dataclass(frozen=True, slots=True)
class Line:
    """What the register says of one student. minutes: attended; None is all of the session."""

    enrollment: Enrollment
    presence: Presence
    minutes: int | None = None


class Taken(NamedTuple):
    """One line's row; broken: why its hours could not be entered, where something stands in the way."""

    attendance: Attendance
    broken: RuleBroken | None = None


@command(Action.ATTENDANCE_TAKE)
def take_attendance(actor: Actor, meeting: Session, lines: Sequence[Line]) -> list[Taken]:
    """Write the register of one session; a line that says something else than before replaces it.

    Hours follow: an entry with evidence level 3, or, where that part of the week is approved, an adjustment. If the
    student's own entries leave no room for it, the register stands and the line says what is in the way.
    Raises RuleBroken before it begins, for minutes that it does not have, and for a student of another section.
    """
    day = local_day(meeting.starts_at, meeting.zone)
    if acting_at() < meeting.starts_at:
        raise RuleBroken(N_("This session has not begun yet."))
    for line in lines:
        attended(line.presence, line.minutes, meeting.starts_at, meeting.ends_at)
    _check_placed(meeting, lines, day)
    lock(*(line.enrollment.person_id for line in lines))
    kind = session.scalars(select(Unit.kind).where(Unit.id == meeting.unit_id)).one()
    before = _register(meeting, lines)
    return [_take(meeting, Draft(day, 0, kind, meeting.zone, meeting.unit_id), line, before) for line in lines]


def _check_placed(meeting: Session, lines: Sequence[Line], day: date) -> None:
    """A session is made up wherever there is room; everybody else sits in the section."""
    expected = [line.enrollment for line in lines if line.presence is not Presence.MADE_UP]
    statement = known(within(select(Placement.enrollment_id), expected, on=Placement), Placement, None)
    statement = statement.where(Placement.section_id == meeting.section_id, runs_on(Placement, day))
    if {enrollment.id for enrollment in expected} - set(session.scalars(statement)):
        raise RuleBroken(N_("One of these students is not in the section of this session."), field="student")


def _register(meeting: Session, lines: Sequence[Line]) -> dict[int, Attendance]:
    statement = within(select(Attendance), [line.enrollment for line in lines])
    statement = known(statement, Attendance, None).where(Attendance.session_id == meeting.id)
    return {row.enrollment_id: row for row in session.scalars(statement)}


def _take(meeting: Session, like: Draft, line: Line, before: dict[int, Attendance]) -> Taken:
    there = attended(line.presence, line.minutes, meeting.starts_at, meeting.ends_at)
    minutes, old = there.minutes if there else 0, before.get(line.enrollment.id)
    row = old
    if row is None or (row.presence, row.minutes) != (line.presence, minutes):
        row = Attendance(
            session_id=meeting.id,
            enrollment_id=line.enrollment.id,
            presence=line.presence,
            minutes=minutes,
            supersedes_id=old.id if old else None,
        )
        session.add(row)
        session.flush()
    try:
        _enter(Desk(line.enrollment, like.day), meeting, row, like, there)
    except RuleBroken as broken:
        return Taken(row, broken)
    return Taken(row)


def _enter(desk: Desk, meeting: Session, row: Attendance, like: Draft, there: Attended | None) -> None:
    """Bring the hours of this session in line with the register."""
    entry, adjusted = _hours_of(desk, meeting)
    sheet = desk.sheets.get(monday_of(like.day), Sheet())
    if sheet.parts.get(desk.key(like.kind, like.day)) is State.APPROVED:
        stands = (entry.minutes if entry else 0) + adjusted
        _adjust(desk, row, like, (there.minutes if there else 0) - stands)
    elif there is None:
        if entry is not None:
            desk.take_away(entry, attendance_id=row.id)
    elif entry is None or (entry.starts_at, entry.ends_at) != (there.starts_at, there.ends_at):
        draft = Draft(like.day, there.minutes, like.kind, like.zone, like.unit_id, _paid(desk, like.day))
        draft = draft.at(there.starts_at, there.ends_at)
        first, last = desk.situation.first or date.max, desk.situation.last
        raise_all(entry_problems(draft, desk.but(entry), today=desk.today, first=first, last=last))
        desk.add(draft, Source.ATTENDANCE, entry, evidence_level=int(Evidence.ATTENDANCE), attendance_id=row.id)


def _paid(desk: Desk, day: date) -> bool:
    spell = desk.situation.spell_on(day)
    return bool(spell and spell.pays_release_time)


def _hours_of(desk: Desk, meeting: Session) -> tuple[HoursEntry | None, int]:
    """The entry that this session made, and the minutes adjusted since it was approved."""
    ids = {number for (number,) in ask_plain(_rows_in_session(), desk.enrollment, session_id=meeting.id)}
    adjusted = ask_plain(_adjusted(), desk.enrollment, ids=sorted(ids))
    entry = next((one for one in desk.own_entries() if one.attendance_id in ids), None)
    return entry, sum(minutes for (minutes,) in adjusted)


@cache
def _rows_in_session() -> Select[int]:
    rows = select(Attendance.id).where(Attendance.session_id == bindparam("session_id"))
    return within_a(rows, Enrollment, on=Attendance)


@cache
def _adjusted() -> Select[int]:
    of_rows = Adjustment.attendance_id.in_(bindparam("ids", expanding=True))
    return within_a(select(Adjustment.minutes).where(of_rows), Enrollment, on=Adjustment)


def _adjust(desk: Desk, row: Attendance, like: Draft, minutes: int) -> None:
    if not minutes:
        return
    spell = desk.situation.spell_on(like.day)
    adjustment = Adjustment(
        enrollment_id=desk.enrollment.id,
        monday=monday_of(like.day),
        day=like.day,
        zone=like.zone,
        minutes=minutes,
        kind=like.kind,
        unit_id=like.unit_id,
        spell_id=spell.id if spell else None,
        paid_by_firm=_paid(desk, like.day),
        evidence_level=int(Evidence.ATTENDANCE),
        lag_days=lag_days(like.day, desk.now, like.zone),
        attendance_id=row.id,
    )
    session.add(adjustment)
    session.flush()
