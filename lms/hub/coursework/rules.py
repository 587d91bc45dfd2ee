"""What is decided about coursework: until when it is due for one student, whether it is open, what may be handed in.

Instants are UTC; days and wall times are local to the student's site. Lateness is whole seconds, rounded up.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache, partial
from typing import Protocol
from zoneinfo import ZoneInfo

from lms.hub.coursework.kinds import DueReason
from lms.kernel.errors import RuleBroken, raise_all
from lms.kernel.explain import Explained, FactRef, Step
from lms.kernel.text import N_, Sentence, say
from lms.kernel.weeks import clock_time

DEFAULT_GRACE_MINUTES = 15  # product.md D20: a label one minute after the deadline only makes people anxious (P14)
DEFAULT_WINDOW_DAYS = 14  # days that a student normally has for an activity; leave inside them is given back
REMIND_BEFORE = timedelta(hours=48)  # two evenings: time to do something about it, late enough to be about now
MAX_TEXT_CHARACTERS = 100_000
MAX_FILES = 20
MAX_LINK_CHARACTERS = 2_000


DUE_REASONS = {
    DueReason.BASE: N_("the date set for the cohort"),
    DueReason.SECTION: N_("the date set for your section"),
    DueReason.LATE_START: N_("moved because you started later than the cohort"),
    DueReason.LEAVE: N_("moved by your days of leave"),
    DueReason.EXTENSION: N_("an extension was granted to you"),
}


class Window(StrEnum):
    """Whether work can be handed in at an instant, and how it would be labelled."""

    OPEN = "open"
    LATE = "late"
    CLOSED = "closed"


class Progress(StrEnum):
    """Where one student stands with one activity."""

    DUE = "due"
    LATE = "late"
    MISSING = "missing"
    DONE = "done"


class Days(Protocol):
    """A run of local days, both ends in it."""

    @property
    def from_day(self) -> date: ...
    @property
    def to_day(self) -> date: ...


class MoreDays(Protocol):
    """Days by which what is due within a run of local days is due later for one student; to_day None is open."""

    @property
    def from_day(self) -> date: ...
    @property
    def to_day(self) -> date | None: ...
    @property
    def extra_days(self) -> int: ...


@dataclass(frozen=True, slots=True)
class DueDates:
    """Everything that can move one activity's due date for one student.

    base, section, extension: instants; the last two None where there is none. zone: the site's.
    leaves: any order, may overlap. late_start_weeks: the enrollment's own start after the cohort's.
    window_days: how many days, the due day included, the student has for the work. more_days: of accommodations; they
    are called an extension, so that nobody who reads the date learns of one.
    """

    base: datetime
    zone: str
    section: datetime | None = None
    extension: datetime | None = None
    leaves: Sequence[Days] = ()
    late_start_weeks: int = 0
    window_days: int = DEFAULT_WINDOW_DAYS
    more_days: Sequence[MoreDays] = ()


@dataclass(frozen=True, slots=True)
class Due:
    """The due date that holds for one student, and why."""

    at: datetime
    reason: DueReason
    base_at: datetime


@dataclass(frozen=True, slots=True)
class Terms:
    """How an activity takes work in.

    cutoff_days: local days after the due date on which it closes; None never closes. attempts: None is without limit.
    """

    grace_minutes: int = DEFAULT_GRACE_MINUTES
    cutoff_days: int | None = None
    attempts: int | None = 1


@lru_cache(maxsize=4096)  # pages ask for the same few again and again
def to_instant(day: date, wall: time, zone: str) -> datetime:
    """The instant at which clocks in `zone` show `wall` on `day`.

    A wall time that a clock change skips or repeats is taken as the later instant, in the student's favor.
    """
    return clock_time(day, wall, zone, second_pass=True).instant


def resolve_due(monday: date, weekday: int, wall: time, zone: str) -> datetime:
    """The instant of "cohort week that starts on `monday`, `weekday`, `wall`" at a site. weekday: Monday is 0."""
    return to_instant(monday + timedelta(days=weekday), wall, zone)


def shift_days(at: datetime, days: int, zone: str) -> datetime:
    """The same wall time `days` local days later, whatever the clocks do in between."""
    if days == 0:
        return at
    local = at.astimezone(ZoneInfo(zone))
    return to_instant(local.date() + timedelta(days=days), local.time(), zone)


def days_given_back(due_day: date, window_days: int, leaves: Iterable[Days]) -> int:
    """How many days later the work is due, so that leave takes none of its `window_days` away.

    Counts on from the first day of the window until as many days without leave have passed.
    """
    spans = sorted((leave.from_day, leave.to_day) for leave in leaves)
    start = due_day - timedelta(days=window_days - 1)
    end, last_counted = due_day, start - timedelta(days=1)
    for from_day, to_day in spans:
        first = max(from_day, last_counted + timedelta(days=1))
        if first > end:
            break
        if to_day >= first:
            end += (to_day - first) + timedelta(days=1)
            last_counted = to_day
    return (end - due_day).days


def due_candidates(dates: DueDates) -> tuple[tuple[DueReason, datetime], ...]:
    """Every date that could hold, the most general first. Leave counts on from the later of cohort's and section's."""
    found = [(DueReason.BASE, dates.base)]
    if dates.section is not None:
        found.append((DueReason.SECTION, dates.section))
    if dates.late_start_weeks:
        set_for_section = max(at for _, at in found)
        found.append((DueReason.LATE_START, shift_days(set_for_section, 7 * dates.late_start_weeks, dates.zone)))
    planned = max(at for _, at in found)
    without_leave = _after_leave(dates, planned)
    if without_leave != planned:
        found.append((DueReason.LEAVE, without_leave))
    if dates.more_days and (more := [at for at in map(partial(_with_more_days, dates), _planned(dates)) if at]):
        found.append((DueReason.EXTENSION, max(more)))
    if dates.extension is not None:
        found.append((DueReason.EXTENSION, dates.extension))
    return tuple(found)


def _planned(dates: DueDates) -> list[datetime]:
    """The cohort's and the section's date, each also as a late start moves it.

    More days are looked for on each of them: a later date for the section must not end what the earlier one had.
    """
    found = [dates.base, *([dates.section] if dates.section is not None else [])]
    return [*found, *(shift_days(at, 7 * dates.late_start_weeks, dates.zone) for at in found)]


def _after_leave(dates: DueDates, planned: datetime) -> datetime:
    if not dates.leaves:
        return planned
    return shift_days(planned, days_given_back(_day_of(planned, dates), dates.window_days, dates.leaves), dates.zone)


def _with_more_days(dates: DueDates, planned: datetime) -> datetime | None:
    more = _more_days(dates.more_days, _day_of(planned, dates))
    return shift_days(_after_leave(dates, planned), more, dates.zone) if more else None


def _day_of(at: datetime, dates: DueDates) -> date:
    return at.astimezone(ZoneInfo(dates.zone)).date()


def _more_days(rows: Iterable[MoreDays], due_day: date) -> int:
    """The most days that hold for what is planned to be due on `due_day`."""
    held = [row for row in rows if row.from_day <= due_day and (row.to_day is None or due_day <= row.to_day)]
    return max((row.extra_days for row in held), default=0)


def effective_due(dates: DueDates) -> Due:
    """The latest of all dates that could hold; of equal ones the most general. Source: product.md D21."""
    reason, at = max(due_candidates(dates), key=lambda candidate: candidate[1])
    return Due(at, reason, dates.base)


def is_reminder_due(due_at: datetime, now: datetime) -> bool:
    """Whether it is time to remind of work that is not in: from two days before it is due until it is due."""
    return timedelta() < due_at - now <= REMIND_BEFORE


def explain_due(dates: DueDates, facts: tuple[FactRef, ...] = ()) -> Explained[datetime]:
    """`effective_due` with the dates it was chosen from."""
    due = effective_due(dates)
    steps = tuple(Step(say(DUE_REASONS[reason]), at) for reason, at in due_candidates(dates))
    return Explained(
        value=due.at,
        rule=say(N_("The latest of the dates that apply to you.")),
        source=say(N_("Program handbook, due dates")),
        facts=facts,
        steps=(*steps, Step(say(N_("due for you: %(why)s"), why=say(DUE_REASONS[due.reason])), due.at)),
    )


def late_seconds(due_at: datetime, grace_minutes: int, received_at: datetime) -> int:
    """Seconds from the due date to the receipt, rounded up; 0 within grace. Grace never shortens what is late."""
    behind = received_at.astimezone(UTC) - due_at.astimezone(UTC)
    if behind <= timedelta(minutes=grace_minutes):
        return 0
    return -(-behind // timedelta(seconds=1))


def late_intervals(seconds: int, interval_seconds: int) -> int:
    """Intervals begun: 24 h 5 min are two intervals of a day."""
    return -(-seconds // interval_seconds)


@lru_cache(maxsize=4096)
def closes_at(due_at: datetime, terms: Terms, zone: str) -> datetime | None:
    """The last instant at which work is taken; None if it always is. Never before the end of grace."""
    if terms.cutoff_days is None:
        return None
    return max(shift_days(due_at, terms.cutoff_days, zone), due_at + timedelta(minutes=terms.grace_minutes))


def window_at(now: datetime, due_at: datetime, terms: Terms, zone: str) -> Window:
    """Whether work handed in `now` is on time, late or not taken."""
    closes = closes_at(due_at, terms, zone)
    if closes is not None and now > closes:
        return Window.CLOSED
    return Window.LATE if late_seconds(due_at, terms.grace_minutes, now) else Window.OPEN


def progress_at(now: datetime, due_at: datetime, terms: Terms, zone: str, *, is_in: bool) -> Progress:
    """Where a student stands with an activity. is_in: something was handed in, scored or exempted."""
    if is_in:
        return Progress.DONE
    found = {Window.OPEN: Progress.DUE, Window.LATE: Progress.LATE, Window.CLOSED: Progress.MISSING}
    return found[window_at(now, due_at, terms, zone)]


def attempts_left(terms: Terms, used: int) -> int | None:
    """How many times more this student may submit; None is without limit."""
    return None if terms.attempts is None else max(terms.attempts - used, 0)


def check_may_submit(now: datetime, due_at: datetime, terms: Terms, zone: str, used: int) -> None:
    """Raises RuleBroken if the activity is closed for this student or the attempts are used up."""
    if window_at(now, due_at, terms, zone) is Window.CLOSED:
        raise RuleBroken(
            N_("This activity closed on %(when)s. Ask your instructor for an extension."),
            when=closes_at(due_at, terms, zone),
        )
    if attempts_left(terms, used) == 0:
        raise RuleBroken(
            N_("You have used all your attempts (%(count)s). Ask your instructor if you need another."),
            count=terms.attempts,
        )


def check_is_written(has_questions: bool) -> None:
    """Raises RuleBroken for a text or a file where questions are answered."""
    if has_questions:
        raise RuleBroken(N_("This is a quiz. Start it and answer its questions; nothing else can be handed in."))


def check_content(text: str, link: str, files: int) -> None:
    """Raises RuleBroken, with everything found, if nothing was handed in or something is too much."""
    broken = []
    if not text.strip() and not link.strip() and not files:
        broken.append(RuleBroken(N_("Write a text, add a file or give a link before you submit."), field="text"))
    if len(text) > MAX_TEXT_CHARACTERS:
        message = N_("The text is too long: at most %(limit)s characters. Attach it as a file instead.")
        broken.append(RuleBroken(message, field="text", limit=MAX_TEXT_CHARACTERS))
    if link.strip() and not is_web_link(link.strip()):
        broken.append(RuleBroken(N_("Give a web address that starts with https:// or http://."), field="link"))
    if files > MAX_FILES:
        message = N_("At most %(limit)s files can be handed in. Put them into one zip file.")
        broken.append(RuleBroken(message, field="files", limit=MAX_FILES))
    raise_all(broken)


def is_web_link(link: str) -> bool:
    """True for a plain http or https address that is safe to show as a link."""
    if len(link) > MAX_LINK_CHARACTERS or any(character.isspace() or ord(character) < 32 for character in link):
        return False
    scheme, separator, rest = link.partition("://")
    return scheme.lower() in {"http", "https"} and bool(separator) and bool(rest.strip("/"))


@dataclass(frozen=True, slots=True)
class HandedIn:
    """What one receipt confirms. file_hashes: sha256 of each file, in the order handed in."""

    activity_id: str
    enrollment_id: str
    attempt: int
    received_at: datetime
    text_sha256: str
    file_hashes: tuple[str, ...]


def receipt_hash(work: HandedIn) -> str:
    """The receipt: sha256 over canonical JSON of what was handed in and when."""
    body = {
        "activity": work.activity_id,
        "attempt": work.attempt,
        "enrollment": work.enrollment_id,
        "files": list(work.file_hashes),
        "received_at": work.received_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "text": work.text_sha256,
    }
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


def due_reason(due: Due) -> Sentence:
    """Why the date is what it is, for pages, mail and the API."""
    return say(DUE_REASONS[due.reason])
