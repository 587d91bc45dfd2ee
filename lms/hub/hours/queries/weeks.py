"""Weeks of students: entries, adjustments, what was seen and decided, folded into the figures that pages show."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache, cached_property
from typing import Any, Protocol, TypeVar

from sqlalchemy import Select, bindparam, select

from lms.hub.catalog.kinds import Kind
from lms.hub.cohorts.rules import Target
from lms.hub.enrollment.models import Enrollment
from lms.hub.hours.models import Adjustment, HoursEntry, Seen, SheetEvent, WeekSheet
from lms.hub.hours.queries.situation import Situation, situation_of
from lms.hub.hours.rules.entry import Entry, Evidence
from lms.hub.hours.rules.sheet import SECTION, PartKey, Sheet, State, Step, WeekTimes, ZeroReason, fold, part_of
from lms.hub.hours.rules.verdict import Handed, Verdict, verdict
from lms.hub.hours.rules.week import (
    ROLLING_WEEKS,
    Band,
    Totals,
    WeekMinutes,
    Witnessed,
    band,
    explain_minutes,
    level,
    totals,
)
from lms.kernel.columns import Day
from lms.kernel.db import session
from lms.kernel.explain import Explained
from lms.kernel.facts import kept_for_now, known
from lms.kernel.text import N_, say
from lms.kernel.weeks import DAYS, days_of, monday_of
from lms.people.scope import ask_plain, ask_read, within, within_a

EVIDENCED = say(N_("Entries that a register wrote or somebody says to have seen, and adjustments."))
S = TypeVar("S", bound="Select[*tuple[Any, ...]]")


class Sight(Protocol):
    """That somebody says to have seen work; see `Seen`."""

    @property
    def monday(self) -> date: ...
    @property
    def kind(self) -> Kind: ...
    @property
    def entry_id(self) -> int | None: ...
    @property
    def is_taken_back(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class SheetStep:
    """One step of a sheet, as `fold` reads it."""

    step: Step
    key: PartKey | None
    version: int
    recorded_at: datetime
    open_until: datetime | None


@dataclass
class Week:
    """One week of one student as it stands. before: the weeks before it, at most three, oldest first."""

    situation: Situation
    monday: date
    entries: list[HoursEntry] = field(default_factory=list)
    adjustments: list[Adjustment] = field(default_factory=list)
    seen: list[Sight] = field(default_factory=list)
    events: list[SheetEvent] = field(default_factory=list)
    before: list["Week"] = field(default_factory=list)

    @cached_property
    def sheet(self) -> Sheet:
        """Where it stands with its approvers."""
        return fold(self.events)

    @cached_property
    def target(self) -> Target:
        """What it asks for."""
        return self.situation.target(self.monday)

    @cached_property
    def times(self) -> WeekTimes:
        """When it opens, is due and locks."""
        return self.situation.times(self.monday)

    @property
    def number(self) -> int:
        """The cohort week's number."""
        return self.situation.number(self.monday)

    @property
    def days(self) -> tuple[date, ...]:
        """Monday to Sunday."""
        return days_of(self.monday)

    @property
    def everything(self) -> list[Entry]:
        """Entries and adjustments: what the week's minutes are the sum of."""
        return [*self.entries, *self.adjustments]

    @cached_property
    def totals(self) -> Totals:
        """The week's minutes, and by day, kind, unit and evidence."""
        return totals(self.everything, witnessed(self.seen, self.entries))

    @property
    def minutes(self) -> int:
        """What was logged, adjustments included."""
        return self.totals.minutes

    @property
    def approved_minutes(self) -> int:
        """Of these, what stands in approved parts; adjustments always do (P12)."""
        return totals(self.approved).minutes

    @property
    def evidenced(self) -> list[Entry]:
        """The entries that somebody or a register vouches for (D14), approved or not."""
        seen = witnessed(self.seen, self.entries)
        return [entry for entry in self.everything if level(entry, seen) >= Evidence.COUNTERSIGNED]

    @property
    def evidenced_minutes(self) -> int:
        """Of the minutes logged, those with evidence level 2 or above."""
        return totals(self.evidenced).minutes

    @property
    def approved(self) -> list[Entry]:
        """The entries of approved parts, and the adjustments."""
        approved = {key for key, state in self.sheet.parts.items() if state is State.APPROVED}
        return [*(entry for entry in self.entries if self.key_of(entry) in approved), *self.adjustments]

    @property
    def band(self) -> Band:
        """How the minutes stand to the target (H13)."""
        return band(self.minutes, self.target)

    @property
    def figures(self) -> WeekMinutes:
        """Minutes and target, for the rolling view."""
        return WeekMinutes(self.monday, self.minutes, self.target)

    @property
    def zero_reason(self) -> ZeroReason | None:
        """Why the last sheet had no hours (H12)."""
        handed = [event for event in self.events if event.version == self.sheet.version]
        return next((event.zero_reason for event in handed if event.zero_reason), None)

    @property
    def verdict(self) -> Verdict:
        """What an approver has to look at; clean before it is handed in."""
        if self.sheet.submitted_at is None:
            return Verdict()
        weeks = [*(week.figures for week in self.before), self.figures]
        handed = Handed(weeks, self.times, self.sheet.submitted_at, self.sheet.version, self.zero_reason)
        return verdict(handed, self.entries)

    def key_of(self, entry: HoursEntry | Adjustment) -> PartKey:
        """The part that an entry belongs to."""
        return part_of(entry.kind, entry.spell_id, self.situation.supervised)

    def entries_in(self, key: PartKey) -> list[HoursEntry]:
        """The entries of one part."""
        return [entry for entry in self.entries if self.key_of(entry) == key]

    def part_keys(self) -> list[PartKey]:
        """The parts that it has, or would have if it were handed in now; the section's first."""
        found = {*self.sheet.parts, *(self.key_of(entry) for entry in self.entries)}
        return sorted(found or {SECTION}, key=lambda key: (key != SECTION, key.spell_id or 0))

    def explain(self) -> Explained[int]:
        """Why the week has these minutes."""
        return explain_minutes(self.everything)

    def explain_approved(self) -> Explained[int]:
        """Why so many of them count as approved."""
        return explain_minutes(self.approved, say(N_("Entries of the parts that were approved, and adjustments.")))

    def explain_evidenced(self) -> Explained[int]:
        """Why so many of them are evidenced."""
        return explain_minutes(self.evidenced, EVIDENCED)


