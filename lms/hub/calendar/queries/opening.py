"""What a new cohort would be: its dates from the version and, if wished, from an earlier cohort.

The outline is made of plain values, so that it can be stored, shown, compared and then opened exactly as it was shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import or_, select

from lms.hub.calendar.kinds import Push
from lms.hub.calendar.rules.cascade import Cascade, DueSlot, Grounds, Slot, cascade
from lms.hub.calendar.rules.pattern import Collision, Dated, carried, carried_day, collisions
from lms.hub.catalog.models import Course, ProgramVersion, Unit
from lms.hub.cohorts.kinds import BreakKind
from lms.hub.cohorts.meetings import Meeting, meetings_of
from lms.hub.cohorts.models import Break, Cohort, Holiday, Section, Session
from lms.hub.cohorts.rules import Days, last_day
from lms.hub.coursework.models import Activity
from lms.hub.coursework.rules import resolve_due
from lms.kernel.db import session
from lms.kernel.facts import stands
from lms.kernel.weeks import local, local_day, monday_of
from lms.people.access import Relation
from lms.people.accounts.models import Person
from lms.people.grants.models import GrantRow
from lms.people.orgs.models import Site
from lms.people.scope import policy_day, unscoped, within

STAFF = (Relation.INSTRUCTOR, Relation.ASSESSOR)
COPIED = "the earlier cohort was found in scope"


@dataclass(frozen=True, slots=True)
class WantedCohort:
    """A cohort as it is asked for. sections: (site, name). source: the earlier cohort whose dates are carried over.

    last: the last day, None for the Sunday of the last week. holidays: whether those of the sites become days without
    teaching. push: where what falls on such a day goes.
    """

    name: str
    starts_on: date
    zone: str
    sections: tuple[tuple[Site, str], ...]
    last: date | None = None
    funders: str = ""
    source: Cohort | None = None
    sessions: bool = True
    staff: bool = False
    breaks: bool = True
    holidays: bool = True
    push: Push = Push.NEXT_DAY

    def ends_on(self, weeks: int) -> date:
        """The last day."""
        return self.last or last_day(self.starts_on, weeks)


@dataclass(frozen=True, slots=True)
class BreakLine:
    """Days without teaching of the new cohort. site_id None: everywhere."""

    kind: str
    site_id: int | None
    from_day: date
    to_day: date
    name: str


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A session of the new cohort. starts_at None: it cannot be carried over (`lost` says why)."""

    unit: str
    title: str
    first_at: datetime
    starts_at: datetime | None
    ends_at: datetime | None
    zone: str
    room: str
    stations: int | None
    lost: str = ""


@dataclass(frozen=True, slots=True)
class DueLine:
    """A due date of the new cohort. section: its place in the list, None for the cohort's. first_at: before breaks."""

    activity: str
    title: str
    section: int | None
    first_at: datetime
    due_at: datetime
    zone: str


@dataclass(slots=True)
class Outline:
    """A cohort that could be opened; sessions and staff by section, in the order asked for."""

    version: ProgramVersion
    wanted: WantedCohort
    breaks: list[BreakLine] = field(default_factory=list)
    sessions: list[list[SessionLine]] = field(default_factory=list)
    dues: list[DueLine] = field(default_factory=list)
    staff: list[list[tuple[str, str, str]]] = field(default_factory=list)
    collisions: list[Collision] = field(default_factory=list)

    def stored(self) -> dict[str, Any]:
        """As the plan keeps it."""
        wanted = self.wanted
        return {
            "version": self.version.public_id,
            "source": wanted.source.public_id if wanted.source else None,
            "name": wanted.name,
            "starts_on": wanted.starts_on.isoformat(),
            "ends_on": wanted.ends_on(self.version.weeks).isoformat(),
            "last": wanted.last.isoformat() if wanted.last else None,
            "zone": wanted.zone,
            "funders": wanted.funders,
            "flags": [wanted.sessions, wanted.staff, wanted.breaks, wanted.holidays],
            "push": wanted.push.value,
            "sections": [[site.public_id, site.name, name] for site, name in wanted.sections],
            "breaks": [[b.kind, b.site_id, b.from_day.isoformat(), b.to_day.isoformat(), b.name] for b in self.breaks],
            "sessions": [[_stored(line) for line in lines] for lines in self.sessions],
            "dues": [_stored(line) for line in self.dues],
            "staff": [[list(one) for one in lines] for lines in self.staff],
            "collisions": [[c.day.isoformat(), c.holiday, c.what, c.where] for c in self.collisions],
        }


