"""The life of a week sheet: its parts, when it may be written, handed in, decided and reopened. Instants in UTC.

A sheet has one part per approver (D16). The sheet is returned if any part is, and approved when all are (decision 10).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple, Protocol

from lms.hub.catalog.kinds import Kind
from lms.hub.hours.rules.entry import SUPERVISED
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_, Sentence, say
from lms.kernel.weeks import DAYS, FRIDAY, MONDAY, WEDNESDAY, days_of, in_week, local_day, starts_at

MINUTES_OF_DAY, MINUTES_AT_NOON = 24 * 60, 12 * 60
MOST_GRACE_DAYS = 14  # of which a reopening by the coordinator is the better way
FREE_LAG_DAYS = 14  # H9: logged up to two weeks later needs no note
REOPENED_LAG_DAYS = 42  # H9: later still, only a coordinator's adjustment
WINDOW = timedelta(days=7)  # how long a returned or reopened week can be written, where its lock is earlier


class State(StrEnum):
    """Where a sheet, or one part of it, stands (D15)."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    REOPENED = "reopened"


STATE_NAMES = {
    State.DRAFT: N_("Not handed in"),
    State.SUBMITTED: N_("Handed in"),
    State.RETURNED: N_("Returned"),
    State.APPROVED: N_("Approved"),
    State.REOPENED: N_("Reopened"),
}


class Step(StrEnum):
    """What can happen to a sheet; each is a fact."""

    SUBMITTED = "submitted"
    APPROVED = "approved"
    RETURNED = "returned"
    REOPENED = "reopened"


class Manner(StrEnum):
    """How a step was signed."""

    SIGNED_IN = "signed_in"
    DELEGATED = "delegated"
    LINK = "link"
    AUTOMATIC = "automatic"


MANNER_NAMES = {
    Manner.SIGNED_IN: N_("signed in"),
    Manner.DELEGATED: N_("as a delegate"),
    Manner.LINK: N_("by a link for this sheet"),
    Manner.AUTOMATIC: N_("automatically, by the cohort's rule; nobody looked"),
}


class Route(StrEnum):
    """Who decides on a part: the section's instructor, or the supervisor at the firm."""

    SECTION = "section"
    WORKPLACE = "workplace"


class PartKey(NamedTuple):
    """Which part of a sheet. spell_id: the employment whose supervisor signs; None for the section's part."""

    route: Route
    spell_id: int | None = None


SECTION = PartKey(Route.SECTION)


class ZeroReason(StrEnum):
    """Why a week has no hours (H12)."""

    WORK_PEAK = "work_peak"
    ILL = "ill"
    TRAVEL = "travel"
    FORGOT = "forgot"
    BREAK = "break"


ZERO_REASON_NAMES = {
    ZeroReason.WORK_PEAK: N_("Too much work at the firm"),
    ZeroReason.ILL: N_("Ill"),
    ZeroReason.TRAVEL: N_("Traveling"),
    ZeroReason.FORGOT: N_("I did not get to it"),
    ZeroReason.BREAK: N_("Break or leave"),
}


def part_of(kind: Kind, spell_id: int | None, supervised: Collection[int]) -> PartKey:
    """The part that hours of `kind` belong to. supervised: the spells whose firm has named a supervisor."""
    if kind in SUPERVISED and spell_id is not None and spell_id in supervised:
        return PartKey(Route.WORKPLACE, spell_id)
    return SECTION


class Terms(NamedTuple):
    """When a cohort's sheets are due and lock: on a weekday of the week after, so many minutes after midnight.

    grace_days: from due to locked.
    """

    due_weekday: int = WEDNESDAY
    due_minute: int = MINUTES_AT_NOON
    grace_days: int = 3

    @property
    def is_sound(self) -> bool:
        """Whether a student has half a day after the week at least, and the lock comes within three weeks."""
        in_range = 0 <= self.due_weekday < DAYS and 0 <= self.due_minute < MINUTES_OF_DAY
        return (
            in_range
            and self.due_weekday * MINUTES_OF_DAY + self.due_minute >= MINUTES_AT_NOON
            and (0 <= self.grace_days <= MOST_GRACE_DAYS)
        )


USUAL = Terms()


def check_terms(terms: Terms) -> None:
    """Raise RuleBroken unless sheets may be due and lock so (H11)."""
    if not 0 <= terms.grace_days <= MOST_GRACE_DAYS:
        raise RuleBroken(N_("Between due and locked lie 0 to %(most)s days."), field="grace_days", most=MOST_GRACE_DAYS)
    if not terms.is_sound:
        raise RuleBroken(
            N_("A week is due on Monday at noon of the week after at the earliest, and by its Sunday."),
            field="due_time",
        )


