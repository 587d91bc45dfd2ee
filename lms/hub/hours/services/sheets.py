"""A student hands a week in."""

from collections.abc import Sequence
from datetime import date
from functools import cache

from sqlalchemy import Select, bindparam, select

from lms.hub.enrollment.models import Enrollment
from lms.hub.hours.models import HoursEntry, WeekSheet
from lms.hub.hours.queries.situation import Situation
from lms.hub.hours.rules.sheet import State, Step, ZeroReason, check_submit, is_late
from lms.hub.hours.rules.words import SAME_AS, TOLD, told_problems
from lms.hub.hours.services.docket import docket_of
from lms.kernel.columns import Day
from lms.kernel.errors import RuleBroken, raise_all
from lms.kernel.facts import stands
from lms.kernel.prose import prose_of
from lms.kernel.text import N_
from lms.kernel.weeks import MONDAY, monday_of
from lms.people.access import Action, Actor
from lms.people.commands import command
from lms.people.scope import ask_read, within_a

OPEN_STATES = (None, State.RETURNED, State.REOPENED)


@command(Action.HOURS_SUBMIT)
def submit_sheet(
    actor: Actor, enrollment: Enrollment, monday: date, zero_reason: ZeroReason | None = None
) -> WeekSheet:
    """Hand in the week of `monday`: one part per approver, and again only the parts that were returned (D15, D16).

    zero_reason: of a week without hours (H12). Raises RuleBroken before Friday, after the lock, for a week that is
    handed in already, and for entries that have to say what was done and do not (H10).
    """
    docket = docket_of(enrollment, monday)
    week = docket.week
    check_is_week_of(week.situation, monday)
    check_submit(week.sheet, week.times, docket.now, sum(e.minutes for e in week.entries), zero_reason)
    version, late = week.sheet.version + 1, is_late(docket.now, week.times)
    open_keys = [key for key in week.part_keys() if week.sheet.parts.get(key) in OPEN_STATES]
    _check_told(enrollment, monday, [entry for key in open_keys for entry in week.entries_in(key)])
    for key in open_keys:
        docket.note(Step.SUBMITTED, key, version=version, is_late=late, zero_reason=zero_reason)
    return docket.sheet


def _check_told(enrollment: Enrollment, monday: date, entries: Sequence[HoursEntry]) -> None:
    told = [entry for entry in entries if entry.kind in TOLD]
    if not told:
        return
    before = [entry for (entry,) in ask_read(_told_before(), enrollment, monday=monday)][::-1]
    said = prose_of([*before, *told], "comment")
    raise_all(told_problems(told, said, [said.get(entry.public_id, "") for entry in before]))


@cache
def _told_before() -> Select[HoursEntry]:
    """The newest entries of earlier weeks that had to say what was done."""
    earlier = within_a(select(HoursEntry), Enrollment).where(
        HoursEntry.kind.in_(TOLD),
        HoursEntry.monday < bindparam("monday", type_=Day),
        HoursEntry.is_removal.is_(False),
        stands(HoursEntry),
    )
    return earlier.order_by(HoursEntry.day.desc(), HoursEntry.id.desc()).limit(SAME_AS)


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
