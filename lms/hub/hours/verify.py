"""Rebuild what the slice stores: states of sheets and parts from their events, hashes of what was approved."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from sqlalchemy import select

from lms.hub.enrollment.models import EmploymentSpell, Enrollment
from lms.hub.hours.models import HoursEntry, SheetEvent, SheetPart, WeekSheet
from lms.hub.hours.rules.sheet import Sheet, State, Step, fold, part_of
from lms.hub.hours.rules.verdict import content_hash
from lms.kernel.db import session
from lms.kernel.weeks import monday_of
from lms.people.scope import unscoped, within

WHY = "verify reads everything"
BATCH = 200  # students at a time, so that memory stays flat


def differences() -> Iterator[str]:
    """Each stored value that does not follow from the facts, as a sentence for the operator."""
    ids = session.scalars(unscoped(select(Enrollment.id).order_by(Enrollment.id), WHY)).all()
    for start in range(0, len(ids), BATCH):
        batch = select(Enrollment).where(Enrollment.id.in_(ids[start : start + BATCH]))
        yield from _of_students(session.scalars(unscoped(batch, WHY)).all())


def _of_students(enrollments: Sequence[Enrollment]) -> Iterator[str]:
    names = {enrollment.id: enrollment.public_id for enrollment in enrollments}
    entries = session.scalars(within(select(HoursEntry), enrollments)).all()
    spells = session.scalars(within(select(EmploymentSpell), enrollments)).all()
    events: dict[int, list[SheetEvent]] = {}
    for event in session.scalars(within(select(SheetEvent), enrollments).order_by(SheetEvent.id)):
        events.setdefault(event.week_sheet_id, []).append(event)
    parts: dict[int, list[SheetPart]] = {}
    for part in session.scalars(within(select(SheetPart), enrollments)):
        parts.setdefault(part.week_sheet_id, []).append(part)
    own: dict[int, list[HoursEntry]] = {}
    for entry in entries:
        own.setdefault(entry.enrollment_id, []).append(entry)
        if entry.monday != monday_of(entry.day):
            yield f"hours entry {entry.public_id}: stored in the week of {entry.monday}, its day is {entry.day}"
    for sheet in session.scalars(within(select(WeekSheet), enrollments)):
        found = events.get(sheet.id, [])
        yield from _states(sheet, parts.get(sheet.id, []), fold(found))
        rows = own.get(sheet.enrollment_id, [])
        for event in found:
            yield from _hash(names[sheet.enrollment_id], sheet, event, rows, spells)


def _states(sheet: WeekSheet, parts: Iterable[SheetPart], truth: Sheet) -> Iterator[str]:
    if (sheet.state, sheet.version) != (truth.state, truth.version):
        told = f"stored {sheet.state} v{sheet.version}, by its events {truth.state} v{truth.version}"
        yield f"week sheet {sheet.public_id}: {told}"
    for part in parts:
        state = truth.parts.get(part.key, State.DRAFT)
        if part.state is not state:
            yield f"sheet part {part.public_id}: stored {part.state}, by its events {state}"


def _hash(
    name: str, sheet: WeekSheet, event: SheetEvent, rows: Sequence[HoursEntry], spells: Sequence[EmploymentSpell]
) -> Iterator[str]:
    """The hash and total of an approved part, from the entries as they stood then."""
    if event.step is not Step.APPROVED or event.key is None:
        return
    supervised = {s.id for s in spells if s.supervisor_id and s.recorded_at <= event.recorded_at}
    stood = [
        entry
        for entry in standing(rows, event.recorded_at)
        if entry.monday == sheet.monday and part_of(entry.kind, entry.spell_id, supervised) == event.key
    ]
    if content_hash(name, sheet.monday, event.key, stood) != event.content_sha256:
        yield f"week sheet {sheet.public_id}: what was approved on {event.recorded_at:%Y-%m-%d} does not have its hash"
    elif sum(entry.minutes for entry in stood) != event.minutes:
        yield f"week sheet {sheet.public_id}: {event.minutes} min were approved, its entries have others"


def standing(rows: Iterable[HoursEntry], at: datetime) -> list[HoursEntry]:
    """The entries that stood at `at`, of all rows ever written for a student."""
    known = [row for row in rows if row.recorded_at <= at]
    replaced = {row.supersedes_id for row in known}
    return [row for row in known if row.id not in replaced and not row.is_removal]