@dataclass(frozen=True, slots=True)
class WeekTimes:
    """When a week begins, can be handed in from, is over, is due, and locks (H11, decision 11).

    is_sound False: the cohort's terms make no sense, and so the week counts as locked from its start.
    """

    starts_at: datetime
    opens_at: datetime
    ends_at: datetime
    due_at: datetime
    locks_at: datetime
    is_sound: bool = True


@lru_cache(maxsize=1024)  # a cohort's year has 52 weeks, asked for by every student
def week_times(monday: date, zone: str, terms: Terms = USUAL) -> WeekTimes:
    """Monday and Friday 00:00 of the week; due and locked by `terms`, usually Wednesday and Saturday 12:00 after it.

    All on the wall clock of `zone`. Terms that make no sense lock the week, rather than leave it open for ever.
    """
    begins, ends = starts_at(monday, zone), in_week(monday, MONDAY, time(), zone, weeks_later=1)
    opens = in_week(monday, FRIDAY, time(), zone)
    if not terms.is_sound:
        return WeekTimes(begins, opens, ends, due_at=ends, locks_at=begins, is_sound=False)
    clock = time(*divmod(terms.due_minute, 60))
    return WeekTimes(
        starts_at=begins,
        opens_at=opens,
        ends_at=ends,
        due_at=in_week(monday, terms.due_weekday, clock, zone, weeks_later=1),
        locks_at=in_week(monday, terms.due_weekday + terms.grace_days, clock, zone, weeks_later=1),
    )


class Event(Protocol):
    """One step of a sheet as it was recorded. key: None when it is about the whole sheet."""

    @property
    def step(self) -> Step: ...
    @property
    def key(self) -> PartKey | None: ...
    @property
    def version(self) -> int: ...
    @property
    def recorded_at(self) -> datetime: ...
    @property
    def open_until(self) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet as its events leave it.

    version: how often it was handed in. open_until: until when a return or a reopening lets it be written.
    """

    version: int = 0
    parts: Mapping[PartKey, State] = field(default_factory=dict)
    submitted_at: datetime | None = None
    was_reopened: bool = False
    open_until: datetime | None = None

    @property
    def state(self) -> State:
        """Of the whole sheet, from those of its parts."""
        states = set(self.parts.values())
        if not states:
            return State.REOPENED if self.was_reopened else State.DRAFT
        for first in (State.REOPENED, State.RETURNED, State.SUBMITTED):
            if first in states:
                return first
        return State.APPROVED

    def closes_at(self, times: WeekTimes) -> datetime:
        """The instant from which the week can no longer be written."""
        return max(times.locks_at, self.open_until or times.locks_at)


def fold(events: Iterable[Event]) -> Sheet:
    """The sheet after `events`, oldest first."""
    parts: dict[PartKey, State] = {}
    version, submitted_at, was_reopened, open_until = 0, None, False, None
    for event in events:
        state = State(event.step.value)
        if event.key is None:
            parts = dict.fromkeys(parts, state)
        else:
            parts[event.key] = state
        was_reopened = was_reopened or event.step is Step.REOPENED
        open_until = event.open_until or open_until
        if event.step is Step.SUBMITTED:
            version, submitted_at = event.version, event.recorded_at
    return Sheet(version, parts, submitted_at, was_reopened, open_until)


UNSOUND = N_("Locked: the times of this cohort's week sheets are not set up rightly. Tell your coordinator.")


def lock_reason(sheet: Sheet, key: PartKey, times: WeekTimes, now: datetime) -> Sentence | None:
    """Why hours of part `key` cannot be written now, for the cell that says so; None if they can."""
    state = sheet.parts.get(key, sheet.state)
    if state is State.APPROVED:
        return say(N_("Approved. If something is wrong, ask your coordinator."))
    if state is State.SUBMITTED:
        return say(N_("Handed in. Ask your approver to return it if something has to change."))
    if now >= sheet.closes_at(times) and not times.is_sound:
        return say(UNSOUND)
    if now >= sheet.closes_at(times):
        return say(N_("Locked since %(when)s. Ask your coordinator to reopen the week."), when=sheet.closes_at(times))
    return None


def check_writable(sheet: Sheet, key: PartKey, times: WeekTimes, now: datetime) -> None:
    """Raise RuleBroken with the lock's reason unless hours of part `key` may be written."""
    if reason := lock_reason(sheet, key, times, now):
        raise RuleBroken(reason.message, field="day", also=(), **reason.values)


def lag_days(day: date, recorded_at: datetime, zone: str) -> int:
    """Local days from the work to its entry (H9)."""
    return (local_day(recorded_at, zone) - day).days


def check_lag(days: int) -> None:
    """Raise RuleBroken for work of more than six weeks ago, which only a coordinator's adjustment may bring in."""
    if days > REOPENED_LAG_DAYS:
        raise RuleBroken(
            N_("This is more than %(days)s days ago. Ask your coordinator to enter it as an adjustment."),
            field="day",
            days=REOPENED_LAG_DAYS,
        )


