"""The approved minutes of many students, with the same fold as a single week but without its targets and times.

Rows come as plain tuples: a cohort's year is tens of thousands of entries, and nobody changes them here.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import select

from lms.hub.catalog.kinds import Kind
from lms.hub.enrollment.models import Enrollment
from lms.hub.hours.models import Adjustment, HoursEntry, Seen, SheetEvent, WeekSheet
from lms.hub.hours.queries.situation import situations_of
from lms.hub.hours.queries.weeks import Week, witnessed
from lms.hub.hours.rules.entry import Evidence
from lms.hub.hours.rules.week import level
from lms.kernel.db import session
from lms.kernel.explain import FactRef
from lms.kernel.facts import known
from lms.people.scope import within


class Row(NamedTuple):
    """An entry or an adjustment as the rules read it."""

    kind_of_fact: str
    id: int
    public_id: str
    recorded_at: datetime
    enrollment_id: int
    monday: date
    day: date
    kind: Kind
    unit_id: int | None
    spell_id: int | None
    minutes: int
    evidence_level: int

    @property
    def evidence(self) -> Evidence:
        return Evidence(self.evidence_level)

    @property
    def ref(self) -> FactRef:
        return FactRef(self.kind_of_fact, self.public_id, self.recorded_at)


class ApprovedMinutes(NamedTuple):
    """One entry that counts. level: with what somebody says to have seen."""

    kind: Kind
    level: Evidence
    unit_id: int | None
    minutes: int
    ref: FactRef


def approved_of(enrollments: Sequence[Enrollment], as_of: datetime | None = None) -> dict[int, list[ApprovedMinutes]]:
    """What counts as approved, by the enrollment's row number. Six statements, however many."""
    situations = situations_of(enrollments, as_of) if enrollments else {}
    weeks: dict[tuple[int, date], Week] = {}

    def week(number: int, monday: date) -> Week:
        key = (number, monday)
        if key not in weeks:
            weeks[key] = Week(situations[number], monday)
        return weeks[key]

    for row in _rows(HoursEntry, enrollments, as_of):
        week(row.enrollment_id, row.monday).entries.append(row)  # type: ignore[arg-type]  # read like one
    for row in _rows(Adjustment, enrollments, as_of):
        week(row.enrollment_id, row.monday).adjustments.append(row)  # type: ignore[arg-type]  # read like one
    for seen in session.scalars(known(within(select(Seen), enrollments), Seen, as_of)):
        week(seen.enrollment_id, seen.monday).seen.append(seen)
    events = within(select(SheetEvent, WeekSheet.monday), enrollments, on=SheetEvent)
    events = known(events, SheetEvent, as_of).join(WeekSheet, WeekSheet.id == SheetEvent.week_sheet_id)
    for event, monday in session.execute(events.order_by(SheetEvent.id)):
        week(event.enrollment_id, monday).events.append(event)
    found: dict[int, list[ApprovedMinutes]] = {enrollment.id: [] for enrollment in enrollments}
    for (number, _), one in sorted(weeks.items(), key=lambda pair: pair[0]):
        found[number] += counted(one)
    return found


def counted(week: Week) -> Iterable[ApprovedMinutes]:
    """The approved entries of one week with the evidence level that each reaches."""
    seen = witnessed(week.seen, week.entries)
    for entry in week.approved:
        yield ApprovedMinutes(entry.kind, level(entry, seen), entry.unit_id, entry.minutes, entry.ref)


def _rows(model: Any, enrollments: Collection[Enrollment], as_of: datetime | None) -> Iterable[Row]:
    columns = [getattr(model, name) for name in Row._fields[1:]]
    statement = known(within(select(*columns), enrollments, on=model), model, as_of)
    if model is HoursEntry:
        statement = statement.where(HoursEntry.is_removal.is_(False))
    for values in session.execute(statement.order_by(model.monday, model.id)):
        yield Row(model.__tablename__, *values)
