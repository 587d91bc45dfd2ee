"""The ladder of reminders for a week's hours: when each rung is due, how long it may come late, who gets it (H11, P9).

Instants in UTC; the clock times are those of the student's site. A rung that was missed, because nothing ran, still
goes out until the next rung of the same week is due, the last one until the week is locked; after that it is stale and
is never sent.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from lms.hub.cohorts.rules import Target
from lms.hub.hours.rules.sheet import USUAL, State, Terms, week_times
from lms.kernel.text import N_
from lms.kernel.weeks import DAYS, SUNDAY, THURSDAY, in_week, local_day, monday_of

EVENING = time(18)
WEEKS_BACK = 3  # a week locks at most so many weeks after it began another one


class Rung(StrEnum):
    """The four of a week, in their order; the last two lie in the week after it."""

    THURSDAY = "thursday"  # nothing is logged yet
    SUNDAY = "sunday"  # its last evening
    TUESDAY = "tuesday"  # the evening before it is due, usually a Tuesday
    WEDNESDAY = "wednesday"  # it was due; from now on it is late, until it locks, usually on Saturday


RUNG_NAMES = {
    Rung.THURSDAY: N_("Thursday, if nothing is logged"),
    Rung.SUNDAY: N_("Sunday evening"),
    Rung.TUESDAY: N_("Tuesday, the evening before it is due"),
    Rung.WEDNESDAY: N_("Wednesday, when it was due"),
}


class Outcome(StrEnum):
    """What became of a rung for one student: a letter, or why not."""

    REMINDED = "reminded"
    LOGGED = "logged"
    HANDED_IN = "handed_in"
    NOTHING_EXPECTED = "nothing_expected"
    AWAY = "away"
    NOT_STUDYING = "not_studying"


OUTCOME_NAMES = {
    Outcome.REMINDED: N_("The sheet is not handed in"),
    Outcome.LOGGED: N_("Hours are logged already"),
    Outcome.HANDED_IN: N_("The sheet is handed in"),
    Outcome.NOTHING_EXPECTED: N_("The week asks for nothing: a break or a leave"),
    Outcome.AWAY: N_("On leave or in a break on that day"),
    Outcome.NOT_STUDYING: N_("Not started, finished or left"),
}


@dataclass(frozen=True, slots=True)
class Due:
    """A rung of one week. at: when it goes out. until: from when on it is stale."""

    monday: date
    rung: Rung
    at: datetime
    until: datetime


def ladder(monday: date, zone: str, terms: Terms = USUAL) -> tuple[Due, ...]:
    """The rungs of the week of `monday` on the wall clock of `zone`, first to last.

    The last two follow the terms of the cohort: the evening before its sheets are due, and when they were.
    """
    times = week_times(monday, zone, terms)
    at = {
        Rung.THURSDAY: in_week(monday, THURSDAY, EVENING, zone),
        Rung.SUNDAY: in_week(monday, SUNDAY, EVENING, zone),
        Rung.TUESDAY: in_week(monday, terms.due_weekday - 1, EVENING, zone, weeks_later=1),
        Rung.WEDNESDAY: times.due_at,
    }
    ends = [*list(at.values())[1:], times.locks_at]
    return tuple(Due(monday, rung, begins, end) for (rung, begins), end in zip(at.items(), ends, strict=True))


def due_now(now: datetime, zone: str, terms: Terms = USUAL) -> Iterator[Due]:
    """The rungs that are to go out at `now`: at most one of each week that is not locked."""
    yield from between(now, now, zone, terms)


def between(first: datetime, last: datetime, zone: str, terms: Terms = USUAL) -> Iterator[Due]:
    """The rungs that can go out at some time from `first` to `last`, in the order of their weeks."""
    monday = monday_of(local_day(first, zone)) - timedelta(weeks=WEEKS_BACK)
    while monday <= local_day(last, zone):
        yield from (due for due in ladder(monday, zone, terms) if due.at <= last and first < due.until)
        monday += timedelta(days=DAYS)


@dataclass(frozen=True, slots=True)
class Standing:
    """One student's week when a rung is judged. is_away: that day is one of leave or of a break."""

    minutes: int
    target: Target
    state: State
    is_studying: bool
    is_away: bool


def judge(rung: Rung, found: Standing) -> Outcome:
    """Whether this student is reminded: who studies, is there, and owes a sheet that is not handed in."""
    if not found.is_studying:
        return Outcome.NOT_STUDYING
    if found.state in (State.SUBMITTED, State.APPROVED):
        return Outcome.HANDED_IN
    if found.target.most == 0:
        return Outcome.NOTHING_EXPECTED
    if found.is_away:
        return Outcome.AWAY
    if rung is Rung.THURSDAY and found.minutes > 0:
        return Outcome.LOGGED
    return Outcome.REMINDED
