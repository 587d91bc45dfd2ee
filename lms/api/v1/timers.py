"""A timer of work: started, stopped, corrected and saved as hours, from any device."""

from datetime import datetime, time
from uuid import UUID

from lms.api.kit import Answer, operation
from lms.api.shapes import Day, PublicId, Shape
from lms.api.v1.hours import LoggedOut, Sent, logged_out
from lms.hub.catalog.kinds import Kind
from lms.hub.enrollment.queries import find_enrollment
from lms.hub.hours.models import Timer
from lms.hub.hours.queries.plan import units_of
from lms.hub.hours.queries.timers import find_timer, open_timer
from lms.hub.hours.services.desk import What, enrollment_of
from lms.hub.hours.services.timers import Measured, drop_timer, resume_timer, save_timer, start_timer, stop_timer
from lms.people.access import Action, Actor

OF = "/enrollments/<public_id:enrollment>/timers"
ONE = "/timers/<public_id:timer>"


class NewTimer(Shape):
    """What is going to be done. `kind`: of the unit if left out, and needed without a unit."""

    client_key: UUID
    unit: PublicId | None = None
    kind: Kind | None = None


class NewTimed(Sent):
    """What is saved of it. Times left out are as it measured; given, they are wall-clock times beginning on `day`.

    `second_start`, `second_end`: which one is meant where the clock showed that time twice.
    """

    day: Day | None = None
    start: time | None = None
    end: time | None = None
    second_start: bool | None = None
    second_end: bool | None = None


class TimerOut(Shape):
    """`stage`: running, stopped (waits to be saved), logged or dropped. Each step has its own id; any of them works.

    `stopped_at`: null while it runs.
    """

    id: str
    stage: str
    started_at: datetime
    stopped_at: datetime | None
    kind: str
    unit: str | None


class TimersOut(Shape):
    """What runs or waits to be saved: one, or none."""

    items: list[TimerOut]


@operation(f"GET {OF}", Action.HOURS_READ, gives=TimersOut)
def list_timers(actor: Actor, enrollment: str) -> TimersOut:
    """The timer that is open."""
    found = open_timer(find_enrollment(actor, enrollment, Action.HOURS_READ))
    return TimersOut(items=[timer_out(found)] if found else [])


@operation(f"POST {OF}", Action.HOURS_LOG, gives=TimerOut, body=NewTimer, status=201)
def post_timer(actor: Actor, enrollment: str, body: NewTimer) -> TimerOut:
    """Start timing now; the same key gives the same timer. 422 while another one is open."""
    what = What(unit=body.unit, kind=body.kind)
    mine = find_enrollment(actor, enrollment, Action.HOURS_READ)
    return timer_out(start_timer(actor, mine, what, str(body.client_key)))


@operation(f"GET {ONE}", Action.HOURS_READ, gives=TimerOut)
def get_timer(actor: Actor, timer: str) -> TimerOut:
    """How it stands now."""
    return timer_out(find_timer(actor, timer))


@operation(f"POST {ONE}/stops", Action.HOURS_LOG, gives=TimerOut, status=201)
def post_timer_stop(actor: Actor, timer: str) -> TimerOut:
    """Stop it now. It waits to be saved."""
    return timer_out(stop_timer(actor, find_timer(actor, timer)))


@operation(f"POST {ONE}/resumptions", Action.HOURS_LOG, gives=TimerOut, status=201)
def post_timer_resumption(actor: Actor, timer: str) -> TimerOut:
    """Let a stopped one run on, or take back that it was dropped."""
    return timer_out(resume_timer(actor, find_timer(actor, timer)))


@operation(f"POST {ONE}/entries", Action.HOURS_LOG, gives=LoggedOut, body=NewTimed, status=201, also=(200,))
def post_timed_hours(actor: Actor, timer: str, body: NewTimed) -> Answer:
    """Save it as hours; a running one is stopped. 422 for one that ran very long, unless `end` says when it ended."""
    times = {name: getattr(body, name) for name in ("day", "start", "end", "second_start", "second_end")}
    measured = Measured(**times, **body.what())
    return logged_out(save_timer(actor, find_timer(actor, timer), measured, str(body.client_key)))


@operation(f"DELETE {ONE}", Action.HOURS_LOG, gives=None, status=204)
def delete_timer(actor: Actor, timer: str) -> Answer:
    """Throw it away."""
    drop_timer(actor, find_timer(actor, timer))
    return Answer(None)


def timer_out(timer: Timer) -> TimerOut:
    """A timer that the caller has found."""
    units = {unit.id: unit.public_id for unit in units_of(enrollment_of(timer))} if timer.unit_id else {}
    return TimerOut(
        id=timer.public_id,
        stage=timer.stage,
        started_at=timer.started_at,
        stopped_at=timer.stopped_at,
        kind=timer.kind,
        unit=units.get(timer.unit_id or 0),
    )
