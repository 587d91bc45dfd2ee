"""Reminding students of the week's hours: once each, however often the sweep runs, and caught up after a stop."""

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import select

from lms.hub.cohorts.models import Cohort, Section
from lms.hub.enrollment.models import Enrollment
from lms.hub.hours.queries.situation import situations_of
from lms.hub.hours.queries.weeks import Week, weeks_of
from lms.hub.hours.rules.reminders import Reminder, due_reminders, wants_reminder
from lms.kernel import claims, clock
from lms.kernel.db import session
from lms.kernel.units import Span
from lms.messages.services import notify
from lms.people.orgs.models import Site
from lms.people.scope import unscoped, within

WHY = "reminders go to everybody"
AROUND = timedelta(days=21)  # a cohort is looked at from before its start until its last week is locked
Due = tuple[Cohort, str, date, Reminder]


def due_now() -> list[Due]:
    """What is to be sent: by cohort, zone of its sites, week and reminder. One statement; sent ones are among them."""
    moment = clock.now()
    day = moment.date()
    statement = (
        select(Cohort, Site.zone)
        .outerjoin(Section, Section.cohort_id == Cohort.id)
        .outerjoin(Site, Site.id == Section.site_id)
        .where(Cohort.starts_on <= day + AROUND, Cohort.ends_on >= day - AROUND)
        .order_by(Cohort.id)
        .distinct()
    )
    rows = session.execute(unscoped(statement, WHY)).all()
    zones = {(cohort, zone or cohort.zone) for cohort, zone in rows} | {(cohort, cohort.zone) for cohort, _ in rows}
    found = [(cohort, zone, *due) for cohort, zone in zones for due in due_reminders(moment, zone)]
    return sorted(found, key=lambda due: (due[0].id, *due[1:]))


def remind(due: Due) -> int:
    """Write the letters of one piece of `due_now`; none if they were written before. Needs a writing transaction."""
    cohort, zone, monday, which = due
    if not claims.take("sheet-reminder", cohort.public_id, f"{monday}:{which}:{zone}"):
        return 0
    sent = 0
    for week in _weeks(cohort, zone, monday):
        if wants_reminder(which, week.minutes, week.target, week.sheet.state):
            _write(week, which)
            sent += 1
    return sent


def _weeks(cohort: Cohort, zone: str, monday: date) -> Iterator[Week]:
    enrollments = session.scalars(within(select(Enrollment), cohort)).all()
    if enrollments:
        situations = situations_of(enrollments)
        weeks = weeks_of(situations, monday, monday)
        yield from (week for week in weeks.values() if week.situation.zone == zone)


def _write(week: Week, which: Reminder) -> None:
    enrollment, times = week.situation.enrollment, week.times
    key = f"{enrollment.public_id}:{week.monday}:{which}"
    if which is Reminder.TUESDAY:
        notify(enrollment.person_id, "sheet-missing", key, monday=week.monday, locks=times.locks_at)
    else:
        logged = Span(week.minutes)
        notify(enrollment.person_id, "sheet-due", key, monday=week.monday, logged=logged, due=times.due_at)
