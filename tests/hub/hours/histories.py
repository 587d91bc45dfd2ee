"""Random histories of Ada's hours, played through the real commands: what people log, change, hand in and decide.

A step that the rules refuse changes nothing, as in life. The clock starts in the week of the autumn clock change and
may leap to that of spring.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

from hypothesis import strategies as st

from lms.hub.catalog.kinds import Kind
from lms.hub.catalog.models import Unit
from lms.hub.cohorts.kinds import Presence
from lms.hub.cohorts.models import Section, Session
from lms.hub.cohorts.times import When, add_sessions
from lms.hub.enrollment.models import Enrollment
from lms.hub.enrollment.services import place
from lms.hub.hours.models import Adjustment, HoursEntry, SheetPart
from lms.hub.hours.rules.sheet import ZeroReason
from lms.hub.hours.services.attendance import Line, take_attendance
from lms.hub.hours.services.decisions import approve_part, return_part, witness
from lms.hub.hours.services.entries import (
    Cell,
    ClockHours,
    Hours,
    TimerHours,
    change_entry,
    log_by_clock,
    log_hours,
    log_timer,
    remove_entry,
    restore_entry,
    save_week,
)
from lms.hub.hours.services.office import Correction, confirm_adjustment, propose_adjustment, reopen_week
from lms.hub.hours.services.sheets import submit_sheet
from lms.kernel.db import session, transaction
from lms.kernel.errors import Conflict, NotAllowed, RuleBroken
from lms.kernel.weeks import clock_time, local_day, monday_of
from lms.people.access import SYSTEM
from lms.people.orgs.models import Site, SiteKind
from tests.hub.hours.weeks import at
from tests.support.web import World

BEGINS = datetime(2026, 10, 30, 15, tzinfo=UTC)
SPRING = datetime(2027, 3, 12, 15, tzinfo=UTC)
LOWELL = "America/New_York"
KINDS = (Kind.LECTURE_ONLINE, Kind.SELF_STUDY, Kind.CAPSTONE_ONSITE, Kind.MENTORING, Kind.OTHER)
UNITS = ("PC-1", "MS-1", "CAP-1", None)
DOES = (
    "log", "log", "log", "clock", "clock", "timer", "change", "change", "remove", "restore", "cell", "hand in",
    "hand in", "approve", "approve", "return", "reopen", "adjust", "witness", "attend", "move", "wait", "leap",
)  # fmt: skip
STEPS = st.tuples(st.sampled_from(DOES), st.lists(st.integers(0, 10_000), min_size=6, max_size=6))
OPENING = [  # so that every history has an approved week with hours that somebody saw
    ("log", [8, 120, 0, 1, 0, 0]),
    ("attend", [8, 0, 2, 0, 0, 0]),
    ("log", [9, 200, 0, 2, 0, 0]),
    ("hand in", [1, 0, 0, 0, 0, 0]),
    ("approve", [0, 0, 0, 0, 0, 0]),
]
HISTORIES = st.lists(STEPS, min_size=12, max_size=30).map(lambda steps: [*OPENING, *steps])


class Player:
    """Plays one history on the cast's database. done: how many steps were accepted, by what they do."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.now = BEGINS
        self.done: list[str] = []
        self.removed: list[tuple[HoursEntry, HoursEntry]] = []
        self.units = {code: world.one(Unit, code=code).public_id for code in UNITS if code}
        with transaction():
            self.sections = [world.one(Section, name="Lowell"), *(self._section(zone) for zone in ELSEWHERE)]

    def _section(self, zone: str) -> Section:
        cohort_id = self.world.enrollment("Ada").cohort_id
        site = Site(name=f"In {zone}", kind=SiteKind.COLLEGE, city="Anywhere", state="OH", zone=zone)
        session.add(site)
        session.flush()
        section = Section(cohort_id=cohort_id, site_id=site.id, name=f"In {zone}")
        session.add(section)
        session.flush()
        return section

    @property
    def enrollment(self) -> Enrollment:
        return self.world.enrollment("Ada")

    @property
    def today(self) -> date:
        return local_day(self.now, LOWELL)

    @property
    def mondays(self) -> list[date]:
        """This week's and the two before."""
        return [monday_of(self.today) - timedelta(weeks=n) for n in range(3)]

    def play(self, step: tuple[str, list[int]]) -> bool:
        """Whether the step was accepted. Each happens a minute or more after the one before."""
        does, dice = step
        self.now += timedelta(minutes=1)
        with at(self.now):
            try:
                with transaction():
                    getattr(self, "_" + does.replace(" ", "_"))(*dice)
            except (RuleBroken, Conflict, NotAllowed, Skipped):
                return False
        self.done.append(does)
        return True

    def _day(self, die: int) -> date:
        return self.today - timedelta(days=die % 15)

    def _hours(self, day: int, minutes: int, what: int, words: int) -> Hours:
        unit = UNITS[what % len(UNITS)]
        said = f"What I did on this day, number {words % 5}" if words % 7 else ""
        kind = None if unit else KINDS[words % len(KINDS)]
        return Hours(
            day=self._day(day),
            minutes=minutes % 400,
            unit=self.units[unit] if unit else None,
            kind=kind,
            comment=said,
        )

    def _log(self, a: int, b: int, c: int, d: int, *_: int) -> None:
        log_hours(self.world.actor("Ada"), self.enrollment, self._hours(a, b, c, d), str(uuid4()))

    def _clock(self, a: int, b: int, c: int, d: int, e: int, f: int) -> None:
        hours = ClockHours(
            day=self._day(a),
            start=time(b % 24, 15 * (c % 4)),
            end=time(d % 24, 15 * (e % 4)),
            kind=KINDS[f % len(KINDS)],
            comment=f"By the clock, number {f % 6}",
            second_start=bool(b % 2),
            second_end=bool(d % 2),
        )
        log_by_clock(self.world.actor("Ada"), self.enrollment, hours, str(uuid4()))

    def _timer(self, a: int, b: int, c: int, *_: int) -> None:
        started = self.now - timedelta(minutes=1 + a * 7 % (8 * 24 * 60))
        hours = TimerHours(
            started_at=started,
            stopped_at=min(started + timedelta(minutes=b % 300), self.now),
            kind=KINDS[c % len(KINDS)],
            comment=f"With the timer, number {c % 6}",
        )
        log_timer(self.world.actor("Ada"), self.enrollment, hours, str(uuid4()))

    def _pick(self, die: int) -> HoursEntry:
        return _one(self.entries(), die)

    def entries(self) -> list[HoursEntry]:
        """What stands, read without any of the product's own queries."""
        rows = self.world.all(HoursEntry)
        replaced = {row.supersedes_id for row in rows}
        return [row for row in rows if row.id not in replaced and not row.is_removal]

    def _change(self, a: int, b: int, c: int, d: int, e: int, *_: int) -> None:
        entry = self._pick(a)
        change_entry(self.world.actor("Ada"), entry, self._hours(b, c, d, e), str(uuid4()))

    def _remove(self, a: int, *_: int) -> None:
        entry = self._pick(a)
        self.removed.append((remove_entry(self.world.actor("Ada"), entry), entry))

    def _restore(self, a: int, *_: int) -> None:
        removal, entry = _one(self.removed, a)
        restore_entry(self.world.actor("Ada"), removal, entry)

    def _cell(self, a: int, b: int, c: int, d: int, *_: int) -> None:
        day, code = self._day(a), ("PC-1", "MS-1")[b % 2]
        number = self.world.one(Unit, code=code).id
        stands = sum(entry.minutes for entry in self.entries() if (entry.day, entry.unit_id) == (day, number))
        cell = Cell(day, self.units[code], c % 300, stands if d % 5 else 0, f"From the grid, number {d % 6}")
        save_week(self.world.actor("Ada"), self.enrollment, [cell])

    def _hand_in(self, a: int, *_: int) -> None:
        monday = self.mondays[a % 3]
        is_empty = not [entry for entry in self.entries() if entry.monday == monday]
        submit_sheet(self.world.actor("Ada"), self.enrollment, monday, ZeroReason.ILL if is_empty else None)

    def _part(self, die: int) -> SheetPart:
        return _one([part for part in self.world.all(SheetPart) if part.state == "submitted"], die)

    def _approve(self, a: int, b: int, *_: int) -> None:
        part = self._part(a)
        approve_part(
            self.world.actor("Sam" if part.spell_id and b % 2 else "Ben"), part, note="Looked at." if b else ""
        )

    def _return(self, a: int, *_: int) -> None:
        return_part(self.world.actor("Cleo"), self._part(a), "Please look at Tuesday again")

    def _reopen(self, a: int, *_: int) -> None:
        reopen_week(self.world.actor("Cleo"), self.enrollment, self.mondays[a % 3], "The lab list was late")

    def _adjust(self, a: int, b: int, c: int, *_: int) -> None:
        correction = Correction(
            day=self.mondays[a % 3] + timedelta(days=b % 7), minutes=c % 300 - 150, kind=KINDS[b % len(KINDS)]
        )
        proposal = propose_adjustment(self.world.actor("Cleo"), self.enrollment, correction, "As the list says")
        confirm_adjustment(self.world.actor("Ben"), proposal)

    def _witness(self, a: int, b: int, *_: int) -> None:
        entry = self._pick(a)
        whole_kind = None if b % 2 else entry
        witness(self.world.actor("Ben"), self.enrollment, entry.monday, entry.kind, whole_kind)

    def _attend(self, a: int, b: int, c: int, *_: int) -> None:
        day, presence = self._day(a), list(Presence)[b % len(Presence)]
        start = clock_time(day, time(8 + c % 8), LOWELL).instant
        sessions = self.world.all(Session)
        if sessions and c % 2:
            meeting = _one(sessions, a)
        else:
            when = When(start, start + timedelta(hours=2), LOWELL)
            (meeting,) = add_sessions(self.sections[0], [(self.world.one(Unit, code="ROB-1"), when)])
        absent = presence in (Presence.ABSENT, Presence.EXCUSED)
        line = Line(self.enrollment, presence, None if absent else 15 + c % 100)
        take_attendance(self.world.actor("Ben"), meeting, [line])

    def _move(self, a: int, *_: int) -> None:
        place(SYSTEM, self.enrollment, _one(self.sections, a), self.today)

    def _wait(self, a: int, *_: int) -> None:
        self.now += timedelta(minutes=a % (60 * 60))

    def _leap(self, a: int, *_: int) -> None:
        if self.now < SPRING and a % 4 == 0:
            self.now = SPRING

    def ledger(self) -> int:
        """What every sum has to be: the entries that stand and the adjustments."""
        rows = self.world.all(Adjustment)
        replaced = {row.supersedes_id for row in rows}
        adjusted = sum(row.minutes for row in rows if row.id not in replaced)
        return sum(entry.minutes for entry in self.entries()) + adjusted


ELSEWHERE = ("America/Chicago", "America/Phoenix")


class Skipped(Exception):
    """There is nothing to do this to."""


def _one(rows: Sequence[Any], die: int) -> Any:
    if not rows:
        raise Skipped
    return rows[die % len(rows)]
