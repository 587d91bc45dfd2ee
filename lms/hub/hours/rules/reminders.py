"""When a student is reminded of the week's hours, and when not (H11, P9). Instants in UTC."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from lms.hub.cohorts.rules import Target
from lms.hub.hours.rules.sheet import State
from lms.kernel.weeks import DAYS, SUNDAY, THURSDAY, TUESDAY, in_week, local_day, monday_of

EVENING = time(18)
STALE_AFTER = timedelta(days=3)  # after a longer stop a reminder would only confuse


class Reminder(StrEnum):
    """The three of a week: on Thursday if nothing is logged, on its last evening, on the evening before it is due."""

    THURSDAY = "thursday"
    SUNDAY = "sunday"
    TUESDAY = "tuesday"


def reminder_times(monday: date, zone: str) -> dict[Reminder, datetime]:
    """When each goes out, at 18:00 on the wall clock of `zone`; Tuesday's after the week."""
    return {
        Reminder.THURSDAY: in_week(monday, THURSDAY, EVENING, zone),
        Reminder.SUNDAY: in_week(monday, SUNDAY, EVENING, zone),
        Reminder.TUESDAY: in_week(monday, TUESDAY, EVENING, zone, weeks_later=1),
    }


def due_reminders(now: datetime, zone: str) -> Iterator[tuple[date, Reminder]]:
    """The last reminder of this week and of the one before whose time has come, unless it is three days past."""
    this = monday_of(local_day(now, zone))
    for monday in (this - timedelta(days=DAYS), this):
        times = reminder_times(monday, zone).items()
        past = [(at, which) for which, at in times if at <= now < at + STALE_AFTER]
        if past:
            yield monday, max(past)[1]


def wants_reminder(which: Reminder, minutes: int, target: Target, state: State) -> bool:
    """Whether this student is to be reminded: never in a break or on leave, never of a week that is handed in."""
    if target.most == 0 or state in (State.SUBMITTED, State.APPROVED):
        return False
    return which is not Reminder.THURSDAY or minutes == 0
