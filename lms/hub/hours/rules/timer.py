"""A timer of work: at most one runs, it never decides by itself when somebody stopped. Pure; instants in UTC."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Protocol

from lms.hub.hours.rules.entry import MOST_MINUTES
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.kernel.weeks import local, minutes_between, whole_minute

FORGOTTEN_AFTER = timedelta(hours=10)  # longer than any one sitting: whoever stops it then is asked when it really was


class Stage(StrEnum):
    """A timer runs, is stopped and waits to be saved, was logged as hours, or was thrown away."""

    RUNNING = "running"
    STOPPED = "stopped"
    LOGGED = "logged"
    DROPPED = "dropped"


OPEN = (Stage.RUNNING, Stage.STOPPED)


class Timed(Protocol):
    """A timer as the rules read it. stopped_at: None while it runs."""

    @property
    def stage(self) -> Stage: ...
    @property
    def started_at(self) -> datetime: ...
    @property
    def stopped_at(self) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class Proposed:
    """What the form of a stopped timer shows: the wall clock of its zone. end None: somebody has to say it.

    minutes: between the two instants, 0 where the end is not known.
    """

    day: date
    start: time
    end: time | None
    minutes: int


def is_forgotten(timer: Timed, now: datetime) -> bool:
    """Whether it ran so long that nobody can have worked all that time."""
    return (timer.stopped_at or now) - timer.started_at > FORGOTTEN_AFTER


def proposed(timer: Timed, zone: str, now: datetime) -> Proposed:
    """From its instants to what the wall clock showed; a forgotten timer proposes no end, so no hours by accident."""
    begun, stopped = whole_minute(timer.started_at), whole_minute(timer.stopped_at or now)
    start, end = local(begun, zone), local(stopped, zone)
    if is_forgotten(timer, now):
        return Proposed(start.date(), start.time(), None, 0)
    return Proposed(start.date(), start.time(), end.time(), minutes_between(begun, stopped))


def check_none_open(is_open: bool) -> None:
    """Raise RuleBroken where a timer runs, or waits to be saved: there is at most one."""
    if is_open:
        raise RuleBroken(N_("A timer is going already. Stop and save it, or throw it away, before you start another."))


def check_stage(timer: Timed, *stages: Stage) -> None:
    """Raise RuleBroken unless the timer is in one of `stages`."""
    if timer.stage not in stages:
        raise RuleBroken(N_("This timer was saved or thrown away already. Reload the page."))


def check_length(minutes: int) -> None:
    """Raise RuleBroken for a timer that was stopped within its first minute, and for more than H1 allows."""
    if not 0 < minutes <= MOST_MINUTES:
        raise RuleBroken(
            N_("From start to end there have to be 1 to %(most)s minutes."), field="end", most=MOST_MINUTES
        )
