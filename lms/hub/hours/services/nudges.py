"""A coordinator has students reminded of a week that is missing: once a day each, and written down (P11)."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import select

from lms.hub.enrollment.models import Enrollment
from lms.hub.hours.models.deciding import Nudge
from lms.hub.hours.queries.situation import situations_of
from lms.hub.hours.queries.weeks import Week, weeks_of
from lms.hub.hours.rules.nudge import check_nudge
from lms.kernel.acting import acting_at
from lms.kernel.db import session
from lms.kernel.errors import RuleBroken
from lms.kernel.units import Span
from lms.kernel.weeks import local_day
from lms.messages.services import notify
from lms.people.access import Action, Actor
from lms.people.commands import command
from lms.people.scope import within


class Nudged(NamedTuple):
    """What became of one of many: the reminder, or why there is none."""

    enrollment: Enrollment
    nudge: Nudge | None = None
    broken: RuleBroken | None = None


Asked = tuple[Enrollment, Week, RuleBroken | None]


def who_can_be_reminded(enrollments: Sequence[Enrollment], monday: date) -> list[Asked]:
    """Each of the students with the week, and why not, if not. Seven statements, however many."""
    if not enrollments:
        return []
    weeks = weeks_of(situations_of(enrollments), monday, monday)
    today = {one.id: local_day(acting_at(), weeks[one.id, monday].situation.zone) for one in enrollments}
    sent = within(select(Nudge), enrollments).where(Nudge.monday == monday)
    days = {(row.enrollment_id, row.day) for row in session.scalars(sent)}
    return [
        (one, weeks[one.id, monday], _problem(weeks[one.id, monday], (one.id, today[one.id]) in days))
        for one in enrollments
    ]


def _problem(week: Week, is_sent: bool) -> RuleBroken | None:
    try:
        check_nudge(week.sheet.state, week.target, week.times, acting_at(), is_sent=is_sent)
    except RuleBroken as broken:
        return broken
    return None


@command(Action.HOURS_REMIND)
def nudge(actor: Actor, enrollment: Enrollment, monday: date, week: Week | None = None) -> Nudge:
    """Remind one student of the week; the letter waits for their quiet hours to end. week: read before, of several.

    Raises RuleBroken for a week that is handed in or asks for nothing, and if they were reminded today.
    """
    if week is None:
        ((_, week, broken),) = who_can_be_reminded([enrollment], monday)
        if broken is not None:
            raise broken
    row = Nudge(enrollment_id=enrollment.id, monday=monday, day=local_day(acting_at(), week.situation.zone))
    session.add(row)
    session.flush()
    notify(
        enrollment.person_id,
        "sheet-nudge",
        row.public_id,
        monday=monday,
        logged=Span(week.minutes),
        locks=week.sheet.closes_at(week.times),
        name=actor.name,
    )
    return row


def nudge_many(actor: Actor, enrollments: Sequence[Enrollment], monday: date) -> list[Nudged]:
    """Remind each of them on its own; whoever must not be reminded is left, with the reason."""
    return [
        Nudged(one, broken=broken) if broken else Nudged(one, nudge(actor, one, monday, week))
        for one, week, broken in who_can_be_reminded(enrollments, monday)
    ]
