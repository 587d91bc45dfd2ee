"""A file of minutes that a simulator or lecture system measured becomes read-only hours of evidence level 1 (H23).

All rows or none. The same file again changes nothing; another number for the same student, item and day replaces what
the file of before entered, 0 takes it away. What a student logged is never touched.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import select

from lms.hub.catalog.kinds import ItemKind, Kind
from lms.hub.catalog.models import ContentItem, Unit
from lms.hub.cohorts.models import Cohort
from lms.hub.content.models import ContentMinutes
from lms.hub.enrollment.models import Enrollment, PlanUnit
from lms.hub.enrollment.queries import Member, grouped, roster, standing
from lms.hub.hours.models import HoursEntry
from lms.hub.hours.rules.entry import MOST_MINUTES, Draft, Evidence, Source, entry_problems
from lms.hub.hours.rules.sheet import Sheet, State
from lms.hub.hours.services.desk import EARLIEST, Desk, around_of
from lms.hub.roster.models.imports import StudentNumber
from lms.kernel.db import session
from lms.kernel.errors import RuleBroken, raise_all
from lms.kernel.facts import stands
from lms.kernel.tabular import Column, Line, read_csv
from lms.kernel.text import N_
from lms.kernel.weeks import monday_of
from lms.people.access import Action, Actor
from lms.people.commands import command
from lms.people.scope import policy_day, unscoped, within

SOURCES = (Source.SIMULATION, Source.LMS)
KINDS = {
    ItemKind.SIMULATION: Kind.SIMULATION,
    ItemKind.LECTURE: Kind.LECTURE_ONLINE,
    ItemKind.VIDEO: Kind.LECTURE_ONLINE,
}
ROWS_MOST = 2_000


def _minutes(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text[:9]) <= MOST_MINUTES):
        raise RuleBroken(N_("enter a whole number from %(least)s to %(most)s."), least=0, most=MOST_MINUTES)
    return int(text)


COLUMNS = (
    Column("student", str.strip),
    Column("item", str.strip),
    Column("minutes", _minutes),
    Column("day", date.fromisoformat),
)


@dataclass(frozen=True, slots=True)
class Target:
    """What a row names: a unit, or one item in it."""

    unit_id: int
    item_id: int | None
    kind: Kind
    title: str


@dataclass(frozen=True, slots=True)
class Measured:
    """One row of the file, and what it comes to. before: minutes of the row that it replaces; None: there is none."""

    row: int
    enrollment: Enrollment
    name: str
    target: Target
    day: date
    minutes: int
    before: int | None

    @property
    def is_change(self) -> bool:
        """Whether anything is written for it."""
        return self.minutes != (self.before or 0)


def look_at_minutes(actor: Actor, cohort: Cohort, source: Source, data: bytes) -> list[Measured]:
    """What the file would do; everything is tried and nothing stays. Raises RuleBroken with every fault by row."""
    return import_minutes(actor, cohort, source, data, is_dry=True)


@command(Action.MINUTES_IMPORT)
def import_minutes(
    actor: Actor, cohort: Cohort, source: Source, data: bytes, *, is_dry: bool = False
) -> list[Measured]:
    """Enter the minutes of the file for students of the cohort whom `actor` may enter them for.

    is_dry: try it and leave nothing. Raises RuleBroken with every fault by row; then nothing is entered.
    """
    if source not in SOURCES:
        raise RuleBroken(N_("Choose where the minutes come from."), field="source")
    trial = session.begin_nested()
    measured = _enter_all(actor, cohort, source, read_csv(data, COLUMNS, ROWS_MOST))
    if is_dry:
        trial.rollback()
    else:
        trial.commit()
    return measured


def _enter_all(actor: Actor, cohort: Cohort, source: Source, lines: Sequence[Line]) -> list[Measured]:
    members = {m.enrollment.id: m for m in roster(actor, cohort, policy_day(), Action.MINUTES_IMPORT)}
    names, targets = _names(list(members.values())), _targets([m.enrollment for m in members.values()])
    faults: list[RuleBroken] = []
    wanted: dict[int, list[tuple[Line, Target]]] = defaultdict(list)
    for line in lines:
        number = names.get(str(line.values["student"]).lower())
        target = targets.get(number or 0, {}).get(str(line.values["item"]).lower())
        if number is None:
            faults.append(_fault(line, "student", RuleBroken(N_("nobody here has this student number or address."))))
        elif target is None:
            faults.append(_fault(line, "item", RuleBroken(N_("the student's plan has no such item or unit."))))
        else:
            wanted[number].append((line, target))
    if not wanted:
        raise_all(faults)
        return []
    named = [members[number].enrollment for number in wanted]
    days = [line.values["day"] for rows in wanted.values() for line, _ in rows]
    around = around_of(named, _sensible(min(days)), _sensible(max(days)))  # locks, so what follows stands still
    before = grouped(standing(ContentMinutes, named))
    entering = Entering(source, faults)
    for number, rows in wanted.items():
        desk = Desk(members[number].enrollment, *(line.values["day"] for line, _ in rows), around=around[number])
        _enter(desk, members[number], rows, entering, before.get(number, ()))
    raise_all(faults)
    keep_traces(entering)
    return sorted(entering.made, key=lambda one: one.row)


def _sensible(day: date) -> date:
    """A day that a database can count on from; others are refused row by row."""
    return max(EARLIEST, min(day, policy_day() + timedelta(days=1)))


@dataclass(slots=True)
class Entering:
    """A file while it is entered: what is wrong, what was looked at, and the entries that its traces will name."""

    source: Source
    faults: list[RuleBroken]
    made: list[Measured] = field(default_factory=list)
    entries: list[tuple[Measured, HoursEntry, ContentMinutes | None]] = field(default_factory=list)


def keep_traces(entering: Entering) -> None:
    """All entries in one statement, then all traces."""
    session.flush()
    session.add_all(
        ContentMinutes(
            enrollment_id=one.enrollment.id,
            unit_id=one.target.unit_id,
            item_id=one.target.item_id,
            source=entering.source,
            day=one.day,
            minutes=one.minutes,
            hours_entry_id=row.id,
            supersedes_id=old.id if old else None,
        )
        for one, row, old in entering.entries
    )
    session.flush()


def _names(members: Sequence[Member]) -> dict[str, int]:
    """Enrollments by what a file may call their student: the school's number there, or the address."""
    people = {member.person.id: member for member in members}
    numbers = select(StudentNumber).where(StudentNumber.person_id.in_(people))
    found = {member.person.email.lower(): member.enrollment.id for member in members}
    for row in session.scalars(unscoped(numbers, "numbers of a roster that was found in scope")):
        member = people[row.person_id]
        if member.site is not None and member.site.id == row.site_id:
            found[row.code.lower()] = member.enrollment.id
    return found


