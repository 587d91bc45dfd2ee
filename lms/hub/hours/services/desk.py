"""What every command on a student's entries does first: lock, read what stands, check, and only then write.

The lock is the row of the person, since a day's minutes and overlaps count over all of a person's enrollments (H3, H7).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from enum import Enum
from functools import cache, cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, Select, and_, bindparam, select, union

from lms.hub.catalog.kinds import Kind
from lms.hub.enrollment.models import Enrollment
from lms.hub.hours.models import HoursEntry, SheetEvent, Timer, WeekSheet
from lms.hub.hours.queries.plan import PlannedUnit, units_of
from lms.hub.hours.queries.situation import situation_of, situations_of
from lms.hub.hours.queries.weeks import events_of_weeks, sheets_of
from lms.hub.hours.rules.entry import Draft, Source, entry_problems
from lms.hub.hours.rules.sheet import PartKey, Sheet, check_lag, check_writable, fold, lag_days, part_of
from lms.kernel import prose
from lms.kernel.acting import acting_at
from lms.kernel.columns import Day, canonical
from lms.kernel.db import as_read, db, session
from lms.kernel.errors import Conflict, RuleBroken, raise_all
from lms.kernel.facts import stands
from lms.kernel.text import N_
from lms.kernel.weeks import local_day, monday_of
from lms.people.accounts.models import Person
from lms.people.scope import ask, plain, unscoped

EARLIEST = date(2000, 1, 1)
COMMENT_MOST = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class What:
    """What was done. unit: public id of a unit in the plan; kind: of the unit if None, and needed without a unit.

    paid_by_firm: None takes what the employment agreed on (decision 7).
    """

    unit: str | None = None
    kind: Kind | None = None
    paid_by_firm: bool | None = None
    comment: str = ""


def fingerprint(what: What) -> str:
    """SHA-256, in hex, of everything that was sent: tells a retry from another entry under the same key (H8)."""
    sent = {field.name: getattr(what, field.name) for field in fields(what)}
    plain = {name: _plain(value) for name, value in sent.items()}
    return hashlib.sha256(canonical({"form": type(what).__name__, **plain}).encode()).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, Enum):
        return value.value
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def lock(*person_ids: int) -> None:
    """Let nobody else write hours of these people until the transaction ends. SQLite has one writer anyway."""
    if db.engine.dialect.name == "sqlite":
        return
    statement = select(Person.id).where(Person.id.in_(person_ids)).order_by(Person.id)
    session.execute(unscoped(statement.with_for_update(key_share=True), "the lock of a person's hours")).all()


def enrollment_of(row: HoursEntry | WeekSheet | Timer) -> Enrollment:
    """The enrollment that a row which was found hangs from."""
    statement = select(Enrollment).where(Enrollment.id == row.enrollment_id)
    return session.scalars(unscoped(statement, "the enrollment of a row that was found")).one()


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around some days for one student: entries of all their enrollments, and the sheets of this one."""

    entries: tuple[HoursEntry, ...]
    sheets: dict[date, Sheet]


def around_of(enrollments: Sequence[Enrollment], first: date, last: date) -> dict[int, Around]:
    """The same for many students from `first` to `last`, locked, by the enrollment's row number. Five statements."""
    people = {one.person_id for one in enrollments}
    lock(*people)
    situations_of(enrollments)  # kept for the desks
    around = first - timedelta(days=1), last + timedelta(days=1)
    statement = select(HoursEntry, Enrollment.person_id).join(Enrollment, Enrollment.id == HoursEntry.enrollment_id)
    statement = statement.where(Enrollment.person_id.in_(people), HoursEntry.day.between(*around))
    statement = statement.where(HoursEntry.is_removal.is_(False), stands(HoursEntry)).order_by(HoursEntry.id)
    entries: dict[int, list[HoursEntry]] = {}
    for entry, person_id in session.execute(unscoped(statement, "people's days, over all enrollments (H3, H7)")):
        entries.setdefault(person_id, []).append(entry)
    events: dict[int, dict[date, list[SheetEvent]]] = {}
    mondays = {"first": monday_of(around[0]), "last": monday_of(around[1])}
    for event, monday in ask(events_of_weeks(None), enrollments, **mondays):
        events.setdefault(event.enrollment_id, {}).setdefault(monday, []).append(event)
    return {
        one.id: Around(
            tuple(entries.get(one.person_id, ())),
            {monday: fold(found) for monday, found in events.get(one.id, {}).items()},
        )
        for one in enrollments
    }