def witnessed(rows: Iterable[Sight], entries: Iterable[HoursEntry]) -> Witnessed:
    """What stands of "I saw this work"; about an entry that was replaced since, it says nothing."""
    stands = [row for row in rows if not row.is_taken_back]
    single = {row.entry_id for row in stands}
    return Witnessed(
        entries=frozenset(entry.public_id for entry in entries if entry.id in single),
        kinds=frozenset((row.monday, row.kind) for row in stands if row.entry_id is None),
    )


def week_of(enrollment: Enrollment, monday: date, as_of: datetime | None = None) -> Week:
    """One week of one student with the three before it. Six statements."""
    situation = situation_of(enrollment, as_of)
    return weeks_of({enrollment.id: situation}, monday, monday, as_of)[enrollment.id, monday]


def year_of(enrollment: Enrollment, as_of: datetime | None = None) -> list[Week]:
    """Every cohort week of one student, first to last. Six statements."""
    situation = situation_of(enrollment, as_of)
    first = situation.cohort.week_one_monday
    last = monday_of(situation.cohort.ends_on)
    found = weeks_of({enrollment.id: situation}, first, last, as_of)
    return [week for (_, monday), week in sorted(found.items(), key=lambda pair: pair[0]) if monday >= first]


def weeks_of(
    situations: Mapping[int, Situation], first: date, last: date, as_of: datetime | None = None
) -> dict[tuple[int, date], Week]:
    """The weeks from Monday `first` to Monday `last` of several students, by enrollment and Monday.

    Four statements, however many; the three weeks before `first` are read too, since a week is judged with them (H14).
    """
    enrollments = [situation.enrollment for situation in situations.values()]
    start = first - timedelta(weeks=ROLLING_WEEKS - 1)
    made = {
        (number, monday): Week(situation, monday)
        for number, situation in situations.items()
        for monday in _mondays(start, last)
    }
    for entry in _between(HoursEntry, enrollments, start, last, as_of):
        if not entry.is_removal:
            made[entry.enrollment_id, entry.monday].entries.append(entry)
    for adjustment in _between(Adjustment, enrollments, start, last, as_of):
        made[adjustment.enrollment_id, adjustment.monday].adjustments.append(adjustment)
    for seen in ask_plain(_seen_of_weeks(as_of), enrollments, first=start, last=last):
        made[seen.enrollment_id, seen.monday].seen.append(seen)
    for event, monday in ask_read(events_of_weeks(as_of), enrollments, first=start, last=last):
        made[event.enrollment_id, monday].events.append(event)
    for (number, monday), week in made.items():
        earlier = (made.get((number, monday - timedelta(weeks=n))) for n in range(ROLLING_WEEKS - 1, 0, -1))
        week.before = [one for one in earlier if one and one.situation.first and one.days[-1] >= one.situation.first]
    return {key: week for key, week in made.items() if key[1] >= first}


