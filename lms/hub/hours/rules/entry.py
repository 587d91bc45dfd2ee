"""Which hours entry may stand: its words, its minutes, its day, and the entries beside it. Minutes are whole.

H1 to H24 and D1 to D35 in this slice are the numbers of the program's rules of weekly hours.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Protocol

from lms.hub.catalog.kinds import KIND_NAMES, Kind
from lms.kernel.errors import RuleBroken
from lms.kernel.explain import FactRef
from lms.kernel.text import N_, Sentence, say
from lms.kernel.weeks import minutes_by_day, minutes_of_day

LEAST_MINUTES, MOST_MINUTES = 1, 960  # H1: sixteen hours are the longest entry anyone works


ON_THE_JOB = frozenset(
    {Kind.CAPSTONE_ONSITE, Kind.MENTORING}
)  # OJL of 29 CFR 29; all other kinds are related instruction
SUPERVISED = frozenset({Kind.CAPSTONE_ONSITE})  # a workplace supervisor signs them, where the firm has named one (D16)


class Evidence(IntEnum):
    """How well an entry is evidenced (D14). Clock-hour exports take COUNTERSIGNED and better."""

    SELF_REPORT = 0
    SYSTEM_TRACE = 1
    COUNTERSIGNED = 2
    ATTENDANCE = 3


class Source(StrEnum):
    """Where an entry came from."""

    MANUAL = "manual"
    TIMER = "timer"
    IMPORT = "import"
    ATTENDANCE = "attendance"
    SIMULATION = "simulation"
    LMS = "lms"


OWN_SOURCES = frozenset({Source.MANUAL, Source.TIMER})  # the student's own word, and so the student's to change (H23)


class Timed(Protocol):
    """When something was worked: minutes on a day of `zone`, and the instants where they are known."""

    @property
    def day(self) -> date: ...
    @property
    def minutes(self) -> int: ...
    @property
    def zone(self) -> str: ...
    @property
    def starts_at(self) -> datetime | None: ...
    @property
    def ends_at(self) -> datetime | None: ...


class Entry(Timed, Protocol):
    """An hours entry, or an adjustment, as the rules read it. An adjustment's minutes are signed."""

    @property
    def public_id(self) -> str: ...
    @property
    def recorded_at(self) -> datetime: ...
    @property
    def ref(self) -> FactRef: ...
    @property
    def kind(self) -> Kind: ...
    @property
    def unit_id(self) -> int | None: ...
    @property
    def spell_id(self) -> int | None: ...
    @property
    def evidence(self) -> Evidence: ...
    @property
    def paid_by_firm(self) -> bool: ...
    @property
    def lag_days(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Draft:
    """Hours that somebody wants to log. zone: of the enrollment's site now; the entry keeps it (H4, P8)."""

    day: date
    minutes: int
    kind: Kind
    zone: str
    unit_id: int | None = None
    paid_by_firm: bool = False
    starts_at: datetime | None = None
    ends_at: datetime | None = None

    def at(self, starts_at: datetime | None, ends_at: datetime | None) -> "Draft":
        """The same hours, with their instants."""
        return replace(self, starts_at=starts_at, ends_at=ends_at)


def entry_problems(
    draft: Draft, others: Sequence[Entry], *, today: date, first: date, last: date
) -> tuple[RuleBroken, ...]:
    """Everything that keeps `draft` from being logged; empty if nothing does.

    others: what stands of the same person, in all enrollments, from the day before to the day after. today: in the
    draft's zone. first, last: of the enrollment.
    """
    found = [*_minutes_problems(draft), *_day_problems(draft, today, first, last)]
    if not found:  # an impossible day or length would only repeat itself here
        found = [*_overlap_problems(draft, others), *_capacity_problems(draft, others)]
    return tuple(found)


def _minutes_problems(draft: Draft) -> Iterable[RuleBroken]:
    if not LEAST_MINUTES <= draft.minutes <= MOST_MINUTES:
        yield RuleBroken(
            N_("An entry has %(least)s to %(most)s minutes. Split longer work into two entries."),
            field="minutes",
            least=LEAST_MINUTES,
            most=MOST_MINUTES,
        )


def _day_problems(draft: Draft, today: date, first: date, last: date) -> Iterable[RuleBroken]:
    if draft.day > today:
        yield RuleBroken(N_("This day is still to come. Log it when it is done."), field="day")
    elif draft.day < first:
        yield RuleBroken(N_("Your program starts on %(day)s. Choose that day or a later one."), field="day", day=first)
    elif draft.day > last:
        yield RuleBroken(N_("Your program ended on %(day)s. Choose that day or an earlier one."), field="day", day=last)


def _overlap_problems(draft: Draft, others: Sequence[Entry]) -> Iterable[RuleBroken]:
    """H7. Entries without instants overlap nothing."""
    for other in others:
        if overlaps(draft, other):
            yield RuleBroken(
                N_("This overlaps another entry: %(other)s, %(start)s to %(end)s. Change one of the two."),
                field="start",
                other=describe(other),
                other_id=other.public_id,
                start=other.starts_at,
                end=other.ends_at,
            )


def overlaps(one: Timed, other: Timed) -> bool:
    """Whether the two share an instant; touching ends do not."""
    if one.starts_at is None or one.ends_at is None or other.starts_at is None or other.ends_at is None:
        return False
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def _capacity_problems(draft: Draft, others: Sequence[Entry]) -> Iterable[RuleBroken]:
    """H3. The message names the longest of the other entries of the day."""
    for day, minutes in sorted(minutes_per_day(draft).items()):
        room = minutes_of_day(day, draft.zone)
        beside = [(minutes_per_day(other).get(day, 0), other) for other in others]
        logged = sum(spent for spent, _ in beside)
        if logged + minutes > room:
            longest = max((pair for pair in beside if pair[0]), key=lambda pair: pair[0], default=(0, None))[1]
            yield RuleBroken(
                N_("%(day)s has %(room)s minutes, and %(logged)s are logged already, with %(other)s. Enter less."),
                field="minutes",
                day=day,
                room=room,
                logged=logged,
                other=describe(longest) if longest else say(N_("no other entry")),
                other_id=longest.public_id if longest else None,
            )


def minutes_per_day(worked: Timed) -> dict[date, int]:
    """The minutes under the local days they really fall in; all on `day` where the instants are not known (P6)."""
    if worked.starts_at is None or worked.ends_at is None:
        return {worked.day: worked.minutes}
    return minutes_by_day(worked.starts_at, worked.ends_at, worked.zone)


def days_beside(draft: Draft) -> tuple[date, date]:
    """The days whose entries `entry_problems` has to know: a night's work reaches into the day after."""
    return draft.day - timedelta(days=1), draft.day + timedelta(days=1)


def describe(entry: Entry) -> Sentence:
    """An entry in words, for a message that has to name it."""
    return say(
        N_("%(minutes)s min of %(kind)s on %(day)s"),
        minutes=entry.minutes,
        kind=say(KIND_NAMES[entry.kind]),
        day=entry.day,
    )


def check_is_own_word(source: Source) -> None:
    """Raise RuleBroken for an entry that the student did not write: attendance, a simulation, an import (H23)."""
    if source not in OWN_SOURCES:
        raise RuleBroken(
            N_("This entry was made by the system. If it is wrong, tell your instructor, who can correct it."),
            field="entry",
        )
