"""A student hands a week in."""

from datetime import date

from lms.hub.enrollment.models import Enrollment
from lms.hub.hours.models import WeekSheet
from lms.hub.hours.queries.situation import Situation
from lms.hub.hours.rules.sheet import State, Step, ZeroReason, check_submit, is_late
from lms.hub.hours.services.docket import docket_of
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.kernel.weeks import MONDAY, monday_of
from lms.people.access import Action, Actor
from lms.people.commands import command

OPEN_STATES = (None, State.RETURNED, State.REOPENED)


@command(Action.HOURS_SUBMIT)
def submit_sheet(
    actor: Actor, enrollment: Enrollment, monday: date, zero_reason: ZeroReason | None = None
) -> WeekSheet:
    """Hand in the week of `monday`: one part per approver, and again only the parts that were returned (D15, D16).

    zero_reason: of a week without hours (H12). Raises RuleBroken before Friday, after the lock, and for a week that is
    handed in already.
    """
    docket = docket_of(enrollment, monday)
    week = docket.week
    check_is_week_of(week.situation, monday)
    check_submit(week.sheet, week.times, docket.now, sum(e.minutes for e in week.entries), zero_reason)
    version, late = week.sheet.version + 1, is_late(docket.now, week.times)
    open_keys = [key for key in week.part_keys() if week.sheet.parts.get(key) in OPEN_STATES]
    for key in open_keys:
        docket.note(Step.SUBMITTED, key, version=version, is_late=late, zero_reason=zero_reason)
    return docket.sheet


def check_is_week_of(situation: Situation, monday: date) -> None:
    """Raise RuleBroken unless `monday` is one, and its week lies in the student's program."""
    first, last = situation.first, situation.last
    inside = first is not None and monday_of(first) <= monday <= last
    if monday.weekday() != MONDAY or not inside:
        raise RuleBroken(
            N_("This is not a week of your program. It starts on %(first)s and ends on %(last)s."),
            field="week",
            first=first or situation.cohort.starts_on,
            last=last,
        )