def _stored(line: SessionLine | DueLine) -> list[Any]:
    values = [getattr(line, name) for name in line.__dataclass_fields__]
    return [value.isoformat() if isinstance(value, datetime) else value for value in values]


def outline_of(version: ProgramVersion, wanted: WantedCohort) -> Outline:
    """The whole outline. At most nine queries."""
    outline = Outline(version, wanted)
    sites = {site.id: site for site, _ in wanted.sections}
    holidays = _holidays(sites, wanted.starts_on, wanted.ends_on(version.weeks))
    outline.breaks = _breaks(outline, holidays)
    sources = _source_sections(wanted)
    naive = _sessions(outline, sources)
    dues = _dues(outline)
    outline.collisions = collisions(_dated(outline, naive, dues), [(h.site_id, h.day, h.name) for h in holidays])
    _settle(outline, naive, dues)
    outline.staff = _staff(outline, sources)
    return outline


def _holidays(sites: Mapping[int, Site], first: date, last: date) -> list[Holiday]:
    if not sites:
        return []
    statement = within(select(Holiday), list(sites.values())).where(Holiday.day >= first, Holiday.day <= last)
    return list(session.scalars(statement.order_by(Holiday.day, Holiday.site_id)))


def _breaks(outline: Outline, holidays: Sequence[Holiday]) -> list[BreakLine]:
    """The earlier cohort's breaks at their place in the year; the sites' holidays on their own days."""
    wanted, found = outline.wanted, []
    first, last = wanted.starts_on, wanted.ends_on(outline.version.weeks)
    places = {site.id for site, _ in wanted.sections}
    if wanted.source and wanted.breaks:
        old, new = wanted.source.week_one_monday, monday_of(wanted.starts_on)
        statement = select(Break).where(stands(Break), ~Break.is_lifted, Break.kind == BreakKind.BREAK)
        statement = statement.where(or_(Break.site_id.is_(None), Break.site_id.in_(places)))
        for row in session.scalars(within(statement.order_by(Break.from_day), wanted.source, on=Break)):
            days = carried_day(row.from_day, old, new), carried_day(row.to_day, old, new)
            if days[1] >= monday_of(first) and days[0] <= last:
                found.append(BreakLine("break", row.site_id, max(days[0], monday_of(first)), min(days[1], last), ""))
    if wanted.holidays:
        found += [BreakLine("holiday", row.site_id, row.day, row.day, row.name) for row in holidays]
    return found


def _source_sections(wanted: WantedCohort) -> list[Section | None]:
    """Whose dates each new section takes: the first at a site those of the first there, and so on."""
    if wanted.source is None:
        return [None] * len(wanted.sections)
    rows = list(session.scalars(within(select(Section).order_by(Section.name), wanted.source)))
    free: dict[int, list[Section]] = {}
    for row in rows:
        free.setdefault(row.site_id, []).append(row)
    found: list[Section | None] = []
    for site, name in wanted.sections:
        here = free.get(site.id, [])
        same = next((row for row in here if row.name == name), here[0] if here else None)
        if same is not None:
            here.remove(same)
        found.append(same)
    return found


