"""Whether a session lies in a student's shift. Pure.

An employment says only which shift, not its hours: the three turns below are the usual ones of a plant, so a clash is a
hint to look, and a rotating shift is one always.
"""

from datetime import date, datetime, time, timedelta

from lms.hub.calendar.kinds import Clash
from lms.hub.enrollment.kinds import Shift
from lms.kernel.weeks import SATURDAY, SUNDAY, clock_time, local_day

TURNS = {  # from, to on the local clock
    Shift.DAY: (time(7), time(15)),
    Shift.EVENING: (time(15), time(23)),
    Shift.NIGHT: (time(23), time(7)),
}


def clash_of(shift: Shift | None, starts_at: datetime, ends_at: datetime, zone: str) -> Clash | None:
    """How a session lies to `shift`; None: no shift, or none that it touches."""
    if shift is None:
        return None
    if shift is Shift.ROTATING:
        return Clash.ROTATING
    day = local_day(starts_at, zone)
    turns = (_turn(shift, day + timedelta(days=n), zone) for n in (-1, 0, 1))
    overlaps = any(turn and turn[0] < ends_at and starts_at < turn[1] for turn in turns)
    return Clash.OVERLAPS if overlaps else None


def _turn(shift: Shift, day: date, zone: str) -> tuple[datetime, datetime] | None:
    """The turn that begins on `day`: Monday to Friday; at night from Sunday to Thursday."""
    begins, ends = TURNS[shift]
    is_night = ends <= begins
    free = {SATURDAY, SATURDAY - 1} if is_night else {SATURDAY, SUNDAY}
    if day.weekday() in free:
        return None
    end_day = day + timedelta(days=1) if is_night else day
    return clock_time(day, begins, zone).instant, clock_time(end_day, ends, zone).instant