class Desk:
    """One student's hours around some days, locked, as they stand at this instant. Six statements.

    entries: what stands of the person in all enrollments, each as a row or as an `HoursEntry`; `own_entries` gives
    those that may be written. key: the client key of what is to be written, so that `sent_before` need not ask again.
    around: read and locked by `around_of` for many students at once; then it costs none.
    """

    def __init__(
        self, enrollment: Enrollment, *days: date, key: str | None = None, around: "Around | None" = None
    ) -> None:
        if around is None:
            lock(enrollment.person_id)
        if key is not None:
            check_key(key)
        self.enrollment = enrollment
        self.now = acting_at()
        self.situation = situation_of(enrollment)
        self.today = local_day(self.now, self.situation.zone)
        known_days = [max(EARLIEST, min(day, self.today + timedelta(days=1))) for day in days]
        self.first, self.last = min(known_days) - timedelta(days=1), max(known_days) + timedelta(days=1)
        if around is not None:
            self.entries: list[Any] = list(around.entries)
            self._sent: list[Any] = []
            self.sheets = dict(around.sheets)
            return
        self.entries, self._sent = self._read_entries([] if key is None else [key, later_key(key)])
        self.sheets = sheets_of(enrollment, monday_of(self.first), monday_of(self.last))

    @cached_property
    def units(self) -> dict[str, PlannedUnit]:
        """The units of the plan by public id."""
        return {unit.public_id: unit for unit in units_of(self.enrollment)}

    def _read_entries(self, keys: list[str]) -> tuple[list[Any], list[Any]]:
        """What stands around the days, and what was ever written with one of `keys`."""
        given = {"enrollment_id": self.enrollment.id, "person_id": self.enrollment.person_id, "keys": keys}
        rows = plain(_entries_around(), **given, first=self.first, last=self.last)
        mine = [row for row in rows if row.enrollment_id == self.enrollment.id]
        return [row for row in rows if row.counts], [row for row in mine if row.client_key in keys]

    def sent_before(self, body: str) -> list[HoursEntry]:
        """What an earlier sending of the same made; empty if this is the first. Raises RuleBroken for another body."""
        if any(entry.body_sha256 != body for entry in self._sent):
            raise RuleBroken(
                N_("This was sent before with other values. Reload the page and enter it again."), field="client_key"
            )
        return [_written(row) for row in self._sent]

    def unit(self, public_id: str | None) -> PlannedUnit | None:
        """The unit of the plan. Raises RuleBroken for any other."""
        if public_id is None:
            return None
        if public_id not in self.units:
            raise RuleBroken(N_("This unit is not in your plan. Choose one from the list."), field="unit")
        return self.units[public_id]

    def draft(self, day: date, minutes: int, what: What, like: HoursEntry | None = None) -> Draft:
        """What is to be logged, with the defaults filled in. like: what it replaces, whose zone stays (P8)."""
        unit = self.unit(what.unit)
        kind = what.kind or (unit.kind if unit else None)
        if kind is None:
            raise RuleBroken(N_("Choose a unit, or say what kind of work it was."), field="unit")
        if len(what.comment) > COMMENT_MOST:
            raise RuleBroken(N_("A comment has at most %(most)s characters."), field="comment", most=COMMENT_MOST)
        spell = self.situation.spell_on(day)
        paid = what.paid_by_firm
        if paid is None:
            paid = like.paid_by_firm if like else bool(spell and spell.pays_release_time)
        zone = like.zone if like else self.situation.zone
        return Draft(day, minutes, kind, zone, unit.id if unit else None, paid)

    def key(self, kind: Kind, day: date) -> PartKey:
        """The part of the sheet that such hours belong to."""
        spell = self.situation.spell_on(day)
        return part_of(kind, spell.id if spell else None, self.situation.supervised)

    def check_open(self, kind: Kind, day: date) -> None:
        """Raise RuleBroken unless hours of that kind and day may be written now."""
        monday = monday_of(day)
        sheet = self.sheets.get(monday, Sheet())
        check_writable(sheet, self.key(kind, day), self.situation.times(monday), self.now)
        check_lag(lag_days(day, self.now, self.situation.zone))

    def check(self, draft: Draft, instead_of: HoursEntry | None = None) -> None:
        """Raise RuleBroken, with every reason, unless `draft` may stand in the place of `instead_of`."""
        if self.situation.first is None:
            raise RuleBroken(N_("Your enrollment has not started yet."), field="day")
        raise_all(
            entry_problems(
                draft, self.but(instead_of), today=self.today, first=self.situation.first, last=self.situation.last
            )
        )
        self.check_open(draft.kind, draft.day)

    def stands(self, entry: HoursEntry) -> None:
        """Raise Conflict unless `entry` is still what stands."""
        if not any(one.id == entry.id for one in self.entries):
            raise Conflict(N_("This entry was changed or removed meanwhile. Reload the page."), yours=entry)

    def write(
        self,
        draft: Draft,
        *,
        source: Source,
        comment: str = "",
        client_key: str | None = None,
        body: str | None = None,
        instead_of: HoursEntry | None = None,
        span: str | None = None,
    ) -> HoursEntry:
        """The entry, after its checks."""
        self.check(draft, instead_of)
        entry = self.add(draft, source, instead_of, client_key=client_key, body_sha256=body, span=span)
        prose.keep(entry, comment=comment.strip())
        return entry

    def add(self, draft: Draft, source: Source, instead_of: HoursEntry | None, **more: Any) -> HoursEntry:
        """The row of an entry that was checked. more: further columns."""
        spell = self.situation.spell_on(draft.day)
        entry = HoursEntry(
            enrollment_id=self.enrollment.id,
            monday=monday_of(draft.day),
            day=draft.day,
            zone=draft.zone,
            minutes=draft.minutes,
            kind=draft.kind,
            unit_id=draft.unit_id,
            spell_id=spell.id if spell else None,
            paid_by_firm=draft.paid_by_firm,
            source=source,
            lag_days=lag_days(draft.day, self.now, draft.zone),
            starts_at=draft.starts_at,
            ends_at=draft.ends_at,
            supersedes_id=instead_of.id if instead_of else None,
            **more,
        )
        session.add(entry)  # a week's entries are written together, when its command ends or something asks
        self.entries = [*self.but(instead_of), entry]
        return entry

    def but(self, entry: HoursEntry | None) -> list[Any]:
        """What stands beside `entry`."""
        if entry is None:
            return self.entries
        return [one for one in self.entries if one is not entry and (one.id is None or one.id != entry.id)]

    def own_entries(self) -> list[HoursEntry]:
        """Those of this enrollment."""
        return [_written(one) for one in self.entries if one.enrollment_id == self.enrollment.id]

    def remove(self, entry: HoursEntry) -> HoursEntry:
        """The row that takes `entry` away."""
        self.check_open(entry.kind, entry.day)
        return self.take_away(entry)

    def take_away(self, entry: HoursEntry, **more: Any) -> HoursEntry:
        """The same without the check. more: further columns."""
        removal = HoursEntry(
            **{name: getattr(entry, name) for name in KEPT},
            minutes=0,
            is_removal=True,
            lag_days=lag_days(entry.day, self.now, entry.zone),
            supersedes_id=entry.id,
            **more,
        )
        session.add(removal)
        session.flush()
        self.entries = self.but(entry)
        return removal