def _sessions(outline: Outline, sources: Sequence[Section | None]) -> list[list[SessionLine]]:
    """Each section's sessions at their place in the new year, before breaks and holidays are looked at."""
    wanted = outline.wanted
    if wanted.source is None or not wanted.sessions:
        return [[] for _ in sources]
    units = _matching_units(outline.version, wanted.source)
    by_section: dict[int, list[Meeting]] = {}
    for meeting in meetings_of([row for row in sources if row is not None]):
        by_section.setdefault(meeting.section_id, []).append(meeting)
    first, last = wanted.starts_on, wanted.ends_on(outline.version.weeks)
    found = []
    for row, (site, _) in zip(sources, wanted.sections, strict=True):
        meetings = [one for one in by_section.get(row.id, ()) if not one.is_cancelled] if row else []
        found.append([_carry(one, wanted, site.zone, units, first, last) for one in meetings])
    return found


def _carry(
    meeting: Meeting, wanted: WantedCohort, zone: str, units: Mapping[int, tuple[str, str]], first: date, last: date
) -> SessionLine:
    assert wanted.source is not None
    old, new = wanted.source.week_one_monday, monday_of(wanted.starts_on)
    wall = carried(meeting.starts_at, meeting.zone, old, new)
    starts_at = resolve_due(local_day(wall, meeting.zone), 0, _clock(meeting), zone)
    unit, title = units.get(meeting.id, ("", meeting.unit))
    lost = "" if unit else "unit"
    if not first <= local_day(starts_at, zone) <= last:
        lost = "outside"
    ends_at = starts_at + (meeting.ends_at - meeting.starts_at)
    line = SessionLine(unit, title, starts_at, starts_at, ends_at, zone, meeting.room, meeting.stations)
    return replace(line, starts_at=None, ends_at=None, lost=lost) if lost else line


def _clock(meeting: Meeting) -> time:
    return local(meeting.starts_at, meeting.zone).time()


def _matching_units(version: ProgramVersion, source: Cohort) -> dict[int, tuple[str, str]]:
    """For each session of `source`, by number: the unit of `version` with the same course and unit code."""
    of = select(Unit, Course.code).join(Course, Course.id == Unit.course_id)
    new = {
        (course, unit.code): unit for unit, course in session.execute(of.where(Course.program_version_id == version.id))
    }
    statement = (
        select(Session.id, Course.code, Unit.code)
        .join(Section, Section.id == Session.section_id)
        .join(Unit, Unit.id == Session.unit_id)
        .join(Course, Course.id == Unit.course_id)
        .where(Section.cohort_id == source.id)
    )
    rows = session.execute(unscoped(statement, COPIED))
    return {
        number: (new[course, code].public_id, new[course, code].title)
        for number, course, code in rows
        if (course, code) in new
    }


