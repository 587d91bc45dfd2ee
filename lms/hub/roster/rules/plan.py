"""What a roster changes: joins, changes field by field, leavers. Pure.

Blank means leave as is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from lms.hub.enrollment.kinds import Status
from lms.hub.enrollment.rules import ENDED
from lms.hub.roster.kinds import PlanKind
from lms.hub.roster.rules.columns import FORWARD
from lms.hub.roster.rules.desk import Desk, Who, offset_of, own_day
from lms.hub.roster.rules.objections import objections
from lms.hub.roster.rules.reading import Fault, Row
from lms.hub.roster.rules.state import Before, Member, key_of


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one person: what stands, empty for a join, and what the file says."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Line:
    """What becomes of one person. number: the file's row, 0 for a leaver."""

    number: int
    kind: PlanKind
    name: str
    person_id: int | None = None
    enrollment_id: int | None = None
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """The lines in the file's order, leavers last; faults by row; how many stay as they are."""

    lines: tuple[Line, ...]
    faults: tuple[Fault, ...]
    unchanged: int

    def count(self, kind: PlanKind) -> int:
        """How many lines of one kind; faults by the rows they are in."""
        if kind is PlanKind.FAULT:
            return len({fault.row for fault in self.faults})
        return sum(line.kind is kind for line in self.lines)


def make_plan(rows: Sequence[Row], before: Before, faults: Sequence[Fault] = ()) -> Plan:
    """The plan. faults: of the file itself; a row with one is looked at as far as it goes, and changes nothing."""
    desk = Desk(before)
    lines: list[Line] = []
    all_faults = list(faults)
    faulty = {fault.row for fault in faults}
    unchanged = 0
    seen: dict[int, int] = {}
    for row in rows:
        who = desk.who(row)
        found = list(objections(desk, row, who, seen))
        all_faults += found
        if found or row.number in faulty:
            continue
        line = _line(desk, row, who)
        if line is None:
            unchanged += 1
        else:
            lines.append(line)
    lines += _leavers(desk, seen)
    return Plan(tuple(lines), tuple(sorted(all_faults, key=lambda fault: fault.row)), unchanged)


def _line(desk: Desk, row: Row, who: Who) -> Line | None:
    """What a sound row changes; None for nothing."""
    held = _held(desk, row, who)
    wanted = _wanted(desk, row, who)
    changes = [Change(name, held.get(name, ""), new) for name, new in wanted.items() if new != held.get(name, "")]
    person = who.person if isinstance(who, Member) else who
    joins = not isinstance(who, Member) or who.is_taken_back
    if not changes and not joins:
        return None
    return Line(
        number=row.number,
        kind=PlanKind.JOIN if joins else PlanKind.CHANGE,
        name=(person.name if person else "") or row.get("name"),
        person_id=person.person_id if person else None,
        enrollment_id=who.enrollment_id if isinstance(who, Member) else None,
        changes=tuple(changes),
    )


def _leavers(desk: Desk, seen: Mapping[int, int]) -> list[Line]:
    """Who is in the cohort, here, still on the way, and in no row."""
    return [
        Line(0, PlanKind.LEAVER, member.person.name, member.person.person_id, member.enrollment_id)
        for member in desk.before.members
        if member.person.person_id not in seen and member.status not in ENDED and not member.is_elsewhere
    ]


def _wanted(desk: Desk, row: Row, who: Who) -> dict[str, str]:
    """What the row says, in the spelling of what stands."""
    said = {name: text for name, text in row.values.items() if name not in ("site", "section", "firm")}
    if section := desk.section_of(row):
        said["section"] = section
    if firm := desk.firms.get(key_of(row.get("firm"))):
        said["firm"] = firm
    if day := row.get("start_date"):
        said["start_date"] = own_day(desk.before, offset_of(desk.before, date.fromisoformat(day)))
    if isinstance(who, Member) and not who.is_taken_back and not _is_ahead(said.get("status", ""), who.status):
        said.pop("status", None)
    return said


def _is_ahead(wanted: str, status: Status | None) -> bool:
    """Whether a file's status is further on the way in. A file sends nobody back: an earlier one is left as is."""
    if not wanted or status not in FORWARD:
        return False
    return FORWARD.index(Status(wanted)) > FORWARD.index(status)


def _held(desk: Desk, row: Row, who: Who) -> dict[str, str]:
    """What stands, as a row would say it."""
    person = who.person if isinstance(who, Member) else who
    if person is None:
        return {}
    number = person.numbers.get(key_of(desk.site_of(row)), "")
    held = {"name": person.name, "email": person.email, "external_id": number}
    if not isinstance(who, Member):
        return held
    return held | {
        "section": who.section,
        "firm": who.firm,
        "supervisor_email": who.supervisor_email,
        "shift": who.shift,
        "start_date": own_day(desk.before, who.offset_weeks),
        "status": who.status.value if who.status else "",
    }
