"""What every command on a week sheet does first: lock its student, read the week, and write down one more event.

The stored states of the sheet and its parts are those of the fold of all events, set in the same transaction.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import NamedTuple

from sqlalchemy import Select, bindparam, select

from lms.hub.enrollment.models import Enrollment
from lms.hub.hours.models import SheetEvent, SheetPart, WeekSheet
from lms.hub.hours.queries.situation import situations_of
from lms.hub.hours.queries.weeks import Week, weeks_of
from lms.hub.hours.rules.sheet import Manner, PartKey, Step, ZeroReason, fold
from lms.hub.hours.rules.verdict import content_hash
from lms.hub.hours.services.desk import lock
from lms.kernel import prose
from lms.kernel.acting import acting_at
from lms.kernel.columns import Day
from lms.kernel.db import session
from lms.kernel.ids import new_public_id
from lms.people.scope import ask_read, read, unscoped, within_a

CELL = "cell "  # before an entry's public id: the name of the text that says what is wrong with it


class Signed(NamedTuple):
    """How a step is signed, and in whose place."""

    manner: Manner = Manner.SIGNED_IN
    delegation_id: int | None = None


SIGNED_IN = Signed()


class Docket:
    """One week of one student, locked, with its rows. sheet None: nothing has happened to the week yet."""

    def __init__(self, week: Week, sheet: WeekSheet | None, parts: Iterable[SheetPart]) -> None:
        self.week = week
        self.now = acting_at()
        self.enrollment = week.situation.enrollment
        self._sheet = sheet
        self.parts = {part.key: part for part in parts}

    @property
    def sheet(self) -> WeekSheet:
        """The row of the sheet, made when something first happens."""
        if self._sheet is None:
            self._sheet = WeekSheet(
                enrollment_id=self.enrollment.id, monday=self.week.monday, zone=self.week.situation.zone
            )
            session.add(self._sheet)
            session.flush()
        return self._sheet

    def content_hash(self, key: PartKey) -> str:
        """Of what the part says now."""
        return content_hash(self.enrollment.public_id, self.week.monday, key, self.week.entries_in(key))

    def part(self, key: PartKey) -> SheetPart:
        """The row of the part, made when it is first handed in."""
        if key not in self.parts:
            route, spell_id = key
            self.parts[key] = SheetPart(
                week_sheet_id=self.sheet.id, enrollment_id=self.enrollment.id, route=route, spell_id=spell_id
            )
            session.add(self.parts[key])
        return self.parts[key]

    def note(
        self,
        step: Step,
        key: PartKey | None,
        *,
        version: int | None = None,
        is_late: bool = False,
        zero_reason: ZeroReason | None = None,
        open_until: datetime | None = None,
        cells: Mapping[str, str] | None = None,
        signed: Signed = SIGNED_IN,
        **said: str,
    ) -> SheetEvent:
        """Write one event down and set the states that follow. said: its texts by name, "reason" or "note".

        cells: what is wrong with the entries that it marks, by public id.
        """
        marked = cells or {}
        event = SheetEvent(
            public_id=new_public_id(),  # its letter names it before it is written
            week_sheet_id=self.sheet.id,
            enrollment_id=self.enrollment.id,
            step=step,
            route=key.route if key else None,
            spell_id=key.spell_id if key else None,
            version=self.week.sheet.version if version is None else version,
            minutes=sum(entry.minutes for entry in self.week.entries_in(key)) if key else None,
            content_sha256=self.content_hash(key) if key else None,
            is_late=is_late,
            zero_reason=zero_reason,
            open_until=open_until,
            cells=list(marked),
            manner=signed.manner,
            delegation_id=signed.delegation_id,
        )
        session.add(event)
        texts = {**said, **{f"{CELL}{entry}": text for entry, text in marked.items()}}
        prose.keep(event, **{name: text.strip() for name, text in texts.items()})
        self.week.events.append(event)
        self._settle()
        return event

    def _settle(self) -> None:
        self.week.sheet = folded = fold(self.week.events)
        self.sheet.state, self.sheet.version = folded.state, folded.version
        for key, state in folded.parts.items():
            self.part(key).state = state


def docket_of(enrollment: Enrollment, monday: date) -> Docket:
    """The docket of one week, made for it if there is none yet. Nine statements."""
    lock(enrollment.person_id)
    found = ask_read(_sheet_of_week(), enrollment, monday=monday)
    sheet = found[0][0] if found else None
    parts = [part for (part,) in ask_read(_parts_of_sheet(), sheet)] if sheet else ()
    situations = situations_of([enrollment])
    return Docket(weeks_of(situations, monday, monday)[enrollment.id, monday], sheet, parts)


@cache
def _sheet_of_week() -> Select[WeekSheet]:
    return within_a(select(WeekSheet), Enrollment).where(WeekSheet.monday == bindparam("monday", type_=Day))


@cache
def _parts_of_sheet() -> Select[SheetPart]:
    return within_a(select(SheetPart), WeekSheet)


def dockets_of(parts: Sequence[SheetPart]) -> dict[int, Docket]:
    """The dockets of parts that were found, by the row number of their sheet. Ten statements, however many."""
    enrollments = [row for (row,) in read(_owners(), ids=sorted({part.enrollment_id for part in parts}))]
    lock(*(enrollment.person_id for enrollment in enrollments))
    sheets = [row for (row,) in read(_sheets_by_number(), ids=sorted({part.week_sheet_id for part in parts}))]
    if not sheets:
        return {}
    siblings: dict[int, list[SheetPart]] = {}
    for (part,) in ask_read(_parts_as_they_are(), sheets):
        siblings.setdefault(part.week_sheet_id, []).append(part)
    mondays = [sheet.monday for sheet in sheets]
    weeks = weeks_of(situations_of(enrollments), min(mondays), max(mondays))
    return {sheet.id: Docket(weeks[sheet.enrollment_id, sheet.monday], sheet, siblings[sheet.id]) for sheet in sheets}


WHY = "the sheets of parts that were found"


@cache
def _owners() -> Select[Enrollment]:
    return unscoped(select(Enrollment).where(Enrollment.id.in_(bindparam("ids", expanding=True))), WHY)


@cache
def _sheets_by_number() -> Select[WeekSheet]:
    """As they are once their students are locked."""
    wanted = select(WeekSheet).where(WeekSheet.id.in_(bindparam("ids", expanding=True)))
    return unscoped(wanted, WHY).execution_options(populate_existing=True)


@cache
def _parts_as_they_are() -> Select[SheetPart]:
    return _parts_of_sheet().execution_options(populate_existing=True)