def check_submit(sheet: Sheet, times: WeekTimes, now: datetime, minutes: int, zero_reason: ZeroReason | None) -> None:
    """Raise RuleBroken unless the week may be handed in now. A week without minutes needs its reason (H12)."""
    if sheet.state in (State.SUBMITTED, State.APPROVED):
        raise RuleBroken(N_("This week is handed in already."))
    if now < times.opens_at:
        raise RuleBroken(N_("This week can be handed in from %(when)s."), when=times.opens_at)
    if now >= sheet.closes_at(times) and not times.is_sound:
        raise RuleBroken(UNSOUND)
    if now >= sheet.closes_at(times):
        raise RuleBroken(
            N_("This week is locked since %(when)s. Ask your coordinator to reopen it."), when=sheet.closes_at(times)
        )
    if not minutes and zero_reason is None:
        raise RuleBroken(N_("This week has no hours. Say why, then hand it in."), field="zero_reason")
    if minutes and zero_reason is not None:
        raise RuleBroken(
            N_("This week has hours. Leave the reason for a week without hours empty."), field="zero_reason"
        )


def is_late(submitted_at: datetime, times: WeekTimes) -> bool:
    """Whether the week was handed in after it was due. Never more than a mark: the hours count the same."""
    return submitted_at > times.due_at


def check_decides(sheet: Sheet, key: PartKey, approver_id: int, student_id: int) -> None:
    """Raise RuleBroken unless the part waits for a decision, and not one by the student on the own hours (H20)."""
    if approver_id == student_id:
        raise RuleBroken(N_("These are your own hours. Somebody else has to decide on them."))
    if sheet.parts.get(key) is not State.SUBMITTED:
        raise RuleBroken(N_("This part is not waiting for a decision. Reload the page to see where it stands."))


def check_return(reason: str, cells: Mapping[str, str], entries: Collection[str]) -> None:
    """Raise RuleBroken unless a return says why, and its cells are entries of the part (H21). No cells: all of it.

    cells: what is wrong with each marked entry, by public id; empty where the reason says it for all.
    """
    if not reason.strip() and not any(text.strip() for text in cells.values()):
        raise RuleBroken(N_("Say what has to change, so that the student can correct it."), field="reason")
    if not set(cells) <= set(entries):
        raise RuleBroken(N_("An entry you marked is not in this part any more. Reload the page."), field="cells")


def check_reopen(sheet: Sheet, monday: date, zone: str, now: datetime, reason: str, terms: Terms = USUAL) -> None:
    """Raise RuleBroken unless a coordinator may reopen the week: it is locked or approved, and not six weeks old."""
    if not reason.strip():
        raise RuleBroken(N_("Say why the week is reopened."), field="reason")
    if sheet.state is State.SUBMITTED:
        raise RuleBroken(N_("This week waits for its approver. Return it instead."))
    if sheet.state is not State.APPROVED and now < sheet.closes_at(week_times(monday, zone, terms)):
        raise RuleBroken(N_("This week is still open."))
    check_lag(lag_days(days_of(monday)[-1], now, zone))


def check_second(confirmer_id: int, proposer_id: int | None, student_id: int) -> None:
    """Raise RuleBroken unless an adjustment is confirmed by a second person, who is not the student (D17, H19)."""
    if confirmer_id == student_id:
        raise RuleBroken(N_("These are your own hours. Somebody else has to adjust them."))
    if confirmer_id == proposer_id:
        raise RuleBroken(N_("You proposed this adjustment. A second person has to confirm it."))


def check_adjustable(sheet: Sheet, key: PartKey, times: WeekTimes, now: datetime) -> None:
    """Raise RuleBroken while the student can write these hours, or an approver can return them."""
    if sheet.parts.get(key, sheet.state) is State.SUBMITTED:
        raise RuleBroken(N_("This week waits for its approver. Return it instead."))
    if lock_reason(sheet, key, times, now) is None:
        raise RuleBroken(N_("The student can still change this week."))


def check_adjustment(minutes: int, total: int, reason: str, approver_id: int, student_id: int) -> None:
    """Raise RuleBroken unless an adjustment changes something, says why, and leaves no week below zero (D17).

    minutes: signed. total: of the week and kind before it. The student cannot adjust the own hours (H20).
    """
    if approver_id == student_id:
        raise RuleBroken(N_("These are your own hours. Somebody else has to adjust them."))
    if minutes == 0:
        raise RuleBroken(N_("Enter the minutes to add, or with a minus sign to take away."), field="minutes")
    if total + minutes < 0:
        raise RuleBroken(N_("Only %(total)s minutes can be taken away."), field="minutes", total=total)
    if not reason.strip():
        raise RuleBroken(N_("Say why the hours are adjusted."), field="reason")
