"""What a week adds up to and how it stands to its target. Minutes; a week is its Monday."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from lms.hub.catalog.kinds import KIND_NAMES, Kind
from lms.hub.cohorts.rules import FULL_WEEK, Target
from lms.hub.hours.rules.entry import Entry, Evidence
from lms.kernel.explain import Explained, Step
from lms.kernel.text import N_, Sentence, say
from lms.kernel.weeks import monday_of

ROLLING_WEEKS = 4  # H14: one thin week may be caught up with
RED_SHARE = (4, 5)  # H13: below four fifths of the least (480 of 600) a week is red
NOTE_ABOVE = 1200  # H13: minutes in one week that an approver has to comment on
HANDBOOK = N_("Program handbook, rules of weekly hours")


@dataclass(frozen=True, slots=True)
class Totals:
    """The minutes of some entries, and the same minutes by what they were. Every breakdown sums to `minutes` (H6)."""

    minutes: int
    by_day: Mapping[date, int]
    by_kind: Mapping[Kind, int]
    by_unit: Mapping[int | None, int]
    by_evidence: Mapping[Evidence, int]


@dataclass(frozen=True, slots=True)
class Witnessed:
    """What somebody who could see the work says to have seen: single entries by public id, and kinds of a week."""

    entries: frozenset[str] = frozenset()
    kinds: frozenset[tuple[date, Kind]] = frozenset()


NOBODY = Witnessed()


def level(entry: Entry, seen: Witnessed = NOBODY) -> Evidence:
    """The evidence level of an entry with what was seen (D14, decision 10). Approving changes nothing here."""
    if entry.public_id in seen.entries or (monday_of(entry.day), entry.kind) in seen.kinds:
        return max(entry.evidence, Evidence.COUNTERSIGNED)
    return entry.evidence


def totals(entries: Iterable[Entry], seen: Witnessed = NOBODY) -> Totals:
    """The fold behind every sum of hours: one pass, any entries in any order."""
    days: Counter[date] = Counter()
    kinds: Counter[Kind] = Counter()
    units: Counter[int | None] = Counter()
    levels: Counter[Evidence] = Counter()
    for entry in entries:
        minutes = entry.minutes
        days[entry.day] += minutes
        kinds[entry.kind] += minutes
        units[entry.unit_id] += minutes
        levels[level(entry, seen)] += minutes
    return Totals(sum(kinds.values()), days, kinds, units, levels)


def by_week(entries: Iterable[Entry]) -> dict[date, list[Entry]]:
    """The entries under the Monday of the one week that each belongs to (H4, P7)."""
    found: dict[date, list[Entry]] = {}
    for entry in entries:
        found.setdefault(monday_of(entry.day), []).append(entry)
    return found


def week_minutes(monday: date, entries: Iterable[Entry]) -> int:
    """Minutes worked in the week that starts on `monday`; entries of other weeks are ignored."""
    return totals(entry for entry in entries if monday_of(entry.day) == monday).minutes


def explain_minutes(entries: Iterable[Entry], rule: Sentence | None = None) -> Explained[int]:
    """The sum of `entries` with each of them as a step and a fact, oldest first."""
    counted = sorted(entries, key=lambda entry: (entry.day, entry.recorded_at, entry.public_id))
    total = totals(counted).minutes
    return Explained(
        total,
        rule=rule or say(N_("The minutes of every entry that stands: removed and replaced ones do not count.")),
        source=say(HANDBOOK),
        facts=tuple(entry.ref for entry in counted),
        steps=(*(_step(entry) for entry in counted), Step(say(N_("Minutes together")), total)),
    )


def _step(entry: Entry) -> Step:
    return Step(say(N_("%(day)s: %(kind)s"), day=entry.day, kind=say(KIND_NAMES[entry.kind])), entry.minutes)


class Band(StrEnum):
    """How a week's minutes stand to its target (H13)."""

    FREE = "free"  # nothing is expected: a break, a leave
    RED = "red"
    LOW = "low"
    MET = "met"
    HIGH = "high"
    EXCESSIVE = "excessive"


BAND_NAMES = {
    Band.FREE: N_("Nothing expected"),
    Band.RED: N_("Far below the target"),
    Band.LOW: N_("Below the target"),
    Band.MET: N_("On target"),
    Band.HIGH: N_("Above the target"),
    Band.EXCESSIVE: N_("Needs a comment"),
}


def band(minutes: int, target: Target = FULL_WEEK, note_above: int = NOTE_ABOVE) -> Band:
    """Where `minutes` lie. note_above holds in every week, also where nothing is expected."""
    part, whole = RED_SHARE
    if minutes > note_above:
        return Band.EXCESSIVE
    if target == Target(0, 0):
        return Band.FREE
    if minutes * whole < target.least * part:
        return Band.RED
    if minutes < target.least:
        return Band.LOW
    return Band.MET if minutes <= target.most else Band.HIGH


@dataclass(frozen=True, slots=True)
class WeekMinutes:
    """One week for the rolling view: what was worked and what was asked for."""

    monday: date
    minutes: int
    target: Target


def rolling_band(weeks: Sequence[WeekMinutes]) -> Band:
    """The band of the last four weeks together, oldest first (H14). Weeks that ask for nothing lend their minutes."""
    last = weeks[-ROLLING_WEEKS:]
    asked = Target(sum(week.target.least for week in last), sum(week.target.most for week in last))
    return band(sum(week.minutes for week in last), asked, note_above=NOTE_ABOVE * len(last))


def explain_band(minutes: int, target: Target) -> Explained[Band]:
    """`band` with the figures it compares."""
    part, whole = RED_SHARE
    found = band(minutes, target)
    return Explained(
        found,
        rule=say(N_("A week is on target between its least and its most; below four fifths of the least it is red.")),
        source=say(HANDBOOK),
        steps=(
            Step(say(N_("Minutes of the week")), minutes),
            Step(say(N_("Red below, minutes")), -(-target.least * part // whole)),
            Step(say(N_("At least, minutes")), target.least),
            Step(say(N_("At most, minutes")), target.most),
            Step(say(N_("A comment is needed above, minutes")), NOTE_ABOVE),
            Step(say(BAND_NAMES[found]), minutes),
        ),
    )


def paid_minutes(entries: Iterable[Entry]) -> int:
    """The minutes that the firm paid as working time: what wage cost is counted from."""
    return sum(entry.minutes for entry in entries if entry.paid_by_firm)