def _written(entry: Any) -> HoursEntry:
    """An entry that was read as a row, as one that a command may replace."""
    if isinstance(entry, HoursEntry):
        return entry
    return as_read(HoursEntry, {column.key: getattr(entry, column.key) for column in HoursEntry.__table__.columns})


@cache
def _entries_around() -> Select[*tuple[Any, ...]]:
    """Entries of a person from `first` to `last`, and those written with one of `keys`; whether each one counts."""
    first, last = (bindparam(name, type_=Day) for name in ("first", "last"))
    keys: BindParameter[str] = bindparam("keys", expanding=True)
    of_person = select(Enrollment.id).where(Enrollment.person_id == bindparam("person_id"))
    counts = and_(HoursEntry.day.between(first, last), HoursEntry.is_removal.is_(False), stands(HoursEntry))
    around = select(HoursEntry.id).where(HoursEntry.enrollment_id.in_(of_person), counts)
    sent = select(HoursEntry.id).where(
        HoursEntry.enrollment_id == bindparam("enrollment_id"), HoursEntry.client_key.in_(keys)
    )
    columns = *HoursEntry.__table__.columns, counts.label("counts")
    statement = select(*columns).where(HoursEntry.id.in_(union(around, sent))).order_by(HoursEntry.id)
    return unscoped(statement, "a person's days, over all enrollments (H3, H7)")


KEPT = (
    "enrollment_id",
    "monday",
    "day",
    "zone",
    "kind",
    "unit_id",
    "spell_id",
    "paid_by_firm",
    "source",
    "evidence_level",
)


def later_key(client_key: str) -> str:
    """The key of the second piece of a span that a week boundary splits."""
    return f"{client_key}/2"


def check_key(client_key: str) -> None:
    """Raise RuleBroken unless it is a UUID."""
    try:
        UUID(client_key)
    except ValueError:
        raise RuleBroken(N_("The key of an entry is a UUID that the sender makes."), field="client_key") from None