def _dues(outline: Outline) -> list[DueLine]:
    """Every activity's date from its week, weekday and time; sections in another zone have their own."""
    wanted, week_one = outline.wanted, monday_of(outline.wanted.starts_on)
    statement = select(Activity).join(Course).where(Course.program_version_id == outline.version.id, stands(Activity))
    zones: list[tuple[int | None, str]] = [(None, wanted.zone)]
    zones += [(n, site.zone) for n, (site, _) in enumerate(wanted.sections) if site.zone != wanted.zone]
    found = []
    for activity in session.scalars(
        statement.order_by(Activity.week, Activity.weekday, Activity.due_minute, Activity.id)
    ):
        wall = time(activity.due_minute // 60, activity.due_minute % 60)
        for place, zone in zones:
            at = resolve_due(week_one + timedelta(weeks=activity.week - 1), activity.weekday, wall, zone)
            found.append(DueLine(activity.public_id, activity.title, place, at, at, zone))
    return found


def _dated(outline: Outline, sessions: Sequence[Sequence[SessionLine]], dues: Sequence[DueLine]) -> list[Dated]:
    wanted, found = outline.wanted, []
    for (site, name), lines in zip(wanted.sections, sessions, strict=True):
        found += [Dated(local_day(one.first_at, one.zone), one.title, name, site.id) for one in lines if not one.lost]
    for due in dues:
        if due.section is None:
            found.append(Dated(local_day(due.first_at, due.zone), due.title, "", None))
    return found


def _settle(outline: Outline, sessions: list[list[SessionLine]], dues: list[DueLine]) -> None:
    """Move what falls on days without teaching, all breaks at once."""
    wanted = outline.wanted
    closed: dict[str | None, list[Days]] = {
        None: [Days(b.from_day, b.to_day) for b in outline.breaks if b.site_id is None]
    }
    for number, (site, _) in enumerate(wanted.sections):
        here = [b for b in outline.breaks if b.site_id in (None, site.id)]
        closed[str(number)] = [Days(b.from_day, b.to_day) for b in here]
    grounds = Grounds(closed, closed, wanted.push, wanted.ends_on(outline.version.weeks))
    slots = [
        Slot(f"{place}.{n}", str(place), line.starts_at, line.ends_at, line.zone)
        for place, lines in enumerate(sessions)
        for n, line in enumerate(lines)
        if line.starts_at and line.ends_at
    ]
    found = cascade(slots, _due_slots(outline, dues), grounds)
    outline.sessions = _settled_sessions(sessions, found)
    outline.dues = _settled_dues(outline, dues, found)


def _due_slots(outline: Outline, dues: Sequence[DueLine]) -> list[DueSlot]:
    own = {(due.activity, due.section) for due in dues}
    found = [DueSlot(d.activity, None if d.section is None else str(d.section), d.due_at, d.zone) for d in dues]
    for due in dues:
        if due.section is None:
            found += [
                DueSlot(due.activity, str(n), due.due_at, site.zone, is_own=False)
                for n, (site, _) in enumerate(outline.wanted.sections)
                if (due.activity, n) not in own
            ]
    return found


def _settled_sessions(sessions: list[list[SessionLine]], found: Cascade) -> list[list[SessionLine]]:
    to = {move.slot.key: move.to for move in found.sessions}
    settled = []
    for place, lines in enumerate(sessions):
        row = []
        for n, line in enumerate(lines):
            key = f"{place}.{n}"
            if key in to:
                moved = to[key]
                line = replace(line, starts_at=moved[0], ends_at=moved[1]) if moved else _gone(line)
            row.append(line)
        settled.append(row)
    return settled


def _gone(line: SessionLine) -> SessionLine:
    return replace(line, starts_at=None, ends_at=None, lost="closed")


def _settled_dues(outline: Outline, dues: Sequence[DueLine], found: Cascade) -> list[DueLine]:
    to = {(move.slot.activity, move.slot.section): move.to for move in found.dues}
    settled = [replace(d, due_at=to.pop((d.activity, _key(d.section)), d.due_at)) for d in dues]
    titles = {due.activity: due for due in dues if due.section is None}
    for (activity, section), at in to.items():  # a section that follows the cohort, at a site with a day off
        if section is not None:
            base = titles[activity]
            zone = outline.wanted.sections[int(section)][0].zone
            settled.append(DueLine(activity, base.title, int(section), base.first_at, at, zone))
    return settled


def _key(section: int | None) -> str | None:
    return None if section is None else str(section)


def _staff(outline: Outline, sources: Sequence[Section | None]) -> list[list[tuple[str, str, str]]]:
    """Who teaches the earlier sections without an end: (person, name, relation)."""
    if not outline.wanted.staff:
        return [[] for _ in sources]
    numbers = [row.id for row in sources if row is not None]
    statement = (
        select(GrantRow.place_id, Person.public_id, Person.name, GrantRow.relation)
        .join(Person, Person.id == GrantRow.person_id)
        .where(GrantRow.relation.in_(STAFF), GrantRow.place_id.in_(numbers), GrantRow.to_day.is_(None))
        .where(GrantRow.from_day <= policy_day(), Person.is_active)
        .order_by(Person.name, GrantRow.id)
    )
    found: dict[int, list[tuple[str, str, str]]] = {}
    for number, public_id, name, relation in session.execute(unscoped(statement, COPIED)):
        found.setdefault(number, []).append((public_id, name, relation.value))
    return [found.get(row.id, []) if row else [] for row in sources]
