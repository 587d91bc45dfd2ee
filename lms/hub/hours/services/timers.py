"""A student starts a timer, stops it, corrects what it measured and saves it as hours, or throws it away."""

from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import select

from lms.hub.enrollment.models import Enrollment
from lms.hub.hours.models import Timer
from lms.hub.hours.queries.plan import units_of
from lms.hub.hours.queries.situation import situation_of
from lms.hub.hours.queries.timers import open_timer
from lms.hub.hours.rules.timer import Stage, check_length, check_none_open, check_stage, is_forgotten, proposed
from lms.hub.hours.services.desk import Desk, What, check_key, enrollment_of, lock
from lms.hub.hours.services.entries import ClockHours, Logged, TimerHours, log_by_clock, log_timer
from lms.kernel.acting import acting_at
from lms.kernel.db import session
from lms.kernel.errors import Conflict, RuleBroken
from lms.kernel.facts import stands
from lms.kernel.text import N_
from lms.kernel.weeks import local_day, minutes_between, whole_minute
from lms.people.access import Action, Actor
from lms.people.commands import command
from lms.people.scope import within


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured(What):
    """What is saved of a timer. start, end None: as it measured; given: the wall clock, beginning on `day`.

    second_start, second_end: which one is meant where the clock showed that time twice; None asks. Without a unit and a
    kind, those with which it was started.
    """

    day: date | None = None
    start: time | None = None
    end: time | None = None
    second_start: bool | None = None
    second_end: bool | None = None


@command(Action.HOURS_LOG)
def start_timer(actor: Actor, enrollment: Enrollment, what: What, client_key: str) -> Timer:
    """Start timing now. The same key gives the same timer (H8). Raises RuleBroken while another is open."""
    check_key(client_key)
    lock(enrollment.person_id)
    before = session.scalars(within(select(Timer), enrollment).where(Timer.client_key == client_key)).first()
    if before is not None:
        return before
    check_none_open(open_timer(enrollment) is not None)
    desk = Desk(enrollment, local_day(acting_at(), situation_of(enrollment).zone))
    draft = desk.draft(desk.today, 1, what)  # so that work which is not in the plan is refused now and not in the end
    timer = Timer(
        enrollment_id=enrollment.id,
        stage=Stage.RUNNING,
        started_at=acting_at(),
        unit_id=draft.unit_id,
        kind=draft.kind,
        client_key=client_key,
    )
    session.add(timer)
    session.flush()
    return timer


@command(Action.HOURS_LOG)
def stop_timer(actor: Actor, timer: Timer) -> Timer:
    """Stop it now; it waits to be saved. A second stop changes nothing."""
    _lock(timer)
    if timer.stage is Stage.STOPPED:
        return timer
    check_stage(timer, Stage.RUNNING)
    return _next(timer, Stage.STOPPED, acting_at())


@command(Action.HOURS_LOG)
def resume_timer(actor: Actor, timer: Timer) -> Timer:
    """Let a stopped timer run on, as if it had not been stopped; or take back that it was thrown away."""
    _lock(timer)
    check_stage(timer, Stage.STOPPED, Stage.DROPPED)
    if timer.stage is Stage.STOPPED:
        return _next(timer, Stage.RUNNING, None)
    check_none_open(open_timer(enrollment_of(timer)) is not None)
    return _next(timer, Stage.STOPPED, timer.stopped_at)


@command(Action.HOURS_LOG)
def drop_timer(actor: Actor, timer: Timer) -> Timer:
    """Throw away what it measured; `resume_timer` takes that back."""
    _lock(timer)
    if timer.stage is Stage.DROPPED:
        return timer
    check_stage(timer, Stage.RUNNING, Stage.STOPPED)
    return _next(timer, Stage.DROPPED, timer.stopped_at or acting_at())


@command(Action.HOURS_LOG)
def save_timer(actor: Actor, timer: Timer, measured: Measured, client_key: str) -> Logged:
    """Log it as hours, as measured or corrected; a running one is stopped now. Splits over the week's end (H5).

    Raises RuleBroken for a forgotten timer without an end, and for what no entry may be.
    """
    enrollment = _lock(timer)
    if timer.stage is not Stage.LOGGED:  # a retry of what was saved gives what it made, below
        check_stage(timer, Stage.RUNNING, Stage.STOPPED)
    logged = _log(actor, enrollment, timer, measured, client_key)
    session.flush()
    if timer.stage is not Stage.LOGGED:
        _next(timer, Stage.LOGGED, timer.stopped_at or acting_at(), entry_id=logged.entry.id)
    return logged


def _log(actor: Actor, enrollment: Enrollment, timer: Timer, measured: Measured, client_key: str) -> Logged:
    stopped_at, zone = timer.stopped_at or acting_at(), situation_of(enrollment).zone
    unit, kind = measured.unit, measured.kind
    if unit is None and kind is None:
        unit, kind = next((one.public_id for one in units_of(enrollment) if one.id == timer.unit_id), None), timer.kind
    shown = proposed(timer, zone, stopped_at)
    day, start, end = measured.day or shown.day, measured.start or shown.start, measured.end or shown.end
    if end is None:
        raise RuleBroken(N_("This timer ran very long. Say when you really stopped."), field="end")
    if (day, start, end) == (shown.day, shown.start, shown.end) and not is_forgotten(timer, stopped_at):
        check_length(minutes_between(whole_minute(timer.started_at), whole_minute(stopped_at)))
        hours = TimerHours(
            started_at=timer.started_at,
            stopped_at=stopped_at,
            unit=unit,
            kind=kind,
            paid_by_firm=measured.paid_by_firm,
            comment=measured.comment,
        )
        return log_timer(actor, enrollment, hours, client_key)
    clock = ClockHours(
        day=day,
        start=start,
        end=end,
        second_start=measured.second_start,
        second_end=measured.second_end,
        unit=unit,
        kind=kind,
        paid_by_firm=measured.paid_by_firm,
        comment=measured.comment,
    )
    return log_by_clock(actor, enrollment, clock, client_key)


def _lock(timer: Timer) -> Enrollment:
    """The timer's enrollment, locked. Raises Conflict where the timer has gone on meanwhile."""
    enrollment = enrollment_of(timer)
    lock(enrollment.person_id)
    still = within(select(Timer.id), enrollment, on=Timer).where(Timer.id == timer.id, stands(Timer))
    if session.scalar(still) is None:
        raise Conflict(N_("This timer was changed in another window. Reload the page."), yours=timer)
    return enrollment


def _next(timer: Timer, stage: Stage, stopped_at: datetime | None, entry_id: int | None = None) -> Timer:
    row = Timer(
        enrollment_id=timer.enrollment_id,
        stage=stage,
        started_at=timer.started_at,
        stopped_at=stopped_at,
        unit_id=timer.unit_id,
        kind=timer.kind,
        entry_id=entry_id,
        supersedes_id=timer.id,
    )
    session.add(row)
    session.flush()
    return row