def _mondays(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=n) for n in range(0, (last - first).days + 1, DAYS))


def _between(
    model: Any, enrollments: Sequence[Enrollment], first: date, last: date, as_of: datetime | None
) -> Iterable[Any]:
    return [row for (row,) in ask_read(OF_WEEKS[model](as_of), enrollments, first=first, last=last)]


def _of_weeks(model: Any) -> Callable[[datetime | None], Select[Any]]:
    def build(as_of: datetime | None) -> Select[Any]:
        statement = known(within_a(select(model), Enrollment), model, as_of)
        return _from_first_to_last(statement, model).order_by(model.monday, model.id)

    return kept_for_now(build)


OF_WEEKS = {model: _of_weeks(model) for model in (HoursEntry, Adjustment)}


@kept_for_now
def _seen_of_weeks(as_of: datetime | None) -> Select[*tuple[Any, ...]]:
    columns = (Seen.enrollment_id, Seen.monday, Seen.kind, Seen.entry_id, Seen.is_taken_back)
    statement = known(within_a(select(*columns), Enrollment, on=Seen), Seen, as_of)
    return _from_first_to_last(statement, Seen).order_by(Seen.monday, Seen.id)


def sheets_of(enrollment: Enrollment, first: date, last: date) -> dict[date, Sheet]:
    """How the sheets of the weeks from Monday `first` to `last` stand, where anything happened to them. One query."""
    found: dict[date, list[SheetStep]] = {}
    rows = ask_plain(_steps_of_weeks(), enrollment, first=first, last=last)
    for monday, step, route, spell_id, version, recorded_at, open_until in rows:
        key = PartKey(route, spell_id) if route else None
        found.setdefault(monday, []).append(SheetStep(step, key, version, recorded_at, open_until))
    return {monday: fold(steps) for monday, steps in found.items()}


@cache
def _steps_of_weeks() -> Select[*tuple[Any, ...]]:
    row = SheetEvent
    columns = (row.step, row.route, row.spell_id, row.version, row.recorded_at, row.open_until)
    statement = known(within_a(select(WeekSheet.monday, *columns), Enrollment, on=row), row, None)
    statement = statement.select_from(row).join(WeekSheet, WeekSheet.id == row.week_sheet_id)
    return _from_first_to_last(statement, WeekSheet).order_by(row.id)


@kept_for_now
def events_of_weeks(as_of: datetime | None) -> Select[SheetEvent, date]:
    """What happened to the sheets of enrollments, with their Mondays from `first` to `last`; for `scope.ask`."""
    statement = within_a(select(SheetEvent, WeekSheet.monday), Enrollment, on=SheetEvent)
    statement = known(statement, SheetEvent, as_of).join(WeekSheet, WeekSheet.id == SheetEvent.week_sheet_id)
    return _from_first_to_last(statement, WeekSheet).order_by(SheetEvent.id)


def _from_first_to_last(statement: S, model: Any) -> S:
    first, last = (bindparam(name, type_=Day) for name in ("first", "last"))
    return statement.where(model.monday >= first, model.monday <= last)


def rows_of_week(enrollment: Enrollment, monday: date) -> list[HoursEntry]:
    """Every row of the week ever written, replaced and removed ones too, oldest first: its history. One statement."""
    statement = within(select(HoursEntry), enrollment).where(HoursEntry.monday == monday)
    return list(session.scalars(statement.order_by(HoursEntry.id)))
