"""What an approver has to look at in a week sheet, and the hash of what was looked at. Pure."""

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from lms.hub.catalog.kinds import Kind
from lms.hub.hours.rules.entry import Entry, Evidence
from lms.hub.hours.rules.sheet import (
    FREE_LAG_DAYS,
    ZERO_REASON_NAMES,
    PartKey,
    WeekTimes,
    ZeroReason,
    is_late,
)
from lms.hub.hours.rules.week import BAND_NAMES, Band, WeekMinutes, band, rolling_band, totals
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_, Sentence, say

HASH_FORM = "week-sheet-part/1"
TOO_LITTLE = frozenset({Band.RED, Band.LOW})
TOO_MUCH = frozenset({Band.HIGH, Band.EXCESSIVE})


class Why(StrEnum):
    """What can make a sheet an exception."""

    ZERO = "zero"
    BAND = "band"
    LATE = "late"
    LAG = "lag"
    AGAIN = "again"
    DOUBLE = "double"
    VAGUE = "vague"
    OVERLAP = "overlap"
    EVIDENCE = "evidence"


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing to look at. needs_note: it can only be approved with a comment, so never in bulk."""

    why: Why
    sentence: Sentence
    needs_note: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """Clean, or an exception with its reasons (P5)."""

    reasons: tuple[Reason, ...] = ()

    @property
    def is_clean(self) -> bool:
        """Nothing to look at: ticked beforehand in the approver's list."""
        return not self.reasons

    @property
    def needs_note(self) -> bool:
        """Whether approving takes a comment."""
        return any(reason.needs_note for reason in self.reasons)


@dataclass(frozen=True, slots=True)
class Handed:
    """A week as it was handed in. weeks: the last ones with their targets, oldest first; the last is this one."""

    weeks: Sequence[WeekMinutes]
    times: WeekTimes
    submitted_at: datetime
    version: int
    zero_reason: ZeroReason | None = None


def verdict(handed: Handed, entries: Collection[Entry]) -> Verdict:
    """What is unusual about the week; `entries` are all of it, whoever approves which part."""
    return Verdict((*_week_reasons(handed), *_entry_reasons(entries)))


def _week_reasons(handed: Handed) -> Iterable[Reason]:
    week = handed.weeks[-1]
    if handed.zero_reason is not None:
        yield Reason(Why.ZERO, say(N_("No hours: %(reason)s"), reason=say(ZERO_REASON_NAMES[handed.zero_reason])))
    elif (found := _band_worth_a_look(handed.weeks)) is not None:
        yield Reason(
            Why.BAND,
            say(
                N_("%(band)s: %(minutes)s min, expected %(least)s to %(most)s"),
                band=say(BAND_NAMES[found]),
                minutes=week.minutes,
                least=week.target.least,
                most=week.target.most,
            ),
            needs_note=found is Band.EXCESSIVE,
        )
    if is_late(handed.submitted_at, handed.times):
        yield Reason(Why.LATE, say(N_("Handed in late, on %(when)s"), when=handed.submitted_at))
    if handed.version > 1:
        yield Reason(Why.AGAIN, say(N_("Handed in again: version %(version)s"), version=handed.version))


def _band_worth_a_look(weeks: Sequence[WeekMinutes]) -> Band | None:
    """The week's band, unless it is met, or the last four weeks together make good for it (H14)."""
    found, together = band(weeks[-1].minutes, weeks[-1].target), rolling_band(weeks)
    if found in TOO_LITTLE:
        return found if together in TOO_LITTLE else None
    if found is Band.HIGH:
        return found if together in TOO_MUCH else None
    return found if found is Band.EXCESSIVE else None


def _entry_reasons(entries: Collection[Entry]) -> Iterable[Reason]:
    lags = [entry.lag_days for entry in entries if entry.lag_days > FREE_LAG_DAYS]
    if lags:
        yield Reason(
            Why.LAG,
            say(
                N_("%(count)s entries logged late, up to %(days)s days after the work"), count=len(lags), days=max(lags)
            ),
            needs_note=True,
        )
    for day in sorted(_days_logged_twice(entries)):
        yield Reason(Why.DOUBLE, say(N_("Lab on %(day)s is both on the attendance list and self-reported"), day=day))


def _days_logged_twice(entries: Iterable[Entry]) -> set[date]:
    """Days with a lab from the attendance list and one of the student's own word."""
    labs = [entry for entry in entries if entry.kind is Kind.LAB_IN_PERSON]
    listed = {entry.day for entry in labs if entry.evidence is Evidence.ATTENDANCE}
    return listed & {entry.day for entry in labs if entry.evidence is Evidence.SELF_REPORT}


def check_note(found: Verdict, note: str) -> None:
    """Raise RuleBroken if approving takes a comment and there is none (H9, H13)."""
    if found.needs_note and not note.strip():
        raise RuleBroken(N_("This week needs your comment before it can be approved."), field="note")


def content_hash(enrollment: str, monday: date, key: PartKey, entries: Iterable[Entry]) -> str:
    """SHA-256, in hex, of what a part says: which hours stand, and their total (H19). The order of entries is nothing.

    enrollment: its public id. Free text is not in it, so that an erasure leaves the hash valid.
    """
    stands = sorted(entries, key=lambda entry: entry.public_id)
    said = {
        "form": HASH_FORM,
        "enrollment": enrollment,
        "week": monday.isoformat(),
        "part": [key.route.value, key.spell_id],
        "minutes": totals(stands).minutes,
        "entries": [
            [e.public_id, e.day.isoformat(), e.minutes, e.kind.value, e.unit_id, int(e.evidence), e.paid_by_firm]
            for e in stands
        ],
    }
    return hashlib.sha256(json.dumps(said, separators=(",", ":"), sort_keys=True).encode()).hexdigest()