def _targets(enrollments: Sequence[Enrollment]) -> dict[int, dict[str, Target]]:
    """Units by code and items by title, lower case, of each student's plan. One query."""
    statement = (
        select(PlanUnit.enrollment_id, Unit, ContentItem)
        .join(Unit, Unit.course_id == PlanUnit.course_id)
        .outerjoin(ContentItem, ContentItem.unit_id == Unit.id)
        .where(stands(PlanUnit), ~PlanUnit.is_dropped)
    )
    found: dict[int, dict[str, Target]] = defaultdict(dict)
    if not enrollments:
        return found
    for number, unit, item in session.execute(within(statement, enrollments, on=PlanUnit)):
        found[number][unit.code.lower()] = Target(unit.id, None, unit.kind, unit.title)
        if item is not None:
            found[number][item.title.lower()] = Target(unit.id, item.id, KINDS.get(item.kind, unit.kind), item.title)
    return found


def _enter(
    desk: Desk,
    member: Member,
    rows: Sequence[tuple[Line, Target]],
    entering: Entering,
    before: Sequence[ContentMinutes],
) -> None:
    held = {(one.unit_id, one.item_id, one.day): one for one in before if one.source is entering.source}
    seen: dict[tuple[int, int | None, date], int] = {}
    for line, target in rows:
        key = (target.unit_id, target.item_id, line.values["day"])
        old = held.get(key)
        minutes, before_it = line.values["minutes"], old.minutes if old else None
        one = Measured(line.number, member.enrollment, member.person.name, target, key[2], minutes, before_it)
        try:
            if key in seen:
                raise RuleBroken(N_("the same student, item and day stand in row %(row)s."), row=seen[key])
            seen[key] = line.number
            if one.is_change:
                entering.entries.append((one, enter_measured(desk, one, entering.source, old), old))
            entering.made.append(one)
        except RuleBroken as broken:
            entering.faults += [_fault(line, "minutes", each) for each in (broken, *broken.also)]


def enter_measured(desk: Desk, one: Measured, source: Source, old: ContentMinutes | None) -> HoursEntry:
    """The hours entry; only one that such minutes made is ever replaced. Raises RuleBroken."""
    sheet = desk.sheets.get(monday_of(one.day), Sheet())
    if sheet.parts.get(desk.key(one.target.kind, one.day)) is State.APPROVED:
        raise RuleBroken(N_("this part of the week is approved; post an adjustment of the week instead."))
    entry = next((e for e in desk.own_entries() if old is not None and e.id == old.hours_entry_id), None)
    return _replace(desk, one, source, entry)


def _replace(desk: Desk, one: Measured, source: Source, entry: HoursEntry | None) -> HoursEntry:
    if one.minutes == 0 and entry is not None:
        return desk.take_away(entry)
    spell = desk.situation.spell_on(one.day)
    draft = Draft(
        one.day, one.minutes, one.target.kind, desk.situation.zone, one.target.unit_id,
        bool(spell and spell.pays_release_time),
    )  # fmt: skip
    first, last = desk.situation.first or date.max, desk.situation.last
    raise_all(entry_problems(draft, desk.but(entry), today=desk.today, first=first, last=last))
    return desk.add(draft, source, entry, evidence_level=int(Evidence.SYSTEM_TRACE))


def _fault(line: Line, column: str, broken: RuleBroken) -> RuleBroken:
    message = N_("Row %(row)s, column %(column)s: %(problem)s")
    return RuleBroken(message, field="file", row=line.number, column=column, problem=broken.sentence)


def counts(measured: Sequence[Measured]) -> Mapping[str, int]:
    """How many rows are new, replace minutes, or change nothing."""
    return {
        "new": sum(one.is_change and one.before is None for one in measured),
        "replaced": sum(one.is_change and one.before is not None for one in measured),
        "same": sum(not one.is_change for one in measured),
    }
